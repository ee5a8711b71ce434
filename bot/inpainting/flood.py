"""Which pixels hang together: enclosed holes, and what touches a seed.

A mask becomes one large integer with a bit a pixel, so that a step of the flood in all four
directions is a few shifts, at the speed of memory and without a library for arrays.
"""

from __future__ import annotations

from PIL import Image, ImageChops

from bot.inpainting import masks


def holes(mask: Image.Image) -> Image.Image:
    """Return a mask of the pixels that ``mask`` encloses (no path of four-neighbours leads out)."""
    framed = mask.crop((-1, -1, mask.width + 1, mask.height + 1))
    free = masks.invert(framed)
    edge = Image.new("L", framed.size, masks.REPAINT)
    edge.paste(masks.STAY, (1, 1, framed.width - 1, framed.height - 1))
    outside = touched(edge, free)
    inner = ImageChops.subtract(free, outside)
    return inner.crop((1, 1, mask.width + 1, mask.height + 1))


def touched(seed: Image.Image, area: Image.Image) -> Image.Image:
    """Return the parts of ``area`` that ``seed`` reaches without leaving ``area``."""
    width, height = area.size
    stride = (width // 8 + 1) * 8  # at least one black column, so that shifts do not wrap
    room = _bits(area, stride)
    found = _bits(seed, stride) & room
    while True:
        wider = found
        for _ in range(16):
            wider |= (wider << 1 | wider >> 1 | wider << stride | wider >> stride) & room
        if wider == found:
            return _picture(found, stride, height).crop((0, 0, width, height))
        found = wider


def count(area: Image.Image, most: int) -> int:
    """Return in how many parts an area falls that do not touch; counting ends at ``most``."""
    found = 0
    while (box := area.getbbox()) is not None and found < most:
        found += 1
        row = area.crop((0, box[1], area.width, box[1] + 1))
        x, *_ = row.getbbox() or (0,)
        seed = masks.boxes(area.size, [(x, box[1], x + 1, box[1] + 1)])
        area = ImageChops.subtract(area, touched(seed, area))
    return found


def _bits(mask: Image.Image, stride: int) -> int:
    padded = mask.crop((0, 0, stride, mask.height))
    return int.from_bytes(padded.convert("1", dither=Image.Dither.NONE).tobytes(), "big")


def _picture(number: int, stride: int, height: int) -> Image.Image:
    data = number.to_bytes(stride * height // 8, "big")
    return Image.frombytes("1", (stride, height), data).convert("L")
