"""The first look at a large photo: how long a member waits for the preview's picture."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable

from PIL import Image

from bench.figures import Figure, median
from bench.scale import Scale
from bot.inpainting import retouch
from bot.inpainting.regions import Region
from bot.inpainting.selection import Selection

SIZE = (4000, 3000)
MARKED = (1000, 1000, 3000, 2000)
REGION = Selection(region=Region(quick="c", grow=1, feather=1))
BY_MASK = Selection(way="mask", region=Region(grow=1, feather=1))

Work = Callable[[], object]


def large_photo() -> Image.Image:
    """A photo of 12 megapixels: soft shapes and some grain, about as heavy as a phone's."""
    rough = Image.frombytes("RGB", (400, 300), random.Random(1).randbytes(400 * 300 * 3))
    soft = rough.resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(SIZE, 30).convert("RGB")
    return Image.blend(soft, grain, 0.2)


def _painted(photo: Image.Image) -> Image.Image:
    copy = photo.copy()
    copy.paste("red", MARKED)
    return copy


def _mask() -> Image.Image:
    mask = Image.new("L", SIZE)
    mask.paste(255, MARKED)
    return mask


def packed(image: Image.Image, kind: str) -> bytes:
    """The file of an image."""
    data = io.BytesIO()
    image.save(data, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return data.getvalue()


def _bare(*files: bytes) -> None:
    """Decode and encode them with Pillow alone, at their full size."""
    for data in files:
        with Image.open(io.BytesIO(data)) as picture:
            picture.save(io.BytesIO(), picture.format, quality=85)


def _ours(photo: bytes, upload: bytes | None = None) -> None:
    """What the bot does with uploads until the page is there: check them all, and draw."""
    seen = retouch.look(photo)
    if upload is None:
        retouch.show(seen, None, REGION, lettered=False)
    else:
        retouch.show(seen, retouch.understand(photo, upload), BY_MASK, lettered=False)


def _timed(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _compared(line: str, ours: Work, bare: Work, times: int, detail: str) -> Figure:
    """A line; both are run in turns, so that load hits both alike."""
    pairs = [(_timed(ours), _timed(bare)) for _ in range(times)]
    mine, theirs = (median(values) for values in zip(*pairs, strict=True))
    return Figure(
        line=f"{line} / Pillow's bare decode + encode, p50",
        value=mine / theirs,
        sense="<=",
        goal=2.0,
        digits=2,
        detail=f"{mine * 1000:.0f} and {theirs * 1000:.0f} ms, {times} each, {detail}",
    )


async def measure(scale: Scale) -> list[Figure]:
    """The lines about the preview; the bare side has the same files to decode and encode."""
    image, times = large_photo(), max(5, scale.pictures)
    photo, painted = packed(image, "JPEG"), packed(_painted(image), "JPEG")
    mask = packed(_mask(), "PNG")
    seen, stored = retouch.look(photo), retouch.understand(photo, mask)
    heavy = f"file of {len(photo) / 1e6:.1f} MB"
    return [
        _compared("preview of a 12-megapixel photo",
                  lambda: _ours(photo), lambda: _bare(photo), times, heavy),
        _compared("the same with a mask file", lambda: _ours(photo, mask),
                  lambda: _bare(photo, mask), times, f"{heavy}, and a mask of its size"),
        _compared("the same with a painted copy", lambda: _ours(photo, painted),
                  lambda: _bare(photo, painted), times, f"{heavy}, and its copy"),
        _compared("a press on the preview of a mask file",
                  lambda: retouch.show(seen, stored, BY_MASK, lettered=False),
                  lambda: _bare(photo), times, heavy),
    ]  # fmt: skip
