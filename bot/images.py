"""Pictures, bytes in and bytes out: verify what came, read what members send, fit it for the way.

Everything here is synchronous and belongs in ``in_thread`` or ``in_result_thread``.
"""

from __future__ import annotations

import asyncio
import functools
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from PIL import Image

from bot.errors import BadPicture
from bot.pixels import (
    EXTENSIONS,
    LOSSLESS_WEBP,
    PIXELS_MOST,
    SIDE_MOST,
    Picture,
    Unreadable,
    described,
    encoded,
    opened,
    upright,
)
from storage.job import Blob

__all__ = [
    "Picture",
    "Unreadable",
    "blob",
    "in_result_thread",
    "in_thread",
    "name",
    "picture",
    "read",
    "shrink",
    "verify",
]

P = ParamSpec("P")
T = TypeVar("T")
BYTES_MOST = 1_000_000  # sources above about 1 MB were reported to fail
WEBP_SIDE = 16_383  # pixels, the longest of a webp file
SEE_THROUGH_MOST = 16_000_000  # pixels; packing the transparency of 40 million takes 600 MB
FORMATS = {kind.lower(): kind for kind in EXTENSIONS}

_PICTURES = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")
_RESULTS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="results")


async def in_thread(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function on one of the two threads that pictures have, so that the loop stays free."""
    return await _in(_PICTURES, functools.partial(fn, *args, **kwargs))


async def in_result_thread(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function on the thread for what Pixazo made: it waits for nobody's uploads."""
    return await _in(_RESULTS, functools.partial(fn, *args, **kwargs))


async def _in(threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, call)


def verify(data: bytes, *, pixels_most: int = PIXELS_MOST) -> Picture:
    """Return the picture that the bytes are, by their content; every pixel is decoded.

    Raises Unreadable.
    """
    return described(opened(data, pixels_most=pixels_most), data)


def read(data: bytes, what: str = "picture") -> Image.Image:
    """Return a member's upload as an upright RGB or RGBA image; ``what`` names it in the error.

    Raises BadPicture, with a sentence that says what to send.
    """
    try:
        return upright(opened(data, side_most=SIDE_MOST))
    except Unreadable as error:
        raise BadPicture(f"The {what} {error.reason}. {error.remedy}") from error


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
    """Return the picture in a file of at most ``limit_bytes``.

    A PNG that is near to it becomes a lossless webp, if that fits; anything else becomes a lossy
    one, and then a smaller one.
    """
    if len(picture.data) <= limit_bytes:
        return picture
    image = _for_webp(upright(opened(picture.data)))
    smaller = picture
    for how in _ways(picture, limit_bytes):
        smaller = encoded(image, "WEBP", **how)
        if len(smaller.data) <= limit_bytes:
            return smaller
    while len(smaller.data) > limit_bytes and max(image.size) > 16:
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
        smaller = encoded(image, "WEBP", quality=70)
    return smaller


def _ways(picture: Picture, limit_bytes: int) -> list[dict[str, Any]]:
    lossy: list[dict[str, Any]] = [{"quality": quality} for quality in (90, 80, 70)]
    near = picture.format == "PNG" and len(picture.data) < 2 * limit_bytes
    return [LOSSLESS_WEBP, *lossy] if near else lossy


def _for_webp(image: Image.Image) -> Image.Image:
    """Return the image as large as a webp file can be, and can be made of with little memory."""
    image.thumbnail((WEBP_SIDE, WEBP_SIDE))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        scale = min(1.0, (SEE_THROUGH_MOST / (image.width * image.height)) ** 0.5)
        image.thumbnail((image.width * scale, image.height * scale))
    return image


def name(prompt: str, job: int | str, extension: str) -> str:
    """Return a short file name of [A-Za-z0-9_.-] only, as ``attachment://`` needs it."""
    plain = unicodedata.normalize("NFKD", prompt[:200]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-") or "picture"
    return f"{words}-{re.sub(r'[^A-Za-z0-9_-]', '', str(job))}.{extension}"
