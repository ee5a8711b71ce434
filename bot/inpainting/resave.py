"""Saving a changed picture the way its own file was saved, so that what was not changed stays.

PNG and lossless WEBP keep every pixel. A JPEG is given the quantisation tables and the chroma
subsampling of its source, so that the numbers of untouched blocks are rounded to what they were:
what is further than a block (16 pixels, and the one beside it) from what was painted changes in a
photo by at most about 25 of 255 and by less than 2 on average; only hard edges between strong
colours change by up to 50, where the source halves its colours. A lossy WEBP does not say how it
was saved, and a JPEG for printers (CMYK) cannot be saved like that: they get a high quality, which
changes a photo by no more than that.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from bot.pixels import LOSSLESS_WEBP, ON_THE_SIDE, TAKEN, Picture, encoded, orientation

LOSSY_WEBP: dict[str, Any] = {"quality": 95}
FOR_PRINTERS: dict[str, Any] = {"quality": 98, "subsampling": 0}
_NO_SUBSAMPLING, _HALF_WIDTH = 0, 1


def resave(picture: Image.Image, source: bytes) -> Picture:
    """Return the picture (RGB or RGBA) as a file like ``source``, with its own colour profile."""
    with Image.open(io.BytesIO(source)) as old:
        kind = TAKEN[old.format or ""]
        how = _as_jpeg(old) if isinstance(old, JpegImageFile) else {}
    if kind == "WEBP":
        how = LOSSLESS_WEBP if _is_lossless(source) else LOSSY_WEBP
    return encoded(picture, kind, **how)


def _as_jpeg(old: JpegImageFile) -> dict[str, Any]:
    """Return how a JPEG was saved, for the picture turned upright: its tables turn with it."""
    if old.mode == "CMYK":
        return FOR_PRINTERS
    tables = [old.quantization[layer[3]] for layer in old.layer[:3]]
    sampling = max(_NO_SUBSAMPLING, get_sampling(old))
    if orientation(old) in ON_THE_SIDE:
        tables = [[table[place % 8 * 8 + place // 8] for place in range(64)] for table in tables]
        sampling = _NO_SUBSAMPLING if sampling == _HALF_WIDTH else sampling
    return {"qtables": tables, "subsampling": sampling}


def _is_lossless(webp: bytes) -> bool:
    """Whether the first chunk with pixels is a lossless one (RFC 9649)."""
    place = 12
    while place + 8 <= len(webp):
        name, length = (
            webp[place : place + 4],
            int.from_bytes(webp[place + 4 : place + 8], "little"),
        )
        if name in (b"VP8 ", b"VP8L"):
            return name == b"VP8L"
        place += 8 + length + length % 2
    return False
