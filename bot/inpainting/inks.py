"""What a marker does to a picture: fitted to the pixels that were surely painted.

Opaque paint replaces a colour; half-transparent paint and a highlighter mix with it. All of them
are, a channel, ``after = keep * before + add``. With that known, each pixel of a copy can be asked
which explains it better: the picture as it was, or the picture under the ink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageChops

SAMPLE_SIDE = 200  # the fit looks at no more than this many pixels each way
FEW, MANY = 12, 600  # samples: with fewer no fit is tried, and more make it no better
_RIDGE = 30.0  # of variance: on a flat ground, opaque is assumed
_EXPLAINED = 24  # of 255: a pixel that the ink explains this well counts for it
_SHARE = 0.6  # of the samples that must be explained, or else there are several inks


@dataclass(frozen=True, kw_only=True)
class Ink:
    """What one marker does; ``keep`` and ``add`` for red, green and blue."""

    keep: tuple[float, ...]
    add: tuple[float, ...]

    def over(self, picture: Image.Image) -> Image.Image:
        """Return the picture (RGB) as if this ink covered all of it."""
        table = [
            min(255, max(0, round(keep * value + add)))
            for keep, add in zip(self.keep, self.add, strict=True)
            for value in range(256)
        ]
        return picture.point(table)


Pair = tuple[tuple[int, ...], tuple[int, ...]]  # a pixel before and after, red, green, blue


def fit(plain: Image.Image, copy: Image.Image, painted: Image.Image) -> Ink | None:
    """Return the ink that explains the painted pixels, or None: too few, or several inks."""
    pairs = _samples(plain, copy, painted)
    if len(pairs) < FEW:
        return None
    ink = _least_squares(pairs)
    for _ in range(3):
        pairs.sort(key=lambda pair: _miss(ink, pair))
        ink = _least_squares(pairs[: len(pairs) * 7 // 10])
    explained = sum(_miss(ink, pair) <= _EXPLAINED for pair in pairs)
    return ink if explained >= _SHARE * len(pairs) else None


def score(plain: Image.Image, copy: Image.Image, ink: Ink) -> Image.Image:
    """Return a grey picture: above 128 the ink explains the copy better, below it the picture.

    Both are best evened out alike before; a line keeps its width if that is at least twice the
    blur.
    """
    without, within = (
        _mean(ImageChops.difference(each, copy)) for each in (plain, ink.over(plain))
    )
    return ImageChops.subtract(without, within, 1, 128)


def _mean(picture: Image.Image) -> Image.Image:
    return picture.convert("L", (1 / 3, 1 / 3, 1 / 3, 0))


def _samples(plain: Image.Image, copy: Image.Image, painted: Image.Image) -> list[Pair]:
    size = min(plain.width, SAMPLE_SIDE), min(plain.height, SAMPLE_SIDE)
    small = [each.resize(size, Image.Resampling.NEAREST) for each in (plain, copy, painted)]
    before, after = (_pixels(each) for each in small[:2])
    marked = [place for place, mark in enumerate(small[2].tobytes()) if mark]
    step = math.ceil(len(marked) / MANY) or 1
    return [(before[place], after[place]) for place in marked[::step]]


def _pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    data = picture.tobytes()
    return list(zip(data[0::3], data[1::3], data[2::3], strict=True))


def _least_squares(pairs: list[Pair]) -> Ink:
    keep, add = zip(*(_line(pairs, channel) for channel in range(3)), strict=True)
    return Ink(keep=keep, add=add)


def _line(pairs: list[Pair], channel: int) -> tuple[float, float]:
    """Return slope and offset of the straight line through before and after."""
    befores = [before[channel] for before, _ in pairs]
    afters = [after[channel] for _, after in pairs]
    count = len(pairs)
    x, y = sum(befores) / count, sum(afters) / count
    variance = sum((value - x) ** 2 for value in befores) / count
    together = sum((b - x) * (a - y) for b, a in zip(befores, afters, strict=True)) / count
    slope = min(0.95, max(0.0, together / (variance + _RIDGE)))
    return slope, y - slope * x


def _miss(ink: Ink, pair: Pair) -> float:
    """Return by how much the ink misses a pixel, on average over the channels."""
    parts = zip(ink.keep, ink.add, *pair, strict=True)
    return sum(abs(keep * before + add - after) for keep, add, before, after in parts) / 3
