"""Before and after in one picture."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from bot.inpainting import preview
from bot.inpainting.masks import PixelBox

_GAP = 12
_BACK = (43, 45, 49)


def side_by_side(before: Image.Image, after: Image.Image) -> bytes:
    """Return both pictures as one JPEG, at most 1024 px a side each.

    They stand beside each other, or below each other when they are wider than they are high.
    """
    first = _named(preview.small(before), "before")
    second = _named(preview.small(after).resize(first.size), "after")
    wide, high = first.size
    down = wide > high * 1.3
    place = (0, high + _GAP) if down else (wide + _GAP, 0)
    both = Image.new("RGB", (place[0] + wide, place[1] + high), _BACK)
    both.paste(first, (0, 0))
    both.paste(second, place)
    return preview.encode(both, after.info.get("icc_profile"))


def only(canvas: Image.Image, place: PixelBox) -> Image.Image:
    """Return the canvas small, and empty but for one place: what was there before any drawing."""
    small = preview.small(canvas)
    scale = small.width / canvas.width, small.height / canvas.height
    left, top, right, bottom = (round(edge * scale[n % 2]) for n, edge in enumerate(place))
    empty = Image.new("RGB", small.size, _BACK)
    empty.paste(small.crop((left, top, right, bottom)), (left, top))
    return empty


def _named(picture: Image.Image, name: str) -> Image.Image:
    """Write a name on a dark tag into the upper left corner, where there is room for it."""
    font = ImageFont.load_default(max(12, max(picture.size) // 28))
    draw = ImageDraw.Draw(picture, "RGBA")
    left, top, right, bottom = draw.textbbox((10, 8), name, font=font)
    if right + 10 <= picture.width and bottom + 8 <= picture.height:
        tag = (left - 6, top - 6, right + 6, bottom + 6)
        draw.rounded_rectangle(tag, radius=6, fill=(0, 0, 0, 170))
        draw.text((10, 8), name, font=font, fill="white")
    return picture
