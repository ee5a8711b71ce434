"""Controls: ids within Discord's limit, rows of five, and only what makes sense."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
import pytest

from bot import buttons, rights
from bot.catalog import COMMANDS
from bot.house import House
from bot.rights import Closed
from bot.taps import REMEMBERED, TWICE_MS, Taps
from storage.job import Caps
from tests.jobs import BIG, job

CAPS = Caps(images_a_day=1, pending=1, budget=1, member_budget=1)
HOUSE = House(caps=CAPS, prices={"sd35": 999_999_999_999})


def labels(view: discord.ui.View) -> list[Any]:
    """The labels of the buttons."""
    return [item.label for item in view.children if isinstance(item, discord.ui.Button)]


def family(count: int, **changes: Any) -> list[Any]:
    """A set."""
    return [job(id=BIG - n, number=n, set_size=count, **changes) for n in range(count)]


async def test_ids_and_rows_are_within_discords_limits() -> None:
    """At most 100 characters each, each once, five in a row and five rows."""
    longest = max(COMMANDS, key=lambda one: len(one.id))
    waiting = [*family(4, private=True)[:3], replace(family(4)[3], state="queued")]
    views = [
        buttons.cancel(BIG),
        buttons.failure(job(state="failed")),
        buttons.single(job(private=True, draft_id=1)),
        buttons.result(family(4, private=True)),
        buttons.result(waiting),
        buttons.models(job(), COMMANDS, HOUSE),
        buttons.confirm(job(), longest, 999_999_999_999),
        buttons.agree(job(), "againall", 999_999_999_999, 4),
    ]
    for view in views:
        ids = [str(item.custom_id) for item in view.children]  # type: ignore[attr-defined] # buttons and selects have one
        assert len(ids) == len(set(ids))
        assert all(len(one) <= 100 for one in ids)
        rows = view.to_components()
        assert len(rows) <= 5
        assert all(len(row["components"]) <= 5 for row in rows)


async def test_only_what_makes_sense_is_offered() -> None:
    """Share for private ones, no other model for edits, nothing final while a set is drawn."""
    assert "Share" in labels(buttons.single(job(private=True)))
    assert "Share" not in labels(buttons.single(job()))
    edit = labels(buttons.single(job(draft_id=1)))
    assert "Before / after" in edit
    assert "Other model" not in edit
    page = labels(buttons.single(job(private=True), page=True))
    assert not {"Share", "Delete"} & set(page)
    drawing = [*family(2)[:1], replace(family(2)[1], state="running")]
    assert labels(buttons.result(drawing)) == [
        "Again",
        "Edit",
        "Other model",
        "1",
        "Cancel the rest",
    ]
    lost = [replace(family(2)[0], state="failed"), family(2)[1]]
    assert labels(buttons.result(lost)) == ["Again", "Edit", "Other model", "Delete", "2"]
    assert labels(buttons.failure(job(state="failed"))) == ["Try again", "Edit"]
    assert labels(buttons.failure(job(state="cancelled"))) == []


def test_who_may() -> None:
    """One's own always; staff in the picture's own channel; private and deleted ones are closed."""
    mine = job(member_id=1, channel_id=7)
    rights.deletable(mine, 1, staff_in=None)
    rights.deletable(mine, 2, staff_in=7)
    for staff_in in (None, 8):
        with pytest.raises(Closed):
            rights.deletable(mine, 2, staff_in=staff_in)
    with pytest.raises(Closed):
        rights.own(mine, 2, "edit it")
    hidden = replace(mine, private=True)
    for closed in (None, replace(mine, deleted_at=1)):
        with pytest.raises(Closed):
            rights.visible(closed, 1)
    for theirs in (hidden, replace(mine, guild_id=None)):
        assert rights.visible(theirs, 1) is theirs
        with pytest.raises(Closed):
            rights.visible(theirs, 2)
    with pytest.raises(Closed):
        rights.operation(replace(mine, operation="retired"))


def at(ms: int) -> int:
    """An interaction's id of that moment."""
    return ms << 22


def test_two_taps_are_one_press() -> None:
    """The second of two quick taps is known; a later one, another's or another button is not."""
    taps, key = Taps(), (1, 2, "job:again:3")
    assert taps.first(key, at(1000)) is None
    assert taps.first(key, at(1000 + TWICE_MS - 1)) == at(1000)
    assert taps.first((9, 2, "job:again:3"), at(1001)) is None
    assert taps.first((1, 2, "job:again:4"), at(1001)) is None
    assert taps.first(key, at(1000 + TWICE_MS)) is None


def test_taps_are_forgotten() -> None:
    """A crowd that presses for ever fills no memory."""
    taps = Taps()
    for number in range(REMEMBERED + 1):
        taps.first((number, 0, ""), at(1000))
    assert taps.first((0, 0, ""), at(1000)) is None
    assert taps.first((REMEMBERED, 0, ""), at(1000)) == at(1000)
