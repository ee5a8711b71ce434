"""Repainting a part of a large picture at the size that the model is good at.

``plan`` chooses a box around the mask, ``cut`` makes what is sent to the model, ``paste`` puts the
answer back into the picture at its full size. Colours are moved as plain numbers: the picture's
own colour profile holds for the new part as well, because the model saw numbers of that profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops

from bot.inpainting import masks
from bot.inpainting.masks import PixelBox, Size

LEAST, BEST, MOST = 512, 768, 1024  # SD 1.5 was trained at 512 and loses the thread above 1024
NARROWEST = 256  # the least side that the gateway draws
MULTIPLE = 8
CONTEXT = 0.5  # of the marked part's longer side, around it
_LEAST_CONTEXT = 64
_STRIP = 256  # rows of the result that are at the picture's own size at a time


@dataclass(frozen=True, kw_only=True)
class Crop:
    """What of the picture is sent: ``box`` in pixels, and the size that the model is given."""

    box: PixelBox
    size: Size

    @property
    def box_size(self) -> Size:
        """Width and height of the box in pixels of the picture."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    @property
    def enlarged(self) -> float:
        """How many times the answer is enlarged when it is pasted; 1.0 where it is not."""
        wide, high = self.box_size
        return max(1.0, wide / self.size[0], high / self.size[1])


def plan(size: Size, mask: Image.Image, feather: int = 0) -> Crop:
    """Return the part of the picture to send for this mask, with context around it.

    ``feather`` (pixels) is what ``cut`` and ``paste`` are given; the box leaves room for it. The
    box lies in the picture, is at least 512 px a side where the picture is, and no slimmer than
    2:1 where the picture allows. Sizes are multiples of 8 from 512 to 1024; only a picture slimmer
    than 2:1 gets a shorter side below that, never below 256. Raises BadPicture for an empty mask.
    """
    return around(size, masks.require_some(mask).getbbox() or (0, 0, *size), feather)


def around(size: Size, marked: PixelBox, feather: int = 0) -> Crop:
    """Return what ``plan`` does for a mask of which only the box around it is known."""
    left, top, right, bottom = marked
    longer = max(right - left, bottom - top)
    context = max(_LEAST_CONTEXT, round(longer * CONTEXT)) + feather
    wide = max(right - left + 2 * context, LEAST)
    high = max(bottom - top + 2 * context, LEAST)
    wide, high = min(size[0], max(wide, high // 2)), min(size[1], max(high, wide // 2))
    x0, x1 = _around(left, right, wide, size[0])
    y0, y1 = _around(top, bottom, high, size[1])
    return Crop(box=(x0, y0, x1, y1), size=_model_size((wide, high)))


def cut(
    picture: Image.Image, mask: Image.Image, crop: Crop, feather: int = 0
) -> tuple[Image.Image, Image.Image]:
    """Return the picture (RGB) and the mask to send, both of ``crop.size``.

    The mask is hard-edged and wider than what was marked by ``feather`` pixels, so that the soft
    seam lies over new paint. The picture is RGB or RGBA; what is transparent is sent as white.
    """
    part = _flat(picture.resize(crop.size, Image.Resampling.LANCZOS, crop.box))
    wider = masks.above(masks.grow(mask.crop(crop.box), feather), masks.MIDDLE)
    return part, masks.fit(wider, crop.size)


def paste(
    original: Image.Image, result: Image.Image, mask: Image.Image, crop: Crop, feather: int = 0
) -> Image.Image:
    """Return the original, at its full size, with the result in the masked part.

    Pixels further than ``feather`` from the mask are the original's to the bit; the mask itself is
    the result's, and the seam between them is soft. Transparency stays as it was, unless more than
    half of what the mask covers is transparent: then a hole was meant to be filled, and the mask
    becomes opaque. The picture is RGB or RGBA; its colour profile is in ``info`` as in the
    original. Memory stays at two pictures, the original and the outcome, whatever the size.
    """
    shows = seam(mask.crop(crop.box), feather)  # first: large masks in the making need room too
    whole = original.convert("RGBA" if original.has_transparency_data else "RGB")
    whole.info = {k: v for k, v in original.info.items() if k == "icc_profile"}
    fills = _is_hole(whole, mask)
    for top, after in _strips(_flat(result), crop.box_size):
        part = (0, top, after.width, top + after.height)
        place = (crop.box[0], crop.box[1] + top)
        before = whole.crop((*place, place[0] + after.width, place[1] + after.height))
        whole.paste(_merged(before, after, shows.crop(part), fills=fills), place)
    return whole


def seam(mask: Image.Image, feather: int) -> Image.Image:
    """Return how much of the result shows: all in the mask, fading out over ``feather`` pixels."""
    if feather <= 0:
        return mask
    middle = masks.grow(mask, (feather + 1) // 2)
    soft = ImageChops.lighter(masks.feather(middle, feather / 4), mask)
    return ImageChops.darker(soft, masks.grow(mask, feather))


def _strips(result: Image.Image, size: Size) -> Iterator[tuple[int, Image.Image]]:
    """Yield the result at another size, a strip of rows at a time, each with its upper edge."""
    width, height = size
    wide = result.resize((width, result.height), Image.Resampling.LANCZOS)
    for top in range(0, height, _STRIP):
        rows = min(_STRIP, height - top)
        box = (0, top * result.height / height, width, (top + rows) * result.height / height)
        yield top, wide.resize((width, rows), Image.Resampling.LANCZOS, box)


def _merged(
    before: Image.Image, after: Image.Image, shows: Image.Image, *, fills: bool
) -> Image.Image:
    after = after.convert(before.mode)
    if fills:
        after.putalpha(shows)
        return Image.alpha_composite(before, after)
    merged = Image.composite(after, before, shows)
    if before.mode == "RGBA":
        merged.putalpha(before.getchannel("A"))
    return merged


def _is_hole(picture: Image.Image, mask: Image.Image) -> bool:
    """Whether more than half of what the mask covers cannot be seen."""
    if picture.mode != "RGBA":
        return False
    counts = picture.getchannel("A").histogram(mask)
    return sum(counts[: masks.MIDDLE]) > sum(counts) / 2


def _around(start: int, end: int, length: int, limit: int) -> tuple[int, int]:
    """Return a span of ``length`` with the marked span in its middle, moved into the picture."""
    first = min(max(0, (start + end - length) // 2), limit - length)
    return first, first + length


def _model_size(box: Size) -> Size:
    """Return the size to draw at: the shorter side 512 to 768, the longer at most 1024."""
    shorter, longer = min(box), max(box)
    scale = min(min(max(shorter, LEAST), BEST) / shorter, MOST / longer)
    return _stepped(box[0] * scale), _stepped(box[1] * scale)


def _stepped(side: float) -> int:
    return min(MOST, max(NARROWEST, round(side / MULTIPLE) * MULTIPLE))


def _flat(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
