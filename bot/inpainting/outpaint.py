"""More room around a picture: a larger canvas, and the mask of what has to be drawn in it.

The new room is filled with the mirrored, blurred picture, so that a model that looks at what it
replaces finds the right colours. A strip of the old picture along each new side is repainted
too, so that no edge shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageFilter

from bot.errors import BadOption, BadPicture
from bot.inpainting import masks
from bot.inpainting.masks import PixelBox, Size
from bot.pixels import PIXELS_MOST, SIDE_MOST

AMOUNTS = (25, 50)  # percent of the old side, for each side that grows
STRIP = 0.04  # of the shorter side: how far the mask reaches into the old picture

_FILL_SIDE = 384  # the filling is made this small: it is blurred anyway
_SAME_SHAPE = 0.01
_BLOCK = 16  # pixels that a JPEG stores together

Sides = tuple[int, int, int, int]  # pixels added left, up, right, down


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to extend: the sides that grow by an amount, or the shape that is aimed at."""

    name: str
    grows: Sides = (0, 0, 0, 0)
    ratio: Fraction | None = None


WAYS: tuple[Way, ...] = (
    Way(name="left", grows=(1, 0, 0, 0)),
    Way(name="right", grows=(0, 0, 1, 0)),
    Way(name="up", grows=(0, 1, 0, 0)),
    Way(name="down", grows=(0, 0, 0, 1)),
    Way(name="all", grows=(1, 1, 1, 1)),
    Way(name="16:9", ratio=Fraction(16, 9)),
    Way(name="1:1", ratio=Fraction(1)),
    Way(name="9:16", ratio=Fraction(9, 16)),
)

_BY_NAME = {way.name: way for way in WAYS}


def extend(picture: Image.Image, way: str, amount: int = 25) -> tuple[Image.Image, Image.Image]:
    """Return the canvas with the picture on it, and the mask; both of the canvas's size.

    ``amount`` is one of ``AMOUNTS``, which is kept about; ``all`` adds it on each side, and the
    three ratios do not use it. The canvas is RGB or RGBA, opaque where it is new. Raises BadOption
    for an unknown way or amount or a picture that already has the ratio, BadPicture when the
    canvas gets too large.
    """
    added = sides(picture.size, way, amount)
    left, up, right, down = added
    size = picture.width + left + right, picture.height + up + down
    require_room(size)
    return _canvas(picture, size, added), _mask(picture.size, size, added)


def place(size: Size, way: str, amount: int = 25) -> PixelBox:
    """Return where in its canvas a picture of that size lies; raises BadOption as ``extend``."""
    left, up, _, _ = sides(size, way, amount)
    return left, up, left + size[0], up + size[1]


def require_room(size: Size) -> None:
    """Raise BadPicture for a canvas that could not be sent again, or not be saved at all."""
    if max(size) > SIDE_MOST or size[0] * size[1] > PIXELS_MOST:
        raise BadPicture(
            f"The picture would become {size[0]:,} x {size[1]:,} pixels; {SIDE_MOST:,} pixels a "
            f"side and {PIXELS_MOST / 1_000_000:g} megapixels are the most. Extend it by less, or "
            "start from a smaller copy. Nothing was charged."
        )


def sides(size: Size, way: str, amount: int = 25) -> Sides:
    """Return how much is added to a picture of that size; raises BadOption as ``extend`` does.

    A large picture is moved by whole blocks, so that what a JPEG stores of it need not change.
    """
    if way not in _BY_NAME:
        raise BadOption("extend", f"`extend` must be one of {', '.join(_BY_NAME)}.")
    ratio = _BY_NAME[way].ratio
    if ratio is not None:
        return _to_ratio(size, ratio)
    if amount not in AMOUNTS:
        allowed = " or ".join(str(each) for each in AMOUNTS)
        raise BadOption("amount", f"`amount` must be {allowed} percent.")
    wide, high = (max(1, round(side * amount / 100)) for side in size)
    left, up, right, down = _BY_NAME[way].grows
    left, up = (_on_blocks(side, 4 * _BLOCK) for side in (left * wide, up * high))
    return left, up, right * wide, down * high


def _to_ratio(size: Size, ratio: Fraction) -> Sides:
    wide = max(0, round(size[1] * ratio) - size[0])
    high = max(0, round(size[0] / ratio) - size[1])
    if wide <= size[0] * _SAME_SHAPE and high <= size[1] * _SAME_SHAPE:
        raise BadOption(
            "extend",
            f"The picture already is {ratio.numerator}:{ratio.denominator}, so there is nothing to "
            "add. Nothing was charged.",
        )
    left, up = (_on_blocks(side // 2, _BLOCK) for side in (wide, high))
    return left, up, wide - left, high - up


def _on_blocks(side: int, least: int) -> int:
    """Return the nearest number of pixels that is whole blocks, where there are enough of them."""
    return round(side / _BLOCK) * _BLOCK if side >= least else side


def _canvas(picture: Image.Image, size: Size, sides: Sides) -> Image.Image:
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    old = picture if picture.mode == mode else picture.convert(mode)
    canvas = _filling(old, size, sides)
    if mode == "RGBA":
        canvas.putalpha(255)  # where it is, not in a copy: canvases are large
    canvas.paste(old, sides[:2])
    if "icc_profile" in picture.info:
        canvas.info["icc_profile"] = picture.info["icc_profile"]
    return canvas


def _filling(picture: Image.Image, size: Size, sides: Sides) -> Image.Image:
    scale = min(1.0, _FILL_SIDE / max(picture.size))
    wide, high = (max(1, round(side * scale)) for side in picture.size)
    small = picture.resize((wide, high), Image.Resampling.BOX)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    room = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    filling = _mirrored(small, room, (round(sides[0] * scale), round(sides[1] * scale)))
    soft = filling.filter(ImageFilter.GaussianBlur(max(room) / 100))
    return soft.resize(size, Image.Resampling.BICUBIC)


def _mirrored(tile: Image.Image, room: Size, start: tuple[int, int]) -> Image.Image:
    """Return a picture full of copies of the tile, mirrored at every edge, one at ``start``."""
    filled = Image.new("RGB", room)
    flip, turn = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM
    for column in range(-(start[0] // tile.width) - 1, room[0] // tile.width + 1):
        for row in range(-(start[1] // tile.height) - 1, room[1] // tile.height + 1):
            piece = tile.transpose(flip) if column % 2 else tile
            piece = piece.transpose(turn) if row % 2 else piece
            place = start[0] + column * tile.width, start[1] + row * tile.height
            filled.paste(piece, place)
    return filled


def _mask(old: Size, size: Size, sides: Sides) -> Image.Image:
    strip = max(1, min(round(min(old) * STRIP), min(old) // 3))
    left, up, right, down = (side + strip if side else 0 for side in sides)
    stays = left, up, size[0] - right, size[1] - down
    mask = masks.invert(masks.blank(size))
    if stays[0] < stays[2] and stays[1] < stays[3]:
        mask.paste(masks.STAY, stays)
    return mask
