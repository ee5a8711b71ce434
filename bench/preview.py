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
REGION = Selection(region=Region(quick="c", grow=1, feather=1))


def _photo() -> bytes:
    """A JPEG of 12 megapixels: soft shapes and some grain, about as heavy as a phone's."""
    rough = Image.frombytes("RGB", (400, 300), random.Random(1).randbytes(400 * 300 * 3))
    soft = rough.resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(SIZE, 30).convert("RGB")
    data = io.BytesIO()
    Image.blend(soft, grain, 0.2).save(data, "JPEG", quality=88)
    return data.getvalue()


def _bare(data: bytes) -> None:
    """Decode and encode it with Pillow alone, at its full size."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(io.BytesIO(), "JPEG", quality=85)


def _ours(data: bytes) -> None:
    """What the bot does with an upload until the page is there: check it all, and draw."""
    retouch.show(retouch.look(data), None, REGION, lettered=False)


def _timed(work: Callable[[bytes], None], data: bytes) -> float:
    began = time.perf_counter()
    work(data)
    return time.perf_counter() - began


async def measure(scale: Scale) -> list[Figure]:
    """The line about the preview; both are run in turns, so that load hits both alike."""
    data = _photo()
    ours, bare = [], []
    for _ in range(max(5, scale.pictures)):
        ours.append(_timed(_ours, data))
        bare.append(_timed(_bare, data))
    return [
        Figure(
            line="preview of a 12-megapixel photo / Pillow's bare decode + encode, p50",
            value=median(ours) / median(bare),
            sense="<=",
            goal=2.0,
            digits=2,
            detail=f"{median(ours) * 1000:.0f} and {median(bare) * 1000:.0f} ms, {len(ours)} each,"
            f" file of {len(data) / 1e6:.1f} MB",
        )
    ]
