"""What the member sees before anything is spent: the picture with the mask tinted and outlined.

Everything happens at the small size: a large photo is decoded at a fraction of its size where
the format allows, and masks are drawn at the preview's size.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from bot.inpainting import masks, paste
from bot.inpainting.masks import Size

SIDE = 1024  # longest side, pixels
LEAST_SIDE = SIDE * 3 // 4  # of what a large picture is decoded to
LEAST = 640  # a small picture is enlarged, or nobody would see it
SLIMMEST = 8.0  # a slimmer picture is shown wider than it is, for the same reason
MOST_BYTES = 1_000_000

_TINT, _OTHER_TINT = (255, 0, 144), (0, 220, 90)  # the other on what is of the first's colour
_NEAR = 120  # of 765: a tint that is no further from what it lies on is lost there
_QUALITIES = (85, 70, 50, 30)
_STRENGTH, _STRIPES = 120, 110  # of 255: how much of the tint shows, and of the white stripes


def load(data: bytes, side: int = SIDE) -> Image.Image:
    """Return a verified picture file, small, the right way up, as RGB on a chequered ground."""
    with Image.open(io.BytesIO(data)) as picture:
        decode_small(picture, side * 3 // 4)  # sharp enough, and mostly saves the resizing as well
        return small(ImageOps.exif_transpose(picture), side)


def decode_small(picture: Image.Image, side: int) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth; its longest side stays ``side``."""
    share = side / max(picture.size)
    size = max(1, int(picture.width * share)), max(1, int(picture.height * share))
    picture.draft(None, size)


def small(picture: Image.Image, side: int = SIDE) -> Image.Image:
    """Return a picture at preview size as RGB on a chequered ground; no picture is enlarged."""
    scale = min(1.0, side / max(picture.size))
    return fitted(
        picture, (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    )


def fitted(picture: Image.Image, size: Size) -> Image.Image:
    """Return a picture at that size as RGB on a chequered ground."""
    if size == picture.size:
        return plain(picture)
    if picture.mode in ("1", "P", "PA"):  # Pillow resizes these without mixing colours
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return plain(picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5))


def drawn_size(
    size: Size, side: int = SIDE, slimmest: float = SLIMMEST, least: int = LEAST
) -> Size:
    """Return the size to draw a picture at, its longer side from ``least`` to ``side``."""
    shorter = max(min(size), max(size) / slimmest)
    stretched = [max(length, shorter) for length in size]
    scale = min(side, max(least, *stretched)) / max(stretched)
    return round(stretched[0] * scale), round(stretched[1] * scale)


def plain(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, with its profile; what is transparent shows a chequered ground."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    shown = Image.alpha_composite(_chequered(layer.size), layer).convert("RGB")
    shown.info["icc_profile"] = picture.info.get("icc_profile")
    return shown


def tinted(picture: Image.Image, mask: Image.Image, feather: float = 0) -> Image.Image:
    """Return the picture (RGB, preview size) with the mask tinted, striped and outlined.

    The mask is of any size; ``feather`` is how far the seam will reach, in the preview's pixels:
    the tint is as strong as the result will show. The outline is white beside black, so that it
    stands out from every picture.
    """
    hard = masks.fit(mask, picture.size)
    soft = paste.seam(hard, round(feather))
    shown = picture.copy()
    tint = soft.point([value * _STRENGTH // 255 for value in range(256)])
    shown.paste(_tint(picture, hard), mask=tint)
    shown.paste((255, 255, 255), mask=ImageChops.multiply(soft, _stripes(picture.size)))
    line = max(1, round(max(picture.size) / 400))
    outer = ImageChops.subtract(masks.grow(hard, line), hard)
    inner = ImageChops.subtract(hard, masks.shrink(hard, line))
    shown.paste((0, 0, 0), mask=inner)
    shown.paste((255, 255, 255), mask=outer)
    return shown


def draw(
    picture: Image.Image, mask: Image.Image, feather: float = 0, slimmest: float = SLIMMEST
) -> Image.Image:
    """Return the preview of a mask over a picture, as large as ``drawn_size`` says.

    Both are of any size; ``feather`` is how far the seam will reach, in the picture's pixels.
    """
    shown = fitted(picture, drawn_size(picture.size, SIDE, slimmest))
    return tinted(shown, mask, feather * max(shown.size) / max(picture.size))


def encode(picture: Image.Image, profile: bytes | None = None) -> bytes:
    """Return the picture as a JPEG of at most about 1 MB, with a colour profile."""
    file = b""
    for quality in _QUALITIES:
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=quality, icc_profile=profile)
        file = data.getvalue()
        if len(file) <= MOST_BYTES:
            break
    return file


def _tint(picture: Image.Image, mask: Image.Image) -> tuple[int, int, int]:
    if masks.is_empty(mask):
        return _TINT
    under = ImageStat.Stat(picture, mask).mean
    distance = sum(abs(tint - colour) for tint, colour in zip(_TINT, under, strict=True))
    return _TINT if distance > _NEAR else _OTHER_TINT


def _stripes(size: Size) -> Image.Image:
    """Return thin diagonal stripes: a tint alone is lost on a picture of its own colour."""
    stripes = masks.blank(size)
    draw = ImageDraw.Draw(stripes)
    step = max(6, max(size) // 40)
    for start in range(-size[1], size[0], step):
        draw.line((start, size[1], start + size[1], 0), fill=_STRIPES, width=max(1, step // 6))
    return stripes


def _chequered(size: Size) -> Image.Image:
    ground = Image.new("RGBA", size, (255, 255, 255, 255))
    draw = ImageDraw.Draw(ground)
    step = max(4, max(size) // 64)
    for y in range(0, size[1], step):
        for x in range(y // step % 2 * step, size[0], 2 * step):
            draw.rectangle((x, y, x + step - 1, y + step - 1), fill=(205, 205, 205, 255))
    return ground
