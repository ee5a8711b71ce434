"""What needs hands but no turn: told, collected, put in line, and reported on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import dispatcher
from bot.house import House
from storage import outcome
from storage.job import Recovered
from tests.office import Office, at_work, open_office, until
from tests.storage.world import CAPS


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office with short pauses."""
    monkeypatch.setattr(dispatcher, "ROUND", 0.05)
    monkeypatch.setattr(dispatcher, "STORAGE_PAUSE", 0.05)
    async with open_office(tmp_path) as opened:
        yield opened


async def test_a_desk_whose_answer_was_lost(office: Office) -> None:
    """A job that nobody tells is found by the next round, and told once."""
    office.database.troubles["desk"] = "lose"
    job = await office.world.queued()
    await office.world.run(outcome.cancel(job.id, job.member_id))
    async with at_work(office):
        assert (await office.ends(job)).state == "cancelled"
    assert office.told[job.id] == 1


async def test_the_desk_has_a_bound(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Discord is out of reach few are delivered at a time, turns go on, and then all is."""
    monkeypatch.setattr(dispatcher, "ROUND", 60.0)
    monkeypatch.setattr(dispatcher, "DESK", 4)
    untold = await office.untold(30)
    office.may_tell.clear()
    async with at_work(office):
        await until(lambda: office.telling == 4)
        job = await office.world.queued(99)
        office.wake()
        await until(lambda: office.told[job.id])
        assert (office.telling, sum(office.told.values())) == (5, 5)
        office.may_tell.set()
        await until(lambda: all(office.told[job_id] for job_id in untold))
    assert set(office.told.values()) == {1}


async def test_what_cannot_be_delivered_holds_up_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs that fail again and again are tried once a round, after which the others have theirs."""
    monkeypatch.setattr(dispatcher, "ROUND", 60.0)
    monkeypatch.setattr(dispatcher, "DESK", 2)
    untold = await office.untold(9)
    office.unheard = set(untold[:5])
    async with at_work(office):
        await until(lambda: office.told[untold[-1]])
    assert office.told == dict.fromkeys(untold, 1)


async def test_a_full_house_holds_up_no_delivery(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk has hands of its own, however many calls are under way."""
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    office.may_draw.clear()
    await office.world.queued()
    async with at_work(office):
        await until(lambda: office.drawn)
        (untold,) = await office.untold(1)
        await until(lambda: office.told[untold])
        office.may_draw.set()


async def test_what_waits_is_read_where_it_may_be_new(office: Office) -> None:
    """At the start and after a recovery, and not in every round."""
    line = [await office.world.queued() for _ in range(3)]
    office.database.troubles["claim"] = "fail"
    async with at_work(office):
        await until(lambda: len(office.report.phases) == 3)
        adopted = await office.world.queued()
        await until_rounds(office, 3)
        assert office.database.asked["waiting"] == 1
        office.recovered.append(Recovered(requeued=0, unknown=0, freed=0, adopted=1))
        await until(lambda: adopted.id in office.report.phases)
        await until_rounds(office, 3)
    assert office.database.asked["waiting"] == 2
    assert set(office.report.phases) == {adopted.id, *(job.id for job in line)}


async def test_what_could_not_be_read_is_read_later(office: Office) -> None:
    """A round that failed is no round: what it may have adopted is read by the next one."""
    job = await office.world.queued()
    office.database.troubles |= {"in_line": "fail", "claim": "fail"}
    async with at_work(office):
        await until(lambda: office.database.asked["in_line"] > 2)
        assert office.report.phases == {}
        del office.database.troubles["in_line"]
        await until(lambda: office.report.phases == {job.id: "waiting"})


async def test_what_broke_is_reported_on_no_more(office: Office) -> None:
    """Until it is in line again, and for ever where it has ended."""
    free = await office.world.queued()
    paid = await office.world.queued(price=100, operation="sd35")
    office.house = House(caps=CAPS, prices={"sd35": 100})
    office.breaks = True
    office.may_draw.clear()
    async with at_work(office):
        await until(lambda: len(office.drawn) == 2)
        office.breaks = False
        await office.ends(paid)
        await until(lambda: office.report.phases == {free.id: "drawing"})
        office.may_draw.set()
        await office.ends(free)
    assert office.report.phases == {}


async def until_rounds(office: Office, number: int) -> None:
    """Wait for so many rounds."""
    before = office.database.asked["disown"]
    await until(lambda: office.database.asked["disown"] > before + number)
