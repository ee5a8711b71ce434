"""The lettered grid drawn over the picture; zoomed in, with the whole picture below."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from PIL import Image, ImageDraw, ImageFont

from bot.inpainting import grid, preview
from bot.inpainting.masks import Size
from bot.inpainting.regions import Region

LEAST = 640  # a small picture is enlarged until the letters have room
SLIMMEST = 2.5  # a slimmer picture is shown wider than it is, for the same reason
_STRIP = 0.24  # of the side: the strip under a zoomed-in grid
_BACK = (43, 45, 49)
_MARK = (255, 0, 144)


def draw(picture: Image.Image, region: Region) -> Image.Image:
    """Return the picture with the region tinted and the grid over it, at most 1024 px a side.

    The picture is RGB, of any size, best as large as ``needed_side`` says.
    """
    if not region.zoom:
        return _lettered(_shown(picture, region, preview.SIDE))
    close = _lettered(_shown(picture, region, _room(picture.size, region)))
    return _with_inset(close, picture, region)


def needed_side(region: Region) -> int:
    """Return how large the picture's longest side should be for a sharp drawing."""
    left, top, right, bottom = region.box
    return ceil(preview.SIDE / min(right - left, bottom - top))


def _shown(picture: Image.Image, region: Region, side: int) -> Image.Image:
    """Return the part that the grid lies over, tinted, at the size to draw on."""
    box = grid.pixels(region.box, picture.size)
    size = _drawn_size((box[2] - box[0], box[3] - box[1]), side)
    part = picture.crop(box).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    mask = _part_mask(region, size)
    return preview.tinted(preview.plain(part), mask, region.feather_radius(_whole(region, size)))


def _room(size: Size, region: Region) -> int:
    """Return the longest side that the zoomed-in part may have, with the strip below it."""
    left, top, right, bottom = grid.pixels(region.box, size)
    wide, high = _drawn_size((right - left, bottom - top), preview.SIDE)
    share = (high / max(wide, high)) + _STRIP
    return int(preview.SIDE / max(1.0, share))


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


def _drawn_size(size: Size, side: int) -> Size:
    shorter = max(min(size), max(size) / SLIMMEST)
    stretched = [max(length, shorter) for length in size]
    scale = min(side, max(LEAST, *stretched)) / max(stretched)
    return round(stretched[0] * scale), round(stretched[1] * scale)


def _lettered(picture: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(picture, "RGBA")
    thick = max(1, max(picture.size) // 500)
    for place in range(1, grid.SIDE):
        x, y = (length * place // grid.SIDE for length in picture.size)
        for wide, colour in ((3 * thick, (0, 0, 0, 120)), (thick, (255, 255, 255, 230))):
            draw.line((x, 0, x, picture.height), fill=colour, width=wide)
            draw.line((0, y, picture.width, y), fill=colour, width=wide)
    cell = min(picture.width // grid.SIDE * 3 // 4, picture.height // grid.SIDE)
    font = ImageFont.load_default(max(14, min(44, int(cell * 0.42))))
    for number in range(grid.CELLS):
        left, top, *_ = grid.pixels(grid.cell_box(number), picture.size)
        _label(draw, (left + 3 * thick, top + 3 * thick), grid.name(number), font)
    return picture


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
    """Return the zoomed-in grid with a strip below: the whole picture, the place marked in it."""
    high = int(max(close.size) * _STRIP)
    strip = Image.new("RGB", (close.width, close.height + high), _BACK)
    strip.paste(close, (0, 0))
    pad = high // 16
    inset = _inset(picture, region, (close.width // 2, high - 2 * pad))
    strip.paste(inset, (pad, close.height + pad))
    draw = ImageDraw.Draw(strip)
    font = ImageFont.load_default(max(14, min(40, high // 6)))
    left, _, right, _ = region.box
    words = f"zoomed in {_times(1 / (right - left))}x"
    draw.text((inset.width + 3 * pad, close.height + high // 2), words, "white", font, "lm")
    return strip


def _inset(picture: Image.Image, region: Region, room: Size) -> Image.Image:
    scale = min(room[0] / picture.width, room[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    inset = preview.plain(picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
    inset = preview.tinted(inset, region.mask(size))
    draw = ImageDraw.Draw(inset)
    left, top, right, bottom = grid.pixels(region.box, size)
    draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline="black", width=5)
    draw.rectangle((left - 1, top - 1, right, bottom), outline=_MARK, width=3)
    return inset


def _times(factor: Fraction) -> str:
    return f"{float(factor):.1f}".removesuffix(".0")
