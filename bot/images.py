"""Pictures, bytes in and bytes out: verify what came, read what members send, fit it for the way.

Everything here is synchronous and belongs in ``in_thread``.
"""

from __future__ import annotations

import asyncio
import functools
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from PIL import Image

from bot.errors import BadPicture
from bot.pixels import (
    EXTENSIONS,
    PIXELS_MOST,
    SIDE_MOST,
    Picture,
    Unreadable,
    described,
    encoded,
    on_ground,
    opened,
    upright,
)
from storage.job import Blob

__all__ = [
    "Picture",
    "Unreadable",
    "blob",
    "fit",
    "in_thread",
    "mask_for",
    "name",
    "picture",
    "shrink",
    "size_for",
    "source",
    "verify",
]

P = ParamSpec("P")
T = TypeVar("T")
STEP, LEAST, MOST = 8, 512, 1024  # pixels a side; the provider's users saw these work best
BYTES_MOST = 1_000_000  # sources above about 1 MB were reported to fail
SHAPE_SLACK = 0.02  # how far a mask's aspect ratio may be from its picture's
FORMATS = {kind.lower(): kind for kind in EXTENSIONS}
_QUALITIES = (95, 90, 85, 80, 70, 50)

_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")


async def in_thread(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function on one of the two threads that pictures have, so that the loop stays free."""
    call = functools.partial(fn, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, call)


def verify(data: bytes, *, pixels_most: int = PIXELS_MOST) -> Picture:
    """Return the picture that the bytes are, by their content; every pixel is decoded.

    Raises Unreadable.
    """
    return described(opened(data, pixels_most=pixels_most), data)


def source(data: bytes) -> Picture:
    """Return a member's upload as an upright RGB or RGBA picture; its own bytes where they are.

    Raises BadPicture, with a sentence that says what to send.
    """
    try:
        image = opened(data, side_most=SIDE_MOST)
        ready = upright(image)
    except Unreadable as error:
        raise BadPicture(f"The picture {error.reason}. {error.remedy}") from error
    if ready is image:
        return described(image, data)
    return encoded(ready, "PNG")


@functools.lru_cache(maxsize=256)
def size_for(width: int, height: int) -> tuple[int, int]:
    """Return the size to repaint a picture at: sides of 512 to 1024, multiples of 8.

    Of the sizes whose shape is within 1 % of the best possible one, the nearest in area. A
    picture longer than 2:1 cannot keep its shape within these limits.
    """
    sides = range(LEAST, MOST + 1, STEP)
    shape, area = math.log(width / height), math.log(width * height)
    off = {(w, h): abs(math.log(w / h) - shape) for w in sides for h in sides}
    bound = min(off.values()) + 0.01
    near = (size for size, error in off.items() if error <= bound)
    return min(near, key=lambda size: (abs(math.log(math.prod(size)) - area), off[size]))


def fit(picture: Picture) -> Picture:
    """Return the picture as the inpainting model takes it; the very same object if it does.

    Raises Unreadable for a picture that was not verified.
    """
    size = size_for(*picture.size)
    if picture.size == size and len(picture.data) < BYTES_MOST:
        return picture
    image = upright(opened(picture.data))
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    for fitted in _ladder(image):
        if len(fitted.data) < BYTES_MOST:
            break
    return fitted


def _ladder(image: Image.Image) -> Iterator[Picture]:
    """The same picture in ever smaller files; at the last quality even noise takes 0.6 MB."""
    yield encoded(image, "PNG")
    for quality in _QUALITIES:
        yield encoded(image, "JPEG", quality=quality)


def mask_for(mask_data: bytes, picture: Picture, *, size: tuple[int, int] | None = None) -> bytes:
    """Return a black and white PNG, white where the picture is to be repainted.

    ``picture`` is what the mask was drawn for: the shapes are compared. The mask gets its size,
    or ``size``. Transparent parts count as black. Raises BadPicture.
    """
    try:
        image = upright(opened(mask_data, side_most=SIDE_MOST))
    except Unreadable as error:
        raise BadPicture(f"The mask {error.reason}. {error.remedy}") from error
    _same_shape(image, picture)
    grey = on_ground(image, "black").convert("L")
    if grey.size != (size or picture.size):
        grey = grey.resize(size or picture.size, Image.Resampling.BILINEAR)
    mask = grey.point([0] * 128 + [255] * 128)
    _some_white(mask)
    return encoded(mask, "PNG").data


def _same_shape(mask: Image.Image, picture: Picture) -> None:
    ratio = mask.width * picture.height / (mask.height * picture.width)
    if abs(ratio - 1) > SHAPE_SLACK:
        raise BadPicture(
            f"The mask has another shape ({mask.width} x {mask.height}) than the picture "
            f"({picture.width} x {picture.height}). Send a mask of the picture's size."
        )


def _some_white(mask: Image.Image) -> None:
    darkest, brightest = mask.getextrema()
    if brightest == 0:
        raise BadPicture(
            "The mask has no white in it. Paint white where the picture should be repainted."
        )
    if darkest == 255:
        raise BadPicture("The mask is all white. Leave black what should stay as it is.")


def blob(picture: Picture) -> Blob:
    """Return the picture as storage keeps it."""
    return Blob(
        data=picture.data,
        format=picture.format.lower(),
        width=picture.width,
        height=picture.height,
    )


def picture(blob: Blob) -> Picture:
    """Return the picture that storage kept; it was verified before."""
    return Picture(
        data=blob.data, format=FORMATS[blob.format], width=blob.width, height=blob.height
    )


def shrink(picture: Picture, limit_bytes: int) -> Picture:
    """Return the picture in a file of at most ``limit_bytes``: webp, then smaller."""
    if len(picture.data) <= limit_bytes:
        return picture
    image = upright(opened(picture.data))
    image.thumbnail((16_383, 16_383))  # the longest side of a webp file
    smaller = encoded(image, "WEBP", quality=90)
    for quality in (80, 70):
        if len(smaller.data) > limit_bytes:
            smaller = encoded(image, "WEBP", quality=quality)
    while len(smaller.data) > limit_bytes and max(image.size) > 16:
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
        smaller = encoded(image, "WEBP", quality=70)
    return smaller


def name(prompt: str, job: int | str, extension: str) -> str:
    """Return a short file name of [A-Za-z0-9_.-] only, as ``attachment://`` needs it."""
    plain = unicodedata.normalize("NFKD", prompt[:200]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-") or "picture"
    return f"{words}-{re.sub(r'[^A-Za-z0-9_-]', '', str(job))}.{extension}"
