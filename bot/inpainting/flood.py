"""Which pixels hang together: enclosed holes, and what touches a seed.

A mask becomes the runs of marked pixels in its rows, and runs that lie over one another are joined.
So the work grows with the number of runs and not with the length of the way through them: a maze
costs no more than stripes do.
"""

from __future__ import annotations

import re

from PIL import Image, ImageChops

from bot.inpainting import masks

_MARKED = re.compile(rb"[\x80-\xff]+")

Run = tuple[int, int]  # first and behind the last place in the bytes of a mask


def holes(mask: Image.Image) -> Image.Image:
    """Return a mask of the pixels that ``mask`` encloses (no path of four-neighbours leads out)."""
    framed = mask.crop((-1, -1, mask.width + 1, mask.height + 1))
    free = masks.invert(framed)
    edge = Image.new("L", framed.size, masks.REPAINT)
    edge.paste(masks.STAY, (1, 1, framed.width - 1, framed.height - 1))
    outside = touched(edge, free)
    inner = ImageChops.subtract(free, outside)
    return inner.crop((1, 1, mask.width + 1, mask.height + 1))


def touched(seed: Image.Image, area: Image.Image) -> Image.Image:
    """Return the parts of ``area`` that ``seed`` reaches without leaving ``area``."""
    seeds, room = _bytes(seed), _bytes(area)
    runs = _runs(room)
    parts = _parts(runs, area.width + 1)
    reached = {part for part, run in zip(parts, runs, strict=True) if _MARKED.search(seeds, *run)}
    found = bytearray(len(room))
    for part, (start, end) in zip(parts, runs, strict=True):
        if part in reached:
            found[start:end] = b"\xff" * (end - start)
    whole = Image.frombytes("L", (area.width + 1, area.height), bytes(found))
    return whole.crop((0, 0, *area.size))


def count(area: Image.Image) -> int:
    """Return in how many parts an area falls that do not touch."""
    return len(set(_parts(_runs(_bytes(area)), area.width + 1)))


def _bytes(mask: Image.Image) -> bytes:
    """Return the rows of a mask with an empty pixel behind each, so that no run goes on."""
    return mask.crop((0, 0, mask.width + 1, mask.height)).tobytes()


def _runs(rows: bytes) -> list[Run]:
    return [run.span() for run in _MARKED.finditer(rows)]


def _parts(runs: list[Run], stride: int) -> list[int]:
    """Return for each run the first run of the part that it belongs to."""
    parents = list(range(len(runs)))
    first = 0  # that ends behind the start of the run, seen one row further down
    for at, (start, end) in enumerate(runs):
        while runs[first][1] + stride <= start:
            first += 1
        over = first
        while runs[over][0] + stride < end:  # at the latest the run itself does not
            _join(parents, at, over)
            over += 1
    return [_root(parents, at) for at in range(len(runs))]


def _join(parents: list[int], one: int, other: int) -> None:
    first, last = sorted((_root(parents, one), _root(parents, other)))
    parents[last] = first


def _root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = at = parents[parents[at]]  # each look makes the way half as long
    return at
