"""From a draft to what Pixazo is sent, and from its answer back into the member's picture.

Everything here is synchronous and belongs in ``images.in_thread``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from bot import (
    compare,
    images,
    maskfile,
    masks,
    overlay,
    paste,
    preview,
    scribble,
    selection,
)
from bot.errors import BadPicture
from bot.images import Picture
from bot.pixels import SIDE_MOST, Format, Unreadable, encoded, opened, upright
from bot.selection import Selection

FEATHER_LEAST = 8  # pixels of the member's picture: a hard seam always shows
GRID_SIDE = 2048  # the longest side that the grid's page decodes, however far it is zoomed in


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What is sent to Pixazo: the part around the mask, and its mask, both of ``size``."""

    picture: bytes
    mask: bytes
    size: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a member sees of a selection; ``coverage`` is from 0 to 1, ``size`` in pixels."""

    image: bytes
    coverage: float
    size: tuple[int, int]


def check(data: bytes) -> None:
    """Look whether an upload can be repainted at all. Raises BadPicture with what to send."""
    _read(data, "picture")


def show(source: bytes, stored: bytes | None, chosen: Selection, *, lettered: bool) -> Shown:
    """Return the preview of a selection, ``lettered`` with the grid over it."""
    region = chosen.region
    side = min(GRID_SIDE, overlay.needed_side(region)) if lettered else preview.SIDE
    small = preview.load(source, side)
    with Image.open(io.BytesIO(source)) as header:
        full = header.size
    canvas, mask = selection.place(chosen, small, _mask(stored))
    if lettered and chosen.way == "grid":
        image = preview.encode(overlay.draw(canvas, region))
    else:
        image = preview.render(canvas, mask, region.feather_radius(canvas.size))
    scale = max(full) / max(small.size)
    size = (round(canvas.width * scale), round(canvas.height * scale))
    return Shown(image=image, coverage=masks.coverage(mask), size=size)


def understand(source: bytes, upload: bytes) -> bytes:
    """Return the mask (PNG, white is repainted) that an upload means.

    A copy of the picture was painted over, anything else is a mask file. Raises BadPicture.
    """
    picture, sent = _read(source, "picture"), _read(upload, "mask")
    try:
        mask = scribble.scribble(picture, sent)
    except BadPicture:
        if maskfile.is_photo(sent):
            raise
        mask = maskfile.understand(sent, picture.size)
    return encoded(mask, "PNG").data


def cut(source: bytes, stored: bytes | None, chosen: Selection) -> Sent:
    """Return what Pixazo is sent. Raises BadPicture where nothing is marked."""
    canvas, mask = selection.place(chosen, _read(source, "picture"), _mask(stored))
    feather = _feather(chosen, canvas)
    crop = paste.plan(canvas.size, mask, feather)
    part, part_mask = paste.cut(canvas, mask, crop, feather)
    return Sent(picture=_light(part), mask=encoded(part_mask, "PNG").data, size=crop.size)


def put_back(
    source: bytes, stored: bytes | None, chosen: Selection, result: Picture
) -> tuple[Picture, bytes]:
    """Return the member's picture with the result in the masked part, and before beside after."""
    original = _read(source, "picture")
    canvas, mask = selection.place(chosen, original, _mask(stored))
    feather = _feather(chosen, canvas)
    crop = paste.plan(canvas.size, mask, feather)
    with Image.open(io.BytesIO(result.data)) as answer:
        done = paste.paste(canvas, answer, mask, crop, feather)
    kind = _kind(source)
    data = paste.save(done, kind)
    both = compare.side_by_side(canvas if chosen.way == "extend" else original, done)
    return Picture(data=data, format=kind, width=done.width, height=done.height), both


def _feather(chosen: Selection, canvas: Image.Image) -> int:
    return max(FEATHER_LEAST, chosen.region.feather_radius(canvas.size))


def _light(part: Image.Image) -> bytes:
    """Return the part as a file that the gateway takes: PNG, or JPEG where that is too large."""
    packed = encoded(part, "PNG")
    for quality in (95, 90, 80, 60, 40):
        if len(packed.data) < images.BYTES_MOST:
            break
        packed = encoded(part, "JPEG", quality=quality)
    return packed.data


def _kind(source: bytes) -> Format:
    """Return the format of the member's own file, which the result keeps."""
    return images.verify(source).format


def _mask(stored: bytes | None) -> Image.Image | None:
    return Image.open(io.BytesIO(stored)).convert("L") if stored else None


def _read(data: bytes, what: str) -> Image.Image:
    try:
        image = upright(opened(data, side_most=SIDE_MOST))
    except Unreadable as error:
        raise BadPicture(f"The {what} {error.reason}. {error.remedy}") from error
    return image
