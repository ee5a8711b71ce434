"""The loop that takes turns, beside a database that hangs, fails, or loses its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import dispatcher
from bot.house import House
from storage.errors import LockLost
from tests.office import Office, at_work, open_office, until
from tests.storage.world import CAPS, order


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office with short pauses."""
    monkeypatch.setattr(dispatcher, "ROUND", 0.05)
    monkeypatch.setattr(dispatcher, "STORAGE_PAUSE", 0.05)
    async with open_office(tmp_path) as opened:
        yield opened


async def test_a_stop_waits_for_no_database(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a claim hangs, the drain is over in the time that it has from the stop on."""
    monkeypatch.setattr(dispatcher, "DRAIN", 0.05)
    office.may_draw.clear()
    await office.world.queued()
    async with at_work(office):
        await until(lambda: office.drawn)
        office.database.troubles["claim"] = "hang"
        before = office.database.asked["claim"]
        office.wake()
        await until(lambda: office.database.asked["claim"] > before)
    assert office.cut == 1


async def test_what_runs_may_end_after_the_stop(office: Office) -> None:
    """A picture that is being drawn is told before the process ends."""
    office.may_draw.clear()
    job = await office.world.queued()
    async with at_work(office) as works:
        await until(lambda: office.drawn)
        works.stop()
        office.may_draw.set()
    assert (await office.ends(job)).state == "drawn"


async def test_a_lost_lock_ends_it(office: Office) -> None:
    """What runs is cut, because another process does it too, and the reason is raised."""
    office.may_draw.clear()
    await office.world.queued()
    with pytest.raises(ExceptionGroup) as caught:
        await _work_until_lost(office)
    assert caught.group_contains(LockLost)
    assert office.cut == 1


async def _work_until_lost(office: Office) -> None:
    async with at_work(office):
        await until(lambda: office.drawn)
        office.lost.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("trouble", ["relearn", "apply"])
async def test_no_turn_before_todays_settings_hold(office: Office, trouble: str) -> None:
    """Until the database took what has changed nothing is claimed; then all goes on."""
    job = await office.world.queued(lane="an old one")
    office.database.troubles[trouble] = "fail"
    async with at_work(office):
        await until(lambda: office.database.asked[trouble] >= 3)
        assert office.database.asked["claim"] == 0
        del office.database.troubles[trouble]
        await office.ends(job)


@pytest.mark.parametrize("price", [0, 100])
async def test_a_claim_whose_answer_was_lost(office: Office, price: int) -> None:
    """The next round finds the job in nobody's hands, and it is drawn once."""
    office.database.troubles["claim"] = "lose"
    job = await office.world.queued(price=price, operation="sd35" if price else "sdxl")
    office.house = House(caps=CAPS, prices={"sd35": price})
    async with at_work(office):
        assert (await office.ends(job)).attempt == 2
    assert office.drawn[job.id] == 1
    assert await office.world.sound()


@pytest.mark.parametrize(("price", "end"), [(0, "drawn"), (100, "unknown")])
async def test_a_job_that_broke(office: Office, price: int, end: str) -> None:
    """A free one is drawn again by the next round; a paid call may have been made, and is not."""
    job = await office.world.queued(price=price, operation="sd35" if price else "sdxl")
    office.house = House(caps=CAPS, prices={"sd35": price})
    office.breaks = True
    async with at_work(office):
        await until(lambda: office.drawn)
        office.breaks = False
        assert (await office.ends(job)).state == end
    assert office.drawn[job.id] == (1 if price else 2)
    assert await office.world.sound()


async def test_rounds_leave_what_is_in_hand(office: Office) -> None:
    """A job that is drawn, and one that waits for the rest of its set, stay where they are."""
    first = await office.world.queued(set_size=2)
    async with at_work(office):
        await until(lambda: office.told)
        office.may_draw.clear()
        job = await office.world.queued(2)
        office.wake()
        await until(lambda: office.drawn[job.id])
        rounds = office.database.asked["disown"]
        await until(lambda: office.database.asked["disown"] > rounds + 3)
        office.may_draw.set()
        assert (await office.ends(job)).attempt == 1
    assert (office.drawn[job.id], office.told[job.id], office.told[first.id]) == (1, 1, 1)


async def test_an_order_that_nobody_answers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to its answer for some minutes of this process, then the desk puts it in line."""
    placed = (await office.world.place(order())).job
    async with at_work(office):
        await until(lambda: office.database.asked["disown"] > 3)
        assert (await office.world.job(placed.id)).state == "placed"
        monkeypatch.setattr(dispatcher, "ANSWERED_WITHIN", 0.0)
        assert (await office.ends(placed)).state == "drawn"
