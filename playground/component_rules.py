"""What components may be: rows of buttons and selects, Components V2, and modals.

Limits: Discord's documentation, "Component Reference".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from playground.messages import COMPONENTS_V2, Json, walk
from playground.refusal import Problem
from playground.rules import Path, count, number, text

(
    ROW,
    BUTTON,
    STRINGS,
    INPUT,
    USERS,
    ROLES,
    MENTIONABLES,
    CHANNELS,
    SECTION,
    TEXT,
    THUMBNAIL,
    GALLERY,
    FILE,
    SEPARATOR,
) = range(1, 15)
CONTAINER, LABEL, UPLOAD, RADIO, CHECKS, CHECK = 17, 18, 19, 21, 22, 23
SELECTS = (STRINGS, USERS, ROLES, MENTIONABLES, CHANNELS)
TOP_V2 = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
IN_LABEL = (INPUT, *SELECTS, UPLOAD, RADIO, CHECKS, CHECK)
LINK, PREMIUM = 5, 6


def component_problems(payload: Json) -> Iterator[Problem]:
    """What is wrong with a message's components, flags considered."""
    components = payload.get("components") or []
    modern = bool((payload.get("flags") or 0) & COMPONENTS_V2)
    if modern:
        yield from _modern(payload, components)
    else:
        yield from count(components, ("components",), 0, 5)
    for index, component in enumerate(components):
        allowed = TOP_V2 if modern else (ROW,)
        yield from _check(component, ("components", index), allowed)
    yield from _unique_ids(components)


def modal_problems(modal: Json) -> Iterator[Problem]:
    """What is wrong with a modal."""
    yield from text(modal.get("title"), ("data", "title"), 1, 45)
    yield from text(modal.get("custom_id"), ("data", "custom_id"), 1, 100)
    components = modal.get("components") or []
    yield from count(components, ("data", "components"), 1, 5)
    for index, component in enumerate(components):
        path = ("data", "components", index)
        if component.get("type") == ROW:
            yield from count(component.get("components"), (*path, "components"), 1, 1)
            for inner in component.get("components") or []:
                yield from _check(inner, (*path, "components", 0), (INPUT, *SELECTS))
                if inner.get("type") == INPUT:
                    yield from text(inner.get("label"), (*path, "components", 0, "label"), 1, 45)
        else:
            yield from _check(component, path, (LABEL, TEXT))
    yield from _unique_ids(components)


def _modern(payload: Json, components: list[Json]) -> Iterator[Problem]:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if payload.get(key):
            yield Problem(
                path=(key,),
                code="MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                message=f"The '{key}' field cannot be used when using "
                "MessageFlags.IS_COMPONENTS_V2",
            )
    everything = list(walk(components))
    if len(everything) > 40:
        yield Problem(
            path=("components",),
            code="BASE_TYPE_MAX_LENGTH",
            message="The total number of components exceeds the maximum of 40",
        )
    if sum(len(part.get("content") or "") for part in everything) > 4000:
        yield Problem(
            path=("components",),
            code="COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            message="The total text of components exceeds the maximum of 4000",
        )


def _unique_ids(components: list[Json]) -> Iterator[Problem]:
    seen: set[str] = set()
    for part in walk(components):
        mine = part.get("custom_id")
        if mine is None:
            continue
        if mine in seen:
            yield Problem(
                path=("components",),
                code="COMPONENT_CUSTOM_ID_DUPLICATED",
                message="Component custom id cannot be duplicated",
            )
        seen.add(mine)


def _check(component: Json, path: Path, allowed: tuple[int, ...]) -> Iterator[Problem]:
    kind = component.get("type")
    if kind not in allowed:
        yield Problem(
            path=(*path, "type"),
            code="UNION_TYPE_CHOICES",
            message=f'Value of field "type" must be one of {allowed}.',
        )
    else:
        yield from _RULES[kind](component, path)


def _row(row: Json, path: Path) -> Iterator[Problem]:
    children = row.get("components") or []
    selects = [child for child in children if child.get("type") in SELECTS]
    yield from count(children, (*path, "components"), 1, 1 if selects else 5)
    for index, child in enumerate(children):
        yield from _check(child, (*path, "components", index), (BUTTON, *SELECTS))


def _button(button: Json, path: Path) -> Iterator[Problem]:
    yield from number(button.get("style"), (*path, "style"), 1, 6)
    yield from text(button.get("label"), (*path, "label"), 0, 80, needed=False)
    if button.get("style") == LINK:
        yield from text(button.get("url"), (*path, "url"), 1, 512)
    elif button.get("style") != PREMIUM:
        yield from text(button.get("custom_id"), (*path, "custom_id"), 1, 100)
        if not button.get("label") and not button.get("emoji"):
            yield Problem(
                path=path,
                code="BUTTON_COMPONENT_MISSING_CONTENT",
                message="A button needs a label or an emoji",
            )


def _range(component: Json, path: Path, most: int) -> Iterator[Problem]:
    yield from number(component.get("min_values"), (*path, "min_values"), 0, most)
    yield from number(component.get("max_values"), (*path, "max_values"), 1, most)
    low, high = component.get("min_values"), component.get("max_values")
    if low is not None and low > (1 if high is None else high):
        yield Problem(
            path=(*path, "min_values"),
            code="NUMBER_TYPE_MAX",
            message="min_values must not be greater than max_values.",
        )


def _select(select: Json, path: Path) -> Iterator[Problem]:
    yield from text(select.get("custom_id"), (*path, "custom_id"), 1, 100)
    yield from text(select.get("placeholder"), (*path, "placeholder"), 0, 150, needed=False)
    yield from _range(select, path, 25)
    if select["type"] == STRINGS:
        yield from _options(select, path, 1, 25)


def _options(component: Json, path: Path, low: int, high: int) -> Iterator[Problem]:
    options = component.get("options") or []
    yield from count(options, (*path, "options"), low, high)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        where = (*path, "options", index)
        for key in ("label", "value"):
            yield from text(option.get(key), (*where, key), 1, 100)
        yield from text(option.get("description"), (*where, "description"), 0, 100, needed=False)
        if values.index(option.get("value")) != index:
            yield Problem(
                path=(*where, "value"),
                code="SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                message="The specified option value is already used",
            )


def _input(field: Json, path: Path) -> Iterator[Problem]:
    yield from text(field.get("custom_id"), (*path, "custom_id"), 1, 100)
    yield from number(field.get("style"), (*path, "style"), 1, 2)
    yield from number(field.get("min_length"), (*path, "min_length"), 0, 4000)
    yield from number(field.get("max_length"), (*path, "max_length"), 1, 4000)
    yield from text(field.get("placeholder"), (*path, "placeholder"), 0, 100, needed=False)
    most = field.get("max_length") or 4000
    yield from text(field.get("value"), (*path, "value"), 0, most, needed=False)


def _label(label: Json, path: Path) -> Iterator[Problem]:
    yield from text(label.get("label"), (*path, "label"), 1, 45)
    yield from text(label.get("description"), (*path, "description"), 0, 100, needed=False)
    yield from _check(label.get("component") or {}, (*path, "component"), IN_LABEL)


def _upload(field: Json, path: Path) -> Iterator[Problem]:
    yield from text(field.get("custom_id"), (*path, "custom_id"), 1, 100)
    yield from _range(field, path, 10)
    if field.get("min_values") == 0 and field.get("required", True):
        yield Problem(
            path=(*path, "min_values"),
            code="NUMBER_TYPE_MIN",
            message="min_values must be at least 1 while required is true.",
        )


def _choices(low: int) -> Callable[[Json, Path], Iterator[Problem]]:
    def check(field: Json, path: Path) -> Iterator[Problem]:
        yield from text(field.get("custom_id"), (*path, "custom_id"), 1, 100)
        yield from _options(field, path, low, 10)
        yield from _range(field, path, 10)

    return check


def _checkbox(field: Json, path: Path) -> Iterator[Problem]:
    yield from text(field.get("custom_id"), (*path, "custom_id"), 1, 100)


def _text(display: Json, path: Path) -> Iterator[Problem]:
    yield from text(display.get("content"), (*path, "content"), 1, 4000)


def _section(section: Json, path: Path) -> Iterator[Problem]:
    children = section.get("components") or []
    yield from count(children, (*path, "components"), 1, 3)
    for index, child in enumerate(children):
        yield from _check(child, (*path, "components", index), (TEXT,))
    accessory = section.get("accessory") or {}
    yield from _check(accessory, (*path, "accessory"), (BUTTON, THUMBNAIL))


def _media(item: Any, path: Path) -> Iterator[Problem]:
    url = (item or {}).get("url")
    yield from text(url, (*path, "url"), 1, 2048)
    if url and url.split("://")[0] not in ("http", "https", "attachment"):
        yield Problem(
            path=(*path, "url"),
            code="URL_TYPE_INVALID_SCHEME",
            message="Scheme must be one of ('http', 'https', 'attachment').",
        )


def _thumbnail(picture: Json, path: Path) -> Iterator[Problem]:
    yield from _media(picture.get("media"), (*path, "media"))
    yield from text(picture.get("description"), (*path, "description"), 0, 1024, needed=False)


def _gallery(gallery: Json, path: Path) -> Iterator[Problem]:
    yield from count(gallery.get("items"), (*path, "items"), 1, 10)
    for index, item in enumerate(gallery.get("items") or []):
        yield from _thumbnail(item, (*path, "items", index))


def _file(file: Json, path: Path) -> Iterator[Problem]:
    yield from _media(file.get("file"), (*path, "file"))


def _separator(separator: Json, path: Path) -> Iterator[Problem]:
    yield from number(separator.get("spacing"), (*path, "spacing"), 1, 2)


def _container(container: Json, path: Path) -> Iterator[Problem]:
    children = container.get("components") or []
    yield from count(children, (*path, "components"), 1, 40)
    for index, child in enumerate(children):
        yield from _check(child, (*path, "components", index), IN_CONTAINER)


_RULES: dict[int, Callable[[Json, Path], Iterator[Problem]]] = {
    ROW: _row,
    BUTTON: _button,
    INPUT: _input,
    SECTION: _section,
    TEXT: _text,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
    LABEL: _label,
    UPLOAD: _upload,
    RADIO: _choices(2),
    CHECKS: _choices(1),
    CHECK: _checkbox,
    **dict.fromkeys(SELECTS, _select),
}
