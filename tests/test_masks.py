"""Masks: what growing, feathering and counting promise, on small pictures."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from bot.errors import BadPicture
from bot.inpainting import flood, masks
from tests import pictures

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))


@st.composite
def any_mask(draw: st.DrawFn) -> Image.Image:
    """A mask with up to four boxes."""
    size = draw(SIZES)
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        x, y = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
        parts.append((x, y, draw(st.integers(x + 1, size[0])), draw(st.integers(y + 1, size[1]))))
    return masks.boxes(size, parts)


def is_hard(mask: Image.Image) -> bool:
    """Only 0 and 255."""
    return mask.mode == "L" and not any(mask.histogram()[1:255])


@given(any_mask(), st.integers(0, 25))
def test_growing_adds_only_what_is_near(mask: Image.Image, pixels: int) -> None:
    """Growing keeps all, adds nothing further than asked, and reaches exactly that far sideways."""
    grown = masks.grow(mask, pixels)
    assert is_hard(grown)
    assert grown.size == mask.size
    assert ImageChops.subtract(mask, grown).getbbox() is None
    far = mask.crop((-pixels, -pixels, mask.width + pixels, mask.height + pixels))
    for dx, dy in ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels)):
        moved = mask.crop((-dx, -dy, mask.width - dx, mask.height - dy))
        assert ImageChops.subtract(moved, grown).getbbox() is None
    found = far.getbbox()
    box = grown.getbbox()
    assert (found is None) == (box is None)
    if found and box:
        assert box[0] >= found[0] - 2 * pixels
        assert box[1] >= found[1] - 2 * pixels
        assert box[2] <= found[2]
        assert box[3] <= found[3]


@pytest.mark.parametrize("pixels", range(1, 30))
def test_a_grown_dot_is_a_solid_blob(pixels: int) -> None:
    """Growing leaves no holes, and cuts the corners but not the sides."""
    dot = masks.boxes((81, 81), [(40, 40, 41, 41)])
    grown = masks.grow(dot, pixels)
    assert flood.holes(grown).getbbox() is None
    assert grown.getbbox() == (40 - pixels, 40 - pixels, 41 + pixels, 41 + pixels)
    assert grown.histogram()[255] >= 0.75 * (2 * pixels + 1) ** 2


@given(any_mask(), st.integers(0, 12))
def test_shrinking_is_growing_the_rest(mask: Image.Image, pixels: int) -> None:
    """Shrinking adds nothing, and opening and closing bound the mask."""
    less = masks.shrink(mask, pixels)
    assert ImageChops.subtract(less, mask).getbbox() is None
    assert ImageChops.subtract(masks.grow(less, pixels), mask).getbbox() is None


@given(any_mask())
def test_only_feathering_makes_greys(mask: Image.Image) -> None:
    """Invert, fit and above stay hard; feather with nothing to do changes nothing."""
    assert is_hard(masks.invert(mask))
    assert is_hard(masks.fit(mask, (mask.width * 2 + 1, mask.height)))
    assert masks.feather(mask, 0) == mask
    assert masks.invert(masks.invert(mask)) == mask


def test_feathering_softens_the_edge_on_both_sides() -> None:
    """A feathered half is half strong at its edge, whole far inside and nothing far outside."""
    soft = masks.feather(masks.boxes((100, 20), [(50, 0, 100, 20)]), 5)
    assert soft.getpixel((5, 10)) == 0
    assert soft.getpixel((95, 10)) == 255
    edge = soft.getpixel((50, 10))
    assert isinstance(edge, int | float)
    assert 110 <= edge <= 160


@given(any_mask())
def test_coverage_is_the_share_of_repainted_pixels(mask: Image.Image) -> None:
    """Coverage and its complement make one; empty and full agree with it."""
    share = masks.coverage(mask)
    assert share == mask.histogram()[255] / (mask.width * mask.height)
    assert share + masks.coverage(masks.invert(mask)) == pytest.approx(1)
    assert masks.is_empty(mask) == (share == 0)
    assert masks.is_full(mask) == (share == 1)


def test_an_empty_mask_is_refused_in_a_sentence() -> None:
    """The refusal says that nothing was charged."""
    with pytest.raises(BadPicture, match="Nothing was charged"):
        masks.require_some(masks.blank((5, 5)))


def test_holes_are_what_no_path_leads_out_of() -> None:
    """A closed ring has a hole, an open one has none, a diagonal gap does not open it."""
    ring = masks.boxes((30, 17), [(5, 3, 25, 14)])
    ring.paste(0, (8, 6, 22, 11))
    assert flood.holes(ring).getbbox() == (8, 6, 22, 11)
    ring.paste(0, (5, 8, 8, 9))
    assert flood.holes(ring).getbbox() is None


def test_parts_are_what_does_not_touch() -> None:
    """Every part counts once; a corner is no contact."""
    parts = masks.boxes((40, 9), [(2, 2, 9, 5), (9, 5, 20, 7), (25, 0, 40, 9), (26, 0, 27, 1)])
    assert flood.count(parts) == 3
    assert flood.count(masks.blank((5, 5))) == 0


def test_parts_that_meet_late_are_one() -> None:
    """Two arms that a row further down connects, and a run that reaches the right edge."""
    fork = masks.boxes((12, 9), [(0, 0, 2, 9), (4, 2, 6, 9), (10, 0, 12, 9), (0, 7, 12, 8)])
    assert flood.count(fork) == 1
    seed = masks.boxes((12, 9), [(11, 0, 12, 1)])
    assert flood.touched(seed, fork) == fork


@given(any_mask())
def test_flooding_from_everywhere_finds_everything(mask: Image.Image) -> None:
    """From a full seed the whole area is reached, from an empty one nothing."""
    assert flood.touched(masks.invert(masks.blank(mask.size)), mask) == mask
    assert masks.is_empty(flood.touched(masks.blank(mask.size), mask))


@given(any_mask(), any_mask())
def test_flooding_reaches_what_a_way_leads_to(area: Image.Image, seed: Image.Image) -> None:
    """It finds what filling from each pixel of the seed finds, and nothing else."""
    seed = seed.resize(area.size, Image.Resampling.NEAREST)
    filled = area.copy()
    for place, (marked, free) in enumerate(zip(seed.tobytes(), area.tobytes(), strict=True)):
        if marked and free:
            ImageDraw.floodfill(filled, (place % area.width, place // area.width), 128)
    reached = filled.point([255 if value == 128 else 0 for value in range(256)])
    assert flood.touched(seed, area) == reached


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python a piece of work takes: its own thread has its own trace."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    def traced() -> None:
        sys.settrace(trace)
        work()

    thread = threading.Thread(target=traced)
    thread.start()
    thread.join()
    return count


def test_a_maze_is_no_more_work_than_stripes() -> None:
    """What a member can draw takes no longer because the way through it is long."""
    maze, stripes = pictures.spiral(192, 3), masks.blank((192, 192))
    for place in range(0, 192, 6):
        stripes.paste(255, (place, 0, place + 3, 192))
    for work in (flood.holes, flood.count):
        straight = lines_run(lambda work=work: work(stripes))  # type: ignore[misc]
        assert lines_run(lambda work=work: work(maze)) < 2 * straight  # type: ignore[misc]
