"""What an operation is: its options, how values are validated, and how they go to the wire."""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.errors import BadOption

Value = str | int | float
Values = Mapping[str, Value]
Kind = Literal["text", "integer", "number", "image"]

SEED_MOST = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a slash command and one field of the request.

    ``name`` is what Discord shows, ``wire`` the gateway's field. ``least`` and ``most`` bound a
    number, or the length of a text in characters. ``default`` is what the bot sends when the
    member says nothing; None leaves the field out.
    """

    name: str
    wire: str
    kind: Kind
    description: str
    required: bool = False
    default: Value | None = None
    least: float | None = None
    most: float | None = None
    multiple: int = 1
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> Value:
        """Return the value as the wire takes it.

        Raises BadOption with the limit named.
        """
        return _CHECKS[self.kind](self, value)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the gateway.

    ``price`` is in micro-dollars a picture, ``image_field`` is where the answer's link stands,
    ``seconds`` how long it usually takes; ``stream`` marks the twin behind ``stream: True``.
    """

    id: str
    command: str
    title: str
    summary: str
    path: str
    price: int
    image_field: str
    options: tuple[Option, ...]
    stream: bool = False
    seconds: float = 10.0
    colour: int = 0x5865F2

    @property
    def takes_seed(self) -> bool:
        """Whether a picture can be made again from its seed."""
        return any(option.name == "seed" for option in self.options)

    @property
    def takes_images(self) -> bool:
        """Whether the operation repaints a picture that it is given."""
        return any(option.kind == "image" for option in self.options)

    def option(self, name: str) -> Option:
        """Return the option of that name; raises KeyError."""
        for option in self.options:
            if option.name == name:
                return option
        raise KeyError(name)

    def validate(
        self, given: Mapping[str, object], *, choose: Callable[[], int] | None = None
    ) -> dict[str, Value]:
        """Return the complete values of an order: checked, with defaults and a seed filled in.

        None counts as not given. Images are checked where they are read (``bot/images.py``), so
        they are skipped here. Raises BadOption.
        """
        for name in given:
            if all(option.name != name for option in self.options):
                raise BadOption(name, f"`{name}` is not an option of {self.title}.")
        values: dict[str, Value] = {}
        for option in self.options:
            value = given.get(option.name)
            if value is None:
                value = self._absent(option, choose or _any_seed)
            if value is not None:
                values[option.name] = option.check(value)
        return values

    def another(self, values: Values) -> dict[str, Value]:
        """Return the values of one more picture of the kind: with a new seed, if it takes one."""
        return {**values, "seed": _any_seed()} if self.takes_seed else dict(values)

    def encode(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return the request's JSON: the values under the gateway's names, nothing else."""
        return {
            option.wire: values[option.name]
            for option in self.options
            if values.get(option.name) is not None
        }

    def _absent(self, option: Option, choose: Callable[[], int]) -> Value | None:
        if option.name == "seed":
            return choose()
        if option.required and option.kind != "image":
            raise BadOption(option.name, f"`{option.name}` is missing.")
        return option.default


def _any_seed() -> int:
    return random.SystemRandom().randint(0, SEED_MOST)


def _check_text(option: Option, value: object) -> Value:
    text = _readable(str(value))
    if option.choices:
        if text not in option.choices:
            allowed = ", ".join(option.choices)
            raise BadOption(option.name, f"`{option.name}` must be one of {allowed}.")
        return text
    if option.required and not _visible(text):
        raise BadOption(option.name, f"`{option.name}` has no words in it.")
    if option.most is not None and len(text) > option.most:
        raise BadOption(
            option.name,
            f"`{option.name}` has {len(text):,} characters; {option.most:,.0f} is the most.",
        )
    return text


def _readable(text: str) -> str:
    """Drop control characters and lone surrogates, which no model reads and JSON cannot carry.

    What stood between two words, as a tab does, becomes a space.
    """
    return "".join(filter(None, map(_character, text))).strip()


def _character(c: str) -> str:
    if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"):
        return c
    return " " if c.isspace() else ""


def _visible(text: str) -> bool:
    return any(unicodedata.category(c)[0] not in ("C", "Z") for c in text)


def _check_integer(option: Option, value: object) -> Value:
    number = _check_number(option, value)
    if number != int(number):
        raise BadOption(option.name, f"`{option.name}` must be a whole number.")
    if int(number) % option.multiple:
        raise BadOption(option.name, f"`{option.name}` must be a multiple of {option.multiple}.")
    return int(number)


def _check_number(option: Option, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadOption(option.name, f"`{option.name}` must be a number.")
    too_small = option.least is not None and value < option.least
    too_large = option.most is not None and value > option.most
    if too_small or too_large:
        raise BadOption(option.name, f"`{option.name}` must be {_span(option)}.")
    return value


def _span(option: Option) -> str:
    if option.least is None:
        return f"at most {option.most:g}"
    if option.most is None:
        return f"at least {option.least:g}"
    return f"from {_plain(option.least)} to {_plain(option.most)}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _check_image(option: Option, value: object) -> Value:
    return str(value)


_CHECKS: dict[Kind, Callable[[Option, object], Value]] = {
    "text": _check_text,
    "integer": _check_integer,
    "number": _check_number,
    "image": _check_image,
}
