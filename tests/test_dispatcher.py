"""The loop that takes turns, beside a database that hangs, fails, or loses its answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

import storage
from bot import dispatcher
from bot.dispatcher import Dispatcher
from bot.house import House
from storage import jobs, outcome, recovery
from storage.database import Database, Transaction
from storage.errors import LockLost, Unavailable
from storage.job import Job
from storage.sqlite import SQLite
from tests.storage.world import CAPS, PICTURE, WIDE, World, careless, order

T = TypeVar("T")


class Shaky:
    """A database with ``troubles`` for transactions of some names.

    "hang": it never answers; "fail": it refuses; "lose": it does it, and once the answer is lost.
    """

    def __init__(self, whole: Database) -> None:
        self.troubles: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self._whole = whole

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it, or not."""
        steps: Any = transaction.steps  # a partial of the transaction's own function
        name = steps.func.__name__
        self.asked[name] += 1
        trouble = self.troubles.get(name)
        if trouble == "hang":
            await asyncio.Event().wait()
        if trouble == "fail":
            raise Unavailable("told to")
        result = await self._whole.run(transaction)
        if trouble == "lose":
            del self.troubles[name]
            raise Unavailable("the answer is lost")
        return result


class Quiet:
    """Progress that is told to nobody."""

    def drawing(self, _: Job) -> None:
        """Say nothing."""

    again = follow = drawing

    def forget(self, _: int) -> None:
        """Say nothing."""


class Office:
    """What the dispatcher works with: its studio, its deliveries, and its lock."""

    def __init__(self, database: Database) -> None:
        self.worker = "a" * 16
        self.database = Shaky(database)
        self.house = House(caps=CAPS, prices={})
        self.world = World(database, self.worker)
        self.wake: Callable[[], None] = lambda: None
        self.may_draw = asyncio.Event()
        self.may_draw.set()
        self.breaks = False
        self.drawn: Counter[int] = Counter()
        self.told: Counter[int] = Counter()
        self.telling = 0
        self.may_tell = asyncio.Event()
        self.may_tell.set()
        self.unheard: set[int] = set()  # jobs that Discord does not take
        self.cut = 0
        self.lost = asyncio.Event()

    async def draw(self, job: Job, *, claimed: float) -> Job:
        """Draw, as soon as that may be."""
        assert claimed
        self.drawn[job.id] += 1
        if self.breaks:
            raise KeyError("a defect")
        try:
            await self.may_draw.wait()
        except asyncio.CancelledError:
            self.cut += 1
            raise
        assert await self.world.run(outcome.drawn(job, PICTURE, 1))
        return await self.world.job(job.id)

    async def broken(self, _: Job) -> None:
        """A defect in the midst of a database that does not answer."""
        raise Unavailable("told to")

    async def tell(self, job: Job) -> None:
        """Tell the member, of a set not before all of it is drawn."""
        self.told[job.id] += 1
        self.telling += 1
        await self.may_tell.wait()
        self.telling -= 1
        if job.id in self.unheard:
            await self.world.run(recovery.drop_worker(job))
        if job.set_size > 1 or job.id in self.unheard:
            return
        assert await self.world.run(outcome.told(job.id))

    async def ready(self, job: Job) -> None:
        """Put a job in line that was on the desk."""
        assert await self.world.run(jobs.ready(job.id))

    async def watch(self) -> None:
        """Lose the lock when told to."""
        await self.lost.wait()
        raise LockLost("told to")

    async def sweep(self) -> tuple[()]:
        """Nobody else is there."""
        return ()

    async def ends(self, job: Job) -> Job:
        """The job once its member has been told."""
        await until(lambda: self.told[job.id])
        return await self.world.job(job.id)

    async def untold(self, number: int) -> list[int]:
        """So many jobs whose end nobody has told yet; their ids, the oldest first."""
        waiting = [await self.world.queued(member) for member in range(number)]
        for job in waiting:
            await self.world.run(outcome.cancel(job.id, job.member_id))
        return sorted(job.id for job in waiting)


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office with short pauses."""
    monkeypatch.setattr(dispatcher, "ROUND", 0.05)
    monkeypatch.setattr(dispatcher, "STORAGE_PAUSE", 0.05)
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        assert isinstance(database, SQLite)
        await careless(database)
        yield Office(database)


@asynccontextmanager
async def at_work(office: Office) -> AsyncIterator[Dispatcher]:
    """A dispatcher that runs in this office, and is stopped at the end; with a deadline."""
    parts: Any = office
    quiet: Any = Quiet()
    lanes = dict.fromkeys(office.house.lanes(), WIDE)
    works = Dispatcher(studio=parts, delivery=parts, progress=quiet, worker=parts, lanes=lanes)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(works.run())
        yield works
        works.stop()


async def until(probe: Callable[[], object]) -> None:
    """Wait for what another task does."""
    while not probe():
        await asyncio.sleep(0.005)


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


async def test_a_desk_whose_answer_was_lost(office: Office) -> None:
    """A job that nobody tells is found by the next round, and told once."""
    office.database.troubles["desk"] = "lose"
    job = await office.world.queued()
    await office.world.run(outcome.cancel(job.id, job.member_id))
    async with at_work(office):
        assert (await office.ends(job)).state == "cancelled"
    assert office.told[job.id] == 1


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
