"""Repainting a part of a large picture at the size that the model is good at.

``plan`` chooses a box around the mask, ``cut`` makes what is sent to the model, ``paste`` puts the
answer back into the picture at its full size. Colours are moved as plain numbers: the picture's
own colour profile holds for the new part as well, because the model saw numbers of that profile.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

from bot.inpainting import masks
from bot.inpainting.masks import PixelBox, Size

LEAST, BEST, MOST = 512, 768, 1024  # SD 1.5 was trained at 512 and loses the thread above 1024
NARROWEST = 256  # the least side that the gateway draws
MULTIPLE = 8
CONTEXT = 0.5  # of the marked part's longer side, around it
_LEAST_CONTEXT = 64


@dataclass(frozen=True, kw_only=True)
class Crop:
    """What of the picture is sent: ``box`` in pixels, and the size that the model is given."""

    box: PixelBox
    size: Size

    @property
    def box_size(self) -> Size:
        """Width and height of the box in pixels of the picture."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def plan(size: Size, mask: Image.Image, feather: int = 0) -> Crop:
    """Return the part of the picture to send for this mask, with context around it.

    ``feather`` (pixels) is what ``cut`` and ``paste`` are given; the box leaves room for it. The
    box lies in the picture, is at least 512 px a side where the picture is, and no slimmer than
    2:1 where the picture allows. Sizes are multiples of 8 from 512 to 1024; only a picture slimmer
    than 2:1 gets a shorter side below that, never below 256. Raises BadPicture for an empty mask.
    """
    left, top, right, bottom = masks.require_some(mask).getbbox() or (0, 0, *size)
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
    seam lies over new paint. Transparent parts are shown to the model as white.
    """
    wider = masks.above(_wider(mask.crop(crop.box), feather), masks.MIDDLE)
    part = _flat(picture.crop(crop.box))
    return part.resize(crop.size, Image.Resampling.LANCZOS), masks.fit(wider, crop.size)


def paste(
    original: Image.Image,
    result: Image.Image,
    mask: Image.Image,
    crop: Crop,
    feather: int = 0,
    *,
    fill_holes: bool = False,
) -> Image.Image:
    """Return the original, at its full size, with the result in the masked part.

    Pixels further than ``feather`` from the mask are the original's to the bit; the mask itself is
    the result's, and the seam between them is soft. Transparency stays as it was, unless
    ``fill_holes`` makes the repainted part opaque. The picture is RGB or RGBA; its colour profile
    is in ``info`` as in the original. Only the box is worked on, so that memory stays at two
    pictures whatever the size.
    """
    whole = original.convert("RGBA" if original.has_transparency_data else "RGB")
    if whole is original:
        whole = original.copy()
    before = whole.crop(crop.box)
    seam = _seam(mask.crop(crop.box), feather)
    after = _flat(result).resize(crop.box_size, Image.Resampling.LANCZOS).convert(whole.mode)
    merged = Image.composite(after, before, seam)
    if whole.mode == "RGBA" and not fill_holes:
        colours = Image.composite(after.convert("RGB"), before.convert("RGB"), seam)
        merged = Image.merge("RGBA", (*colours.split(), before.getchannel("A")))
    whole.paste(merged, crop.box[:2])
    whole.info = {k: v for k, v in original.info.items() if k == "icc_profile"}
    return whole


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


def _wider(mask: Image.Image, feather: int) -> Image.Image:
    return masks.grow(mask, feather)


def _seam(mask: Image.Image, feather: int) -> Image.Image:
    """Return how much of the result shows: all in the mask, fading out over ``feather`` pixels."""
    if feather <= 0:
        return mask
    middle = masks.grow(mask, (feather + 1) // 2)
    soft = ImageChops.lighter(masks.feather(middle, feather / 4), mask)
    return ImageChops.darker(soft, _wider(mask, feather))


def _flat(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
