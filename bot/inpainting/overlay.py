"""The lettered grid drawn over the picture; zoomed in, with the whole picture below."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from PIL import Image, ImageDraw, ImageFont

from bot.inpainting import grid, preview
from bot.inpainting.masks import PixelBox, Size
from bot.inpainting.regions import Region

SLIMMEST = 2.5  # a slimmer picture is shown wider than it is, or its letters had no room
_STRIP = 0.24  # of the side: the strip beside or under a zoomed-in grid
_BACK = (43, 45, 49)
_MARK = (255, 0, 144)


def draw(picture: Image.Image, region: Region) -> Image.Image:
    """Return the picture with the region tinted and the grid over it, at most 1024 px a side.

    The picture is RGB, of any size, best as large as ``needed_side`` says.
    """
    if not region.zoom:
        return lettered(_shown(picture, region, preview.SIDE))
    close = lettered(_shown(picture, region, _room(picture.size, region)))
    return _with_inset(close, picture, region)


def needed_side(region: Region) -> int:
    """Return how large the picture's longest side should be for a sharp drawing."""
    left, top, right, bottom = region.box
    return ceil(preview.SIDE / min(right - left, bottom - top))


def _shown(picture: Image.Image, region: Region, side: int) -> Image.Image:
    """Return the part that the grid lies over, tinted, at the size to draw on."""
    box = grid.pixels(region.box, picture.size)
    least = side if region.zoom else preview.LEAST  # of few pixels, the letters at least are sharp
    size = preview.drawn_size((box[2] - box[0], box[3] - box[1]), side, SLIMMEST, least)
    part = picture.crop(box).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    mask = _part_mask(region, size)
    return preview.tinted(preview.plain(part), mask, region.feather_radius(_whole(region, size)))


def _room(size: Size, region: Region) -> int:
    """Return the longest side that the zoomed-in part may have, with the strip beside it."""
    left, top, right, bottom = grid.pixels(region.box, size)
    drawn = preview.drawn_size((right - left, bottom - top), preview.SIDE, SLIMMEST)
    return int(preview.SIDE / max(1.0, min(drawn) / max(drawn) + _STRIP))


def _whole(region: Region, size: Size) -> Size:
    """Return how large the whole picture is at the scale of the zoomed-in part."""
    left, top, right, bottom = region.box
    return ceil(size[0] / (right - left)), ceil(size[1] / (bottom - top))


def _part_mask(region: Region, size: Size) -> Image.Image:
    """Return the mask of the part that the grid lies over."""
    limit = 4096 / max(_whole(region, size))  # deep zooms would make a huge mask of a small part
    scaled = tuple(max(1, round(side * min(1.0, limit))) for side in _whole(region, size))
    mask = region.mask((scaled[0], scaled[1]))
    part = mask.crop(grid.pixels(region.box, mask.size))
    return part.resize(size, Image.Resampling.NEAREST)


def lettered(picture: Image.Image, place: PixelBox | None = None) -> Image.Image:
    """Return the picture with the lettered grid over it, or over one place of it."""
    left, top, right, bottom = place or (0, 0, *picture.size)
    size = right - left, bottom - top
    shown = picture.copy()
    draw = ImageDraw.Draw(shown, "RGBA")
    thick = max(1, max(picture.size) // 500)
    for step in range(1, grid.SIDE):
        x, y = left + size[0] * step // grid.SIDE, top + size[1] * step // grid.SIDE
        for wide, colour in ((3 * thick, (0, 0, 0, 120)), (thick, (255, 255, 255, 230))):
            draw.line((x, top, x, bottom), fill=colour, width=wide)
            draw.line((left, y, right, y), fill=colour, width=wide)
    cell = min(size[0] // grid.SIDE * 3 // 4, size[1] // grid.SIDE)
    font = ImageFont.load_default(max(12, min(44, int(cell * 0.42))))
    for number in range(grid.CELLS):
        x, y, *_ = grid.pixels(grid.cell_box(number), size)
        _label(draw, (left + x + 3 * thick, top + y + 3 * thick), grid.name(number), font)
    return shown


def _label(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    x, y = place
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    pad = max(2, int(bottom - top) // 5)
    wide, high = right - left + 2 * pad, bottom - top + 2 * pad
    draw.rounded_rectangle((x, y, x + wide, y + high), radius=pad, fill=(0, 0, 0, 170))
    draw.text((x + pad - left, y + pad - top), text, font=font, fill=(255, 255, 255, 255))


def _with_inset(close: Image.Image, picture: Image.Image, region: Region) -> Image.Image:
    """Return the zoomed-in grid beside the whole picture, in which the place is marked."""
    strip = int(max(close.size) * _STRIP)
    pad = strip // 16
    left, _, right, _ = region.box
    words = ("zoomed in", f"{_times(1 / (right - left))}x")
    if close.height > close.width:
        sheet = _sheet(close, (close.width + strip, close.height))
        inset = _inset(picture, region, (strip - 2 * pad, close.height // 2))
        sheet.paste(inset, (close.width + pad, pad))
        place = close.width + pad, inset.height + 3 * pad
        _write(sheet, place, "\n".join(words), "la", strip - 2 * pad)
        return sheet
    sheet = _sheet(close, (close.width, close.height + strip))
    inset = _inset(picture, region, (close.width // 2, strip - 2 * pad))
    sheet.paste(inset, (pad, close.height + (strip - inset.height) // 2))
    place = inset.width + 3 * pad, close.height + strip // 2
    _write(sheet, place, " ".join(words), "lm", close.width - inset.width - 4 * pad)
    return sheet


def _sheet(close: Image.Image, size: Size) -> Image.Image:
    sheet = Image.new("RGB", size, _BACK)
    sheet.paste(close, (0, 0))
    return sheet


def _write(sheet: Image.Image, place: tuple[int, int], text: str, anchor: str, room: int) -> None:
    """Write the text as large as the room (its width in pixels) allows, and as is seemly."""
    draw = ImageDraw.Draw(sheet)
    at_100 = draw.multiline_textbbox((0, 0), text, ImageFont.load_default(100))
    font = ImageFont.load_default(max(12, min(40, int(100 * room / at_100[2]))))
    draw.multiline_text(place, text, "white", font, anchor)


def _inset(picture: Image.Image, region: Region, room: Size) -> Image.Image:
    shape = preview.drawn_size(picture.size)
    scale = min(room[0] / shape[0], room[1] / shape[1])
    size = max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))
    inset = preview.tinted(preview.fitted(picture, size), region.mask(size))
    draw = ImageDraw.Draw(inset)
    left, top, right, bottom = grid.pixels(region.box, size)
    draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline="black", width=5)
    draw.rectangle((left - 1, top - 1, right, bottom), outline=_MARK, width=3)
    return inset


def _times(factor: Fraction) -> str:
    return f"{float(factor):.1f}".removesuffix(".0")
