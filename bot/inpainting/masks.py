"""What a mask is, and the plain things that are done to one.

A mask is a Pillow picture of mode ``L`` and of the picture's size: 255 is repainted, 0 stays.
Every function returns a new mask that holds only 0 and 255, but ``feather``, which alone makes
greys. No function changes what it is given.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

from bot.errors import BadPicture

Size = tuple[int, int]
PixelBox = tuple[int, int, int, int]

STAY, REPAINT = 0, 255
MIDDLE = 128
SHAPE_TOLERANCE = 0.02  # of the ratio of the sides, beyond rounding
_WIDENED = 3  # times at most, each by a pixel: enough for a copy a third as large


def blank(size: Size) -> Image.Image:
    """Return a mask in which everything stays."""
    return Image.new("L", size, STAY)


def boxes(size: Size, parts: list[PixelBox]) -> Image.Image:
    """Return a mask in which the pixel boxes (left, top, right, bottom) are repainted."""
    mask = blank(size)
    for part in parts:
        mask.paste(REPAINT, part)
    return mask


def above(grey: Image.Image, level: float) -> Image.Image:
    """Return a mask of the pixels of a grey picture (``L``) that are at least ``level``."""
    return grey.point([REPAINT if value >= level else STAY for value in range(256)])


def invert(mask: Image.Image) -> Image.Image:
    """Return the mask with repainted and staying pixels exchanged."""
    return ImageChops.invert(mask)


def grow(mask: Image.Image, pixels: int) -> Image.Image:
    """Return the mask made wider by ``pixels`` on every side, with the corners cut (an octagon).

    Nothing further away than ``pixels`` (sideways, up or down) is added. The cost grows with the
    logarithm of ``pixels``, so that large photos are no trouble.
    """
    found = mask.getbbox()
    if pixels <= 0 or found is None or is_full(mask):
        return mask.copy()
    left, top, right, bottom = found
    around = (left - pixels, top - pixels, right + pixels, bottom + pixels)
    slope = int(pixels * 0.293)  # the share of a regular octagon's slanted sides
    part = mask.crop(around)
    for step in ((1, 1), (1, -1)):
        part = _smear(part, step, slope)
    for step in ((1, 0), (0, 1)):
        part = _smear(part, step, pixels - 2 * slope)
    grown = blank(mask.size)
    grown.paste(part, around[:2])
    return grown


def shrink(mask: Image.Image, pixels: int) -> Image.Image:
    """Return the mask made narrower by ``pixels``; the picture's own edge does not eat into it."""
    return invert(grow(invert(mask), pixels))


def feather(mask: Image.Image, radius: float) -> Image.Image:
    """Return the mask with a soft edge; ``radius`` is the standard deviation in pixels."""
    if radius <= 0:
        return mask.copy()
    return mask.filter(ImageFilter.GaussianBlur(radius))


def fit(mask: Image.Image, size: Size) -> Image.Image:
    """Return the mask at another size, hard-edged again."""
    if mask.size == size:
        return mask.copy()
    return above(mask.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), MIDDLE)


def lasting(mask: Image.Image, side: int) -> Image.Image:
    """Return the mask with what a copy of that longest side would lose made wide enough for it."""
    scale = min(1.0, side / max(mask.size))
    small = max(1, round(mask.width * scale)), max(1, round(mask.height * scale))
    for _ in range(_WIDENED):
        seen = fit(fit(mask, small), mask.size)
        lost = ImageChops.subtract(mask, grow(seen, 2))  # edges are a matter of rounding
        if is_empty(lost):
            break
        mask = ImageChops.lighter(mask, grow(lost, 1))
    return mask


def coverage(mask: Image.Image) -> float:
    """Return how much of the picture is repainted, from 0.0 to 1.0."""
    counts = mask.histogram()
    total = sum(value * count for value, count in enumerate(counts))
    return total / (REPAINT * max(1, mask.width * mask.height))


def is_empty(mask: Image.Image) -> bool:
    """Whether nothing is repainted."""
    return mask.getbbox() is None


def is_full(mask: Image.Image) -> bool:
    """Whether nothing stays."""
    return mask.getextrema() == (REPAINT, REPAINT)


def require_some(mask: Image.Image) -> Image.Image:
    """Return the mask; raises BadPicture when it marks nothing."""
    if is_empty(mask):
        raise BadPicture(
            "Nothing is marked yet, so there is nothing to repaint. Nothing was charged: choose "
            "some cells or a region first."
        )
    return mask


def require_same_shape(size: Size, picture: Size) -> None:
    """Raise BadPicture when an upload is not of the picture's shape, whatever its size."""
    slack = SHAPE_TOLERANCE + 1 / min(size) + 1 / min(picture)
    if abs(size[0] * picture[1] / (size[1] * picture[0]) - 1) > slack:
        raise BadPicture(
            f"The upload is {size[0]}x{size[1]}, but the picture is {picture[0]}x{picture[1]}: the "
            "shapes differ. Nothing was charged: send a mask of the picture's own shape, or paint "
            "over the whole picture, not cropped or turned."
        )


def percent(size: Size, share: float) -> int:
    """Return ``share`` percent of the picture's shorter side, in pixels."""
    return round(min(size) * share / 100)


def scaled(box: PixelBox, size: Size, to: Size) -> PixelBox:
    """Return a box of a picture of one size in its copy of another size."""
    wide, high = to[0] / size[0], to[1] / size[1]
    left, top, right, bottom = box
    return round(left * wide), round(top * high), round(right * wide), round(bottom * high)


def _smear(mask: Image.Image, step: tuple[int, int], reach: int) -> Image.Image:
    """Widen along one direction by ``reach`` steps to both sides; each round triples the reach."""
    done = 0
    while done < reach:
        jump = min(2 * done + 1, reach - done)
        ahead = ImageChops.lighter(mask, _moved(mask, step[0] * jump, step[1] * jump))
        mask = ImageChops.lighter(ahead, _moved(mask, -step[0] * jump, -step[1] * jump))
        done += jump
    return mask


def _moved(mask: Image.Image, right: int, down: int) -> Image.Image:
    width, height = mask.size
    return mask.crop((-right, -down, width - right, height - down))
