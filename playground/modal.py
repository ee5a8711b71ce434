"""A modal on a member's screen: what it asks, and what is sent when it is submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.component_rules import CHECK, CHECKS, INPUT, LABEL, RADIO, ROW, SELECTS, TEXT
from playground.component_rules import UPLOAD as FILES
from playground.interactions import Interaction
from playground.messages import Json
from playground.refusal import ClientRefused

_PYTHON: dict[int, type] = {INPUT: str, RADIO: str, CHECK: bool}  # the others take lists


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a modal: its label as shown and the component that takes the answer."""

    label: str
    component: Json

    @property
    def custom_id(self) -> str:
        """The component's custom_id."""
        return str(self.component["custom_id"])

    @property
    def required(self) -> bool:
        """Discord's default is yes; a single checkbox may always stay empty."""
        return bool(self.component.get("required", True)) and self.component["type"] != CHECK

    @property
    def filled_in(self) -> Any:
        """What stands in the field when the modal opens."""
        kind = self.component["type"]
        if kind == INPUT:
            return self.component.get("value") or ""
        if kind == CHECK:
            return bool(self.component.get("default"))
        chosen = [o["value"] for o in self.component.get("options", []) if o.get("default")]
        return (chosen[0] if chosen else None) if kind == RADIO else chosen


@dataclass(frozen=True, kw_only=True, eq=False)
class Modal:
    """A form that the bot opened for a member."""

    custom_id: str
    title: str
    components: list[Json]
    source: Interaction

    def fields(self) -> list[Field]:
        """The questions in the order on the screen."""
        return list(self._fields())

    def _fields(self) -> Iterator[Field]:
        for part in self.components:
            if part["type"] == LABEL:
                yield Field(label=part["label"], component=part["component"])
            elif part["type"] == ROW:
                for inner in part["components"]:
                    yield Field(label=inner.get("label") or "", component=inner)

    def field(self, name: str) -> Field:
        """The question with that custom_id or label; ClientRefused if there is none."""
        for field in self.fields():
            if name in (field.custom_id, field.label):
                return field
        known = [(field.custom_id, field.label) for field in self.fields()]
        raise ClientRefused(f"the modal {self.title!r} has no field {name!r}: {known}")

    def text(self) -> str:
        """The modal as plain text."""
        notes = [part["content"] for part in self.components if part["type"] == TEXT]
        asked = [f"{field.label}: {field.filled_in!r}" for field in self.fields()]
        return "\n".join([f"== {self.title} ==", *notes, *asked])


def submission(modal: Modal, values: Mapping[str, Any]) -> list[Json]:
    """The ``components`` of the interaction, mirroring the modal's; values by custom_id."""
    return [_mirror(part, values) for part in modal.components]


def _mirror(part: Json, values: Mapping[str, Any]) -> Json:
    mirrored: Json = {"type": part["type"], "id": part.get("id", 0)}
    if part["type"] == LABEL:
        mirrored["component"] = _mirror(part["component"], values)
    elif part["type"] == ROW:
        mirrored["components"] = [_mirror(inner, values) for inner in part["components"]]
    elif part["type"] != TEXT:
        mirrored["custom_id"] = part["custom_id"]
        one = part["type"] in (INPUT, RADIO, CHECK)
        mirrored["value" if one else "values"] = values[part["custom_id"]]
    return mirrored


def check_field(field: Field, value: Any) -> None:
    """ClientRefused if the member's client would not let the modal be submitted."""
    part, kind = field.component, field.component["type"]
    if value is not None and not _fits(kind, value):
        raise ClientRefused(f"{field.label!r} does not take {value!r}")
    if value in (None, "", []):
        if field.required:
            raise ClientRefused(f"{field.label!r} must be filled in")
    elif kind == INPUT:
        low, high = part.get("min_length") or 0, part.get("max_length") or 4000
        if not low <= len(value) <= high:
            raise ClientRefused(f"{field.label!r} takes {low} to {high} characters")
    elif kind in (*SELECTS, FILES, CHECKS):
        most = len(part.get("options", [])) if kind == CHECKS else 1
        check_count(part, value, default_most=most)
    if kind == RADIO and value:
        check_options(part, [value])


def _fits(kind: int, value: Any) -> bool:
    return isinstance(value, _PYTHON.get(kind, (list, tuple)))


def check_count(part: Json, values: list[Any], *, default_most: int = 1) -> None:
    """ClientRefused if the number of values, or one of them, is not offered."""
    low, high = part.get("min_values"), part.get("max_values")
    low, high = 1 if low is None else low, default_most if high is None else high
    if not low <= len(values) <= high:
        raise ClientRefused(f"{part['custom_id']!r} takes {low} to {high} values")
    if part.get("options"):
        check_options(part, values)


def check_options(part: Json, values: list[Any]) -> None:
    """ClientRefused if one of the values is not among the options."""
    offered = [option["value"] for option in part["options"]]
    for value in values:
        if value not in offered:
            raise ClientRefused(f"{part['custom_id']!r} does not offer {value!r}: {offered}")
