"""The grid and the quick regions, as values and as masks."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from bot.errors import BadOption
from bot.inpainting import grid, masks
from bot.inpainting.regions import MOST_ZOOMS, QUICK, Region

SIZES = st.tuples(st.integers(1, 300), st.integers(1, 300))
CELLS = st.integers(0, grid.ALL)
STEPS = st.integers(0, 9)


@st.composite
def parts(draw: st.DrawFn) -> grid.Part:
    """A part of the grid."""
    x, y = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    return x, y, draw(st.integers(x, 4)), draw(st.integers(y, 4))


GRIDS = st.builds(
    Region,
    cells=CELLS,
    zoom=st.lists(parts(), max_size=MOST_ZOOMS).map(tuple),
    invert=st.booleans(),
    grow=STEPS,
    feather=STEPS,
)
QUICKS = st.builds(
    Region,
    quick=st.sampled_from([quick.key for quick in QUICK]),
    invert=st.booleans(),
    grow=STEPS,
    feather=STEPS,
)
REGIONS = GRIDS | QUICKS


@given(REGIONS)
def test_a_region_survives_being_text(region: Region) -> None:
    """Encoding is compact, safe in a custom_id, and decoding gives the same value back."""
    text = region.encode()
    assert len(text) <= 40
    assert re.fullmatch(r"[a-z0-9.]+", text)
    assert Region.decode(text) == region


@given(st.text(alphabet="abcelz0123456789f.-", max_size=40))
def test_other_text_is_refused_or_read(text: str) -> None:
    """Nothing but BadOption comes out of unreadable text."""
    with contextlib.suppress(BadOption):
        region = Region.decode(text)
        assert Region.decode(region.encode()) == region


@pytest.mark.parametrize(
    "text", ["", "c", "..", "c.1..000", ".0.5000.000", ".0.3020.000", "x.0..000"]
)
def test_unreadable_text_says_to_start_again(text: str) -> None:
    """A custom_id of another version of the bot is answered with a sentence."""
    with pytest.raises(BadOption, match="start it again"):
        Region.decode(text)


@given(REGIONS, SIZES)
def test_a_mask_has_the_pictures_size_and_two_values(region: Region, size: masks.Size) -> None:
    """Whatever was chosen, the mask fits and is hard-edged."""
    mask = region.mask(size)
    assert mask.size == size
    assert mask.mode == "L"
    assert not any(mask.histogram()[1:255])


@given(GRIDS, SIZES)
def test_white_only_where_asked(region: Region, size: masks.Size) -> None:
    """Without growing, white is exactly the chosen cells' boxes, or all but them."""
    plain = Region(cells=region.cells, zoom=region.zoom, invert=region.invert)
    asked = masks.blank(size)
    for cell in grid.chosen(plain.cells):
        asked.paste(255, grid.pixels(grid.cell_box(cell, plain.box), size))
    assert plain.mask(size) == (masks.invert(asked) if plain.invert else asked)


@given(st.tuples(st.integers(5, 300), st.integers(5, 300)))
def test_cells_tile_the_picture(size: masks.Size) -> None:
    """Every pixel lies in exactly one cell."""
    counts = [masks.coverage(Region(cells=1 << cell).mask(size)) for cell in range(25)]
    assert sum(counts) == pytest.approx(1)
    assert masks.is_full(Region(cells=grid.ALL).mask(size))


@given(REGIONS, st.integers(0, 24))
def test_a_tap_flips_what_the_pad_shows(region: Region, cell: int) -> None:
    """Toggling changes this cell's state and no other's, inverted or not."""
    after = region.toggle(cell)
    changed = [each for each in range(25) if region.has(each) != after.has(each)]
    assert changed == [cell]


def test_names_run_like_a_spreadsheet() -> None:
    """A1 is the top left, E1 the top right, E5 the bottom right."""
    assert (grid.name(0), grid.name(4), grid.name(24)) == ("A1", "E1", "E5")


def test_finer_zooms_into_the_chosen_cells_and_keeps_them() -> None:
    """The mask stays what it was, the grid lies over it, and single small cells can go."""
    region = Region(cells=grid.bits([6, 7]))
    fine = region.finer()
    assert fine.mask((1000, 1000)) == region.mask((1000, 1000))
    less = fine.toggle(0)
    gone = ImageChops.subtract(fine.mask((1000, 1000)), less.mask((1000, 1000)))
    assert gone.getbbox() == (200, 200, 280, 240)


@given(GRIDS)
def test_zooming_ends(region: Region) -> None:
    """Finer either zooms, within the limit, or says why not."""
    if region.can_zoom:
        assert len(region.finer().zoom) == len(region.zoom) + 1 <= MOST_ZOOMS
    else:
        with pytest.raises(BadOption, match="finer"):
            region.finer()


@pytest.mark.parametrize(
    ("name", "inside", "outside", "share"),
    [
        ("centre", (50, 50), (5, 50), 0.36),
        ("left", (10, 50), (90, 50), 0.5),
        ("right", (90, 50), (10, 50), 0.5),
        ("top", (50, 10), (50, 90), 0.5),
        ("bottom", (50, 90), (50, 10), 0.5),
        ("border", (5, 5), (15, 50), 0.36),
        ("all but the centre", (15, 50), (50, 50), 0.64),
        ("everything", (50, 50), None, 1.0),
    ],
)
def test_quick_regions_are_what_they_are_called(
    name: str, inside: tuple[int, int], outside: tuple[int, int] | None, share: float
) -> None:
    """Each covers its share, on its side."""
    key = next(quick.key for quick in QUICK if quick.name == name)
    mask = Region(quick=key).mask((100, 100))
    assert mask.getpixel(inside) == 255
    assert outside is None or mask.getpixel(outside) == 0
    assert masks.coverage(mask) == pytest.approx(share)


def test_growing_comes_after_inverting() -> None:
    """A step of growth makes the repainted part larger, inverted too."""
    for invert in (False, True):
        one = Region(cells=grid.bits([12]), invert=invert)
        two = Region(cells=grid.bits([12]), invert=invert, grow=2)
        assert masks.coverage(two.mask((200, 200))) > masks.coverage(one.mask((200, 200)))


@pytest.mark.parametrize(
    "values",
    [{"cells": 1 << 25}, {"grow": 10}, {"zoom": ((3, 0, 2, 0),)}, {"quick": "c", "cells": 1}],
)
def test_impossible_regions_cannot_be_made(values: dict[str, object]) -> None:
    """A region that exists is a valid one."""
    with pytest.raises(ValueError, match=r"range|alone"):
        Region(**values)  # type: ignore[arg-type]  # wrong on purpose
