"""Before and after in one picture."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from bot.inpainting import preview
from bot.inpainting.masks import PixelBox

_GAP = 12
_TALL = 1.5  # times the width: pictures higher than this stand side by side
_BACK = (43, 45, 49)


def both(before: Image.Image, after: Image.Image) -> bytes:
    """Return both pictures as one JPEG of at most 1024 pixels in width, named.

    They stand one above the other, as wide as a phone shows them; two tall ones stand side by
    side. Each is at most 1024 pixels high.
    """
    wide, high = preview.drawn_size(after.size)
    beside = high > wide * _TALL
    if beside:
        scale = min(1.0, (preview.SIDE - _GAP) / 2 / wide)
        wide, high = round(wide * scale), round(high * scale)
    place = (wide + _GAP, 0) if beside else (0, high + _GAP)
    sheet = Image.new("RGB", (place[0] + wide, place[1] + high), _BACK)
    for picture, name, corner in ((before, "before", (0, 0)), (after, "after", place)):
        sheet.paste(preview.fitted(picture, (wide, high)), corner)
        _name(sheet, corner, name)
    return preview.encode(sheet, after.info.get("icc_profile"))


def only(canvas: Image.Image, place: PixelBox) -> Image.Image:
    """Return the canvas (RGB) empty but for one place: what was there before any drawing."""
    empty = Image.new("RGB", canvas.size, _BACK)
    empty.paste(canvas.crop(place), place[:2])
    return empty


def _name(sheet: Image.Image, corner: tuple[int, int], name: str) -> None:
    """Write a name on a dark tag into the corner of a picture, readable on a phone."""
    tall = max(12, sheet.width // 26)
    font = ImageFont.load_default(tall)
    draw = ImageDraw.Draw(sheet, "RGBA")
    x, y = corner[0] + tall // 3, corner[1] + tall // 4
    left, top, right, bottom = draw.textbbox((x, y), name, font=font)
    tag = (left - 6, top - 6, right + 6, bottom + 6)
    draw.rounded_rectangle(tag, radius=6, fill=(0, 0, 0, 170))
    draw.text((x, y), name, font=font, fill="white")
