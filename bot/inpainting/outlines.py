"""A line drawn around something means what it encloses: whoever circles the dog means the dog."""

from __future__ import annotations

from PIL import Image, ImageChops

from bot.inpainting import flood, masks

THIN = 0.06  # of the shorter side: a line up to this thickness means what it encloses
GAPS = (0.04, 0.1, 0.2)  # of the shorter side: a line that leaves no wider gap counts as closed


def filled(paint: Image.Image, gaps: tuple[float, ...] = GAPS) -> Image.Image:
    """Return the mask with what its thin lines enclose, also where a line closes but for a gap.

    A line is what is at most ``THIN`` of the shorter side thick; a thicker ring was painted with
    care and means only itself.
    """
    side = min(paint.size)
    paint = _closed(paint, 2)
    thick = opened(paint, max(1, round(side * THIN / 2)))
    kept = opened(flood.holes(thick), 2)
    inner = flood.holes(paint)
    for gap in gaps:
        inner = ImageChops.lighter(inner, _almost_enclosed(paint, max(2, round(side * gap / 2))))
    everything = ImageChops.lighter(paint, inner)
    return ImageChops.subtract(everything, ImageChops.subtract(kept, paint))


def opened(mask: Image.Image, pixels: int) -> Image.Image:
    """Return the mask without what is thinner than twice ``pixels``."""
    return masks.grow(masks.shrink(mask, pixels), pixels)


def _almost_enclosed(paint: Image.Image, reach: int) -> Image.Image:
    """Return the mask of what the paint encloses once gaps up to twice ``reach`` are bridged.

    What is left must be clearly larger than the gap: the mouth of a narrow bend is no circle. It
    is looked for at half the size, because a bridge is no exact thing.
    """
    coarse = masks.grow(paint, reach).reduce(2)
    inner = masks.fit(flood.holes(masks.above(coarse, masks.MIDDLE)), paint.size)
    return masks.grow(opened(inner, reach // 2), reach)


def _closed(mask: Image.Image, pixels: int) -> Image.Image:
    return masks.shrink(masks.grow(mask, pixels), pixels)
