"""What the local gateway accepts: a request's fields held against the operation's row."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.spec import Operation, Option

# SD 3.5 wants every field that it has; the other operations want the prompt only. Inpainting goes
# on without a picture, over a stock photo. Sources: the provider's page, and the field notes.
WANTS_ALL = frozenset({"sd35"})


def complaint(operation: Operation, body: Mapping[str, object]) -> str | None:
    """Return what is wrong with the request's fields, or None where they are accepted."""
    options = {option.wire: option for option in operation.options}
    for name in body:
        if name not in options:
            return f"Unknown field: {name}"
    for name, option in options.items():
        if name in body:
            wrong = _wrong(option, body[name])
            if wrong:
                return f"{name} {wrong}"
        elif name == "prompt" or operation.id in WANTS_ALL:
            return f"Missing required field: {name}"
    return None


def _wrong(option: Option, value: object) -> str | None:
    if option.kind in ("text", "image"):
        return _wrong_text(option, value)
    return _wrong_number(option, value)


def _wrong_text(option: Option, value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    if option.choices and value not in option.choices:
        return f"must be one of {', '.join(option.choices)}"
    if option.required and not value.strip():
        return "must not be empty"
    if option.most is not None and len(value) > option.most:
        return f"must have at most {option.most:.0f} characters"
    return None


def _wrong_number(option: Option, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "must be a number"
    if option.kind == "integer" and not isinstance(value, int):
        return "must be an integer"
    if option.least is not None and value < option.least:
        return f"must be greater than or equal to {option.least:g}"
    if option.most is not None and value > option.most:
        return f"must be less than or equal to {option.most:g}"
    if option.kind == "integer" and value % option.multiple:
        return f"must be a multiple of {option.multiple}"
    return None
