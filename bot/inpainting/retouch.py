"""From a draft to what Pixazo is sent, and from its answer back into the member's picture.

Everything here is synchronous and belongs in ``images.in_thread``.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageStat

from bot import images
from bot.errors import BadPicture, Unpainted
from bot.images import Picture
from bot.inpainting import (
    compare,
    flatness,
    maskfile,
    masks,
    outpaint,
    overlay,
    paste,
    preview,
    resave,
    scribble,
    selection,
)
from bot.inpainting.masks import Size
from bot.inpainting.selection import Placed, Selection
from bot.pixels import ON_THE_SIDE, encoded, orientation, upright

FEATHER_LEAST = 8  # pixels of the member's picture: a hard seam always shows,
FEATHER_SHARE = 16  # but of a tiny picture no more than this part of the shorter side
LOOK_SIDE = 3072  # longest side of the small copy that pages are drawn on, sharp when zoomed in
MASK_SIDE = 2048  # longest side of a stored mask: its edge is finer than any seam
GLIMPSE_SIDE = 2 * scribble.WORK_SIDE  # most of the longest side of what is compared
_ALIKE = 24  # mean difference (of 255) up to which an upload is a copy of the picture
_GLANCE = (32, 32)

Asked = tuple[int | None, int | None]  # width and height that the member wants to be sent


@dataclass(frozen=True, kw_only=True)
class Look:
    """The small copy of a picture (JPEG), and the picture's own size, the right way up."""

    image: bytes
    size: Size


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What is sent to Pixazo: the part around the mask, and its mask, both of ``size``.

    ``picture`` is None where the member's own file can be sent as it is.
    """

    picture: bytes | None
    mask: bytes
    size: Size


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a member sees of a selection; ``coverage`` is from 0 to 1, ``size`` in pixels.

    ``enlarged`` is how many times the new part will be enlarged, because models draw small.
    """

    image: bytes
    coverage: float
    size: Size
    enlarged: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Done:
    """An edit's outcome: the whole ``picture``, before and after (``both``, JPEG), its ``mask``.

    The mask (PNG of one bit, at most ``MASK_SIDE`` a side) has the outcome's shape: with it the
    same part can be repainted again when the picture from before is gone.
    """

    picture: Picture
    both: bytes
    mask: bytes


def look(data: bytes) -> Look:
    """Return what pages need of an upload. Raises BadPicture where it cannot be repainted."""
    picture = images.read(data, "picture")
    small = encoded(preview.plain(_reduced(picture, LOOK_SIDE)), "JPEG", quality=90)
    return Look(image=small.data, size=picture.size)


def show(seen: Look, stored: bytes | None, chosen: Selection, *, lettered: bool) -> Shown:
    """Return the preview of a selection, ``lettered`` with the grid over the member's picture."""
    side = min(LOOK_SIDE, overlay.needed_side(chosen.region)) if lettered else preview.SIDE
    small = preview.load(seen.image, side)
    size = selection.size_of(chosen, seen.size)
    outpaint.require_room(size)
    placed = selection.place(chosen, small, _mask(stored))
    feather = _feather(chosen, size)
    image = _page(placed, chosen, feather * placed.mask.width / size[0], lettered)
    return Shown(
        image=preview.encode(image, small.info.get("icc_profile")),
        coverage=masks.coverage(placed.mask),
        size=size,
        enlarged=_enlarged(placed.mask, size, feather),
    )


def _enlarged(mask: Image.Image, size: Size, feather: int) -> float:
    box = mask.getbbox()
    if box is None:
        return 1.0
    return paste.around(size, masks.scaled(box, mask.size, size), feather).enlarged


def _page(placed: Placed, chosen: Selection, feather: float, lettered: bool) -> Image.Image:
    if not lettered:
        return preview.draw(placed.canvas, placed.mask, feather)
    if chosen.way == "grid":
        return overlay.draw(placed.canvas, chosen.region)
    near = placed.near()  # the grid lies on the old picture, and must not get too small to read
    shown = preview.draw(near.canvas, near.mask, feather, overlay.SLIMMEST)
    return overlay.lettered(shown, masks.scaled(near.old, near.mask.size, shown.size))


def understand(source: bytes, upload: bytes) -> bytes:
    """Return the mask (PNG of one bit, white is repainted) that an upload means.

    A copy of the picture was painted over, anything else is a mask file. The mask is as large as
    the picture, or smaller by a whole number: at most ``MASK_SIDE`` a side. Lines are wide enough
    to be seen in a preview, and to stay in one when the mask is inverted. Raises BadPicture.
    """
    picture, size = _glimpse(source)
    sent = images.read(upload, "mask")
    masks.require_same_shape(sent.size, size)
    mask = _meant(picture, _reduced(sent, MASK_SIDE), _within(size, MASK_SIDE))
    gaps = masks.lasting(masks.invert(mask), preview.LEAST_SIDE)
    return _packed(masks.lasting(masks.invert(gaps), preview.LEAST_SIDE))


def cut(
    source: bytes, stored: bytes | None, chosen: Selection, asked: Asked = (None, None)
) -> Sent:
    """Return what Pixazo is sent. Raises BadPicture where nothing is marked."""
    placed = _placed(source, stored, chosen)
    feather = _feather(chosen, placed.mask.size)
    crop = paste.plan(placed.mask.size, placed.mask, feather)
    crop = replace(crop, size=_sent_size(crop, asked))
    part, part_mask = paste.cut(placed.canvas, placed.mask, crop, feather)
    whole = chosen.way != "extend" and crop.size == crop.box_size == placed.mask.size
    return Sent(
        picture=None if whole and _is_plain(source) else _light(part),
        mask=encoded(part_mask, "PNG").data,
        size=crop.size,
    )


def put_back(source: bytes, stored: bytes | None, chosen: Selection, result: Picture) -> Done:
    """Return the member's picture with the result in the masked part."""
    placed = _placed(source, stored, chosen)
    mask = _packed(_reduced(placed.mask, MASK_SIDE))
    before, done = _repainted(placed, chosen, result)
    del placed  # as large as the outcome
    return Done(picture=resave.resave(done, source), both=compare.both(before, done), mask=mask)


def _packed(mask: Image.Image) -> bytes:
    return encoded(
        masks.above(mask, masks.MIDDLE).convert("1", dither=Image.Dither.NONE), "PNG"
    ).data


def _placed(source: bytes, stored: bytes | None, chosen: Selection) -> Placed:
    return selection.place(chosen, images.read(source, "picture"), _mask(stored))


def _repainted(
    placed: Placed, chosen: Selection, result: Picture
) -> tuple[Image.Image, Image.Image]:
    """Return the picture small as it was, and large as it is now."""
    small = preview.small(placed.canvas)
    before = compare.only(small, masks.scaled(placed.old, placed.mask.size, small.size))
    feather = _feather(chosen, placed.mask.size)
    crop = paste.plan(placed.mask.size, placed.mask, feather)
    with Image.open(io.BytesIO(result.data)) as answer:
        return before, paste.paste(placed.canvas, answer, placed.mask, crop, feather)


def _meant(picture: Image.Image, sent: Image.Image, size: Size) -> Image.Image:
    """Return the mask that an upload means, of that size or of the picture's."""
    if maskfile.has_holes(sent) and not maskfile.has_holes(picture):
        return maskfile.understand(sent, size)  # a hole over white is no white paint
    if flatness.is_flat_beside(sent, picture):
        return maskfile.understand(sent, size)
    copy = _reduced(sent, GLIMPSE_SIDE)
    try:
        return scribble.scribble(picture, copy)
    except BadPicture as error:
        again = isinstance(error, Unpainted) and _is_copy(picture, copy)
        if again or maskfile.is_photo(copy):
            raise
    return maskfile.understand(sent, size)


def _glimpse(source: bytes) -> tuple[Image.Image, Size]:
    """Return a small copy of a picture that was read before, and its true size, both upright."""
    with Image.open(io.BytesIO(source)) as image:
        size = image.size[::-1] if orientation(image) in ON_THE_SIDE else image.size
        preview.decode_small(image, scribble.WORK_SIDE)
        image.load()
        return _reduced(upright(image), GLIMPSE_SIDE), size


def _within(size: Size, side: int) -> Size:
    factor = math.ceil(max(size) / side)
    return math.ceil(size[0] / factor), math.ceil(size[1] / factor)


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture smaller by a whole number: ten times faster than to an exact size."""
    factor = math.ceil(max(picture.size) / side)
    return picture if factor == 1 else picture.reduce(factor)


def _sent_size(crop: paste.Crop, asked: Asked) -> Size:
    """Return the size to send: what the member asked for; one side alone keeps the shape.

    The gateway takes sides of 512 to 1024, so a slim part is sent wider than it is, and is slim
    again when it is pasted back.
    """
    wide, high = crop.size
    width = asked[0] or (wide * asked[1] / high if asked[1] else wide)
    height = asked[1] or (high * asked[0] / wide if asked[0] else high)
    return _stepped(width), _stepped(height)


def _stepped(side: float) -> int:
    return min(paste.MOST, max(paste.LEAST, round(side / paste.MULTIPLE) * paste.MULTIPLE))


def _is_plain(source: bytes) -> bool:
    """Whether Pixazo takes the member's file as it is: small, opaque and the right way up."""
    with Image.open(io.BytesIO(source)) as image:
        simple = image.format in ("PNG", "JPEG", "WEBP") and image.mode == "RGB"
        return simple and upright(image) is image and len(source) < images.BYTES_MOST


def _is_copy(picture: Image.Image, upload: Image.Image) -> bool:
    """Whether an upload shows the picture itself; a drawing of few colours may look like a mask."""
    first, second = (
        preview.plain(one.resize(_GLANCE, reducing_gap=2.0)) for one in (picture, upload)
    )
    return max(ImageStat.Stat(ImageChops.difference(first, second)).mean) < _ALIKE


def _feather(chosen: Selection, size: Size) -> int:
    least = min(FEATHER_LEAST, min(size) // FEATHER_SHARE)
    return max(least, chosen.region.feather_radius(size))


def _light(part: Image.Image) -> bytes:
    """Return the part as a file that the gateway takes: PNG, or JPEG where that is too large."""
    packed = encoded(part, "PNG")
    for quality in (95, 90, 80, 60, 40):
        if len(packed.data) < images.BYTES_MOST:
            break
        packed = encoded(part, "JPEG", quality=quality)
    return packed.data


def _mask(stored: bytes | None) -> Image.Image | None:
    return Image.open(io.BytesIO(stored)).convert("L") if stored else None
