"""What each press does to a selection, and what it means on a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.errors import BadOption
from bot.inpainting import masks, outpaint
from bot.inpainting.selection import (
    TRAIL_MOST,
    VERBS,
    Selection,
    change,
    longer,
    place,
    size_of,
    undo,
    with_mask,
)

PICTURE = Image.new("RGB", (200, 100), "green")
PRESSES = [
    *((verb, "") for verb in ("invert", "grow", "feather", "clear")),
    *(("cell", str(cell)) for cell in range(25)),
    *(("quick", key) for key in "clrtboae"),
    *(("extend", way) for way in ("left 25", "all 50", "16:9")),
]


@given(st.lists(st.sampled_from(PRESSES), max_size=12))
def test_whatever_is_pressed_can_be_stored_and_shown(presses: list[tuple[str, str]]) -> None:
    """After any presses the selection survives its text, and gives a mask of the canvas's size."""
    chosen = Selection()
    for verb, argument in presses:
        if verb == "invert" and chosen.way == "extend":
            continue  # refused
        chosen = change(chosen, verb, argument)
        assert Selection.decode(chosen.encode()) == chosen
    picture = Image.new("RGB", (200, 80))
    placed = place(chosen, picture, None)
    assert placed.mask.size == placed.canvas.size == size_of(chosen, picture.size)
    assert {value for _, value in placed.mask.getcolors() or ()} <= {0, 255}
    assert placed.canvas.crop(placed.old) == picture


@pytest.mark.parametrize("size", [(200, 100), (1, 1), (333, 512), (2000, 1499)])
@pytest.mark.parametrize("way", [one.name for one in outpaint.WAYS])
def test_the_size_is_foretold(size: tuple[int, int], way: str) -> None:
    """The size of an extended picture is known before it is made."""
    for amount in outpaint.AMOUNTS:
        chosen = Selection(way="extend", extend=f"{way} {amount}")
        try:
            canvas, _ = outpaint.extend(Image.new("L", size), way, amount)
        except BadOption:
            continue  # it has that shape already
        assert size_of(chosen, size) == canvas.size


def test_undo_goes_back_step_by_step() -> None:
    """Undo gives the selection before the last change, and says when there is none."""
    trail: tuple[str, ...] = ()
    seen = [Selection()]
    for verb, argument in (("cell", "3"), ("quick", "l"), ("invert", ""), ("extend", "left 25")):
        trail = longer(trail, seen[-1])
        seen.append(change(seen[-1], verb, argument))
    for before in reversed(seen[:-1]):
        back, trail = undo(trail)
        assert back == before
    with pytest.raises(BadOption, match="nothing to undo"):
        undo(trail)


def test_undo_finds_the_mask_of_each_upload() -> None:
    """Uploads have files of their own; the oldest one gives way, and Undo ends there."""
    chosen, trail = change(Selection(), "cell", "3"), longer((), Selection())
    files: dict[str, int] = {}
    for upload in range(5):
        chosen, trail = with_mask(chosen, trail)
        files[chosen.stored] = upload
        trail, chosen = longer(trail, chosen), change(chosen, "grow", "")
    assert len(files) == 3
    seen = [files[chosen.stored]]
    while trail:
        chosen, trail = undo(trail)
        assert chosen.way == "mask"
        seen.append(files[chosen.stored])
    assert seen == [4, 4, 3, 3, 2, 2]


def test_undo_passes_other_ways_between_two_uploads() -> None:
    """A grid between two masks is found again, and the first mask behind it."""
    first, trail = with_mask(Selection(), ())
    grid = change(first, "cell", "7")
    second, trail = with_mask(grid, longer(trail, first))
    assert second.stored != first.stored
    for before in (grid, first, Selection()):
        back, trail = undo(trail)
        assert back == before
    assert Selection.decode("mask|.0..000|").stored == "mask"


def test_the_trail_is_bounded() -> None:
    """Only the last steps are remembered."""
    trail: tuple[str, ...] = ()
    for cell in range(TRAIL_MOST + 9):
        trail = longer(trail, change(Selection(), "cell", str(cell % 25)))
    assert len(trail) == TRAIL_MOST


def test_a_tap_starts_a_grid_anew_after_a_mask_or_more_room() -> None:
    """Cells and a mask do not mix."""
    for before in (Selection(way="mask"), Selection(way="extend", extend="left 25")):
        assert change(before, "cell", "7") == change(Selection(), "cell", "7")


def test_a_mask_is_inverted_and_grown() -> None:
    """The tools work on a mask file as on cells."""
    stored = masks.boxes((20, 10), [(0, 0, 10, 10)])
    half = Selection(way="mask")
    assert masks.coverage(place(half, PICTURE, stored).mask) == 0.5
    other = change(half, "invert", "")
    assert place(other, PICTURE, stored).mask.getbbox() == (100, 0, 200, 100)
    grown = change(change(other, "grow", ""), "grow", "")
    assert place(grown, PICTURE, stored).mask.getbbox() == (97, 0, 200, 100)


def test_steps_are_bounded() -> None:
    """Grow and feather stop at nine steps."""
    chosen = Selection()
    for verb in ("grow", "feather") * 20:
        chosen = change(chosen, verb, "")
    assert (chosen.region.grow, chosen.region.feather) == (9, 9)


@pytest.mark.parametrize("text", ["grid", "grid|x|", "other|.0..000|", "grid|.0..000", "|||"])
def test_a_damaged_text_is_refused(text: str) -> None:
    """What cannot be read is said, not guessed."""
    with pytest.raises(BadOption, match="start it again"):
        Selection.decode(text)


def test_presses_that_lead_nowhere_are_refused() -> None:
    """An unknown region, and a finer grid where there is none."""
    with pytest.raises(BadOption, match="not known"):
        change(Selection(), "quick", "z")
    with pytest.raises(BadOption, match="Only the grid"):
        change(Selection(way="mask"), "finer", "")
    with pytest.raises(BadOption, match="cannot be inverted"):
        change(Selection(way="extend", extend="left 25"), "invert", "")
    assert "finer" in VERBS
