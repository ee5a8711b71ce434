"""The same wish for another model: what the two have in common goes over, the rest is left out."""

from __future__ import annotations

import math

from bot.shapes import SIZES
from bot.spec import Operation, Value, Values

SAME = ("prompt", "negative_prompt", "seed")


def values_for(values: Values, target: Operation) -> dict[str, Value]:
    """Return what another model is given for the same picture: words, seed and shape."""
    names = {option.name for option in target.options}
    kept = {name: values[name] for name in SAME if name in values and name in names}
    return {**kept, **_shape(values, target)}


def size_of(aspect: str) -> tuple[int, int]:
    """Return the size of the table whose shape is nearest to an aspect ratio such as ``16:9``."""
    across, down = _sides(aspect)
    width, height, _ = min(SIZES[:10], key=lambda size: _off(size[0], size[1], across, down))
    return width, height


def aspect_of(width: int, height: int, choices: tuple[str, ...]) -> str:
    """Return the choice that is nearest to a size."""
    return min(choices, key=lambda choice: _off(*_sides(choice), width, height))


def _shape(values: Values, target: Operation) -> dict[str, Value]:
    names = {option.name for option in target.options}
    width, height = values.get("width"), values.get("height")
    aspect = values.get("aspect_ratio")
    if "aspect_ratio" in names:
        if aspect is not None:
            return {"aspect_ratio": aspect}
        if width and height:
            choices = target.option("aspect_ratio").choices
            return {"aspect_ratio": aspect_of(int(width), int(height), choices)}
    elif "width" in names:
        if aspect is not None:
            width, height = size_of(str(aspect))
        if width and height:
            return {"width": width, "height": height}
    return {}


def _off(width: float, height: float, across: float, down: float) -> float:
    return abs(math.log(width / height) - math.log(across / down))


def _sides(aspect: str) -> tuple[int, int]:
    across, down = aspect.split(":")
    return int(across), int(down)
