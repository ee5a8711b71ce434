"""What the dispatcher works with, in place of Discord and Pixazo: for its tests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import storage
from bot.dispatcher import Dispatcher
from bot.house import House
from storage import jobs, outcome, recovery
from storage.database import Database, Transaction
from storage.errors import LockLost, Unavailable
from storage.job import Job, Recovered
from storage.sqlite import SQLite
from tests.storage.world import CAPS, PICTURE, WIDE, World, careless

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


class Report:
    """Progress that is only written down: the phase of each job that is followed."""

    def __init__(self) -> None:
        self.phases: dict[int, str] = {}

    def follow(self, job: Job) -> None:
        """Write that it waits."""
        self.phases[job.id] = "waiting"

    def follows(self, job_id: int) -> bool:
        """Whether it is written down."""
        return job_id in self.phases

    def drawing(self, job: Job) -> None:
        """Write that it is drawn."""
        self.phases[job.id] = "drawing"

    def again(self, job: Job) -> None:
        """Write that it is tried again."""
        self.phases[job.id] = "again"

    def forget(self, job_id: int) -> None:
        """Strike it out."""
        self.phases.pop(job_id, None)


class Office:
    """What the dispatcher works with: its studio, its deliveries, and its lock."""

    def __init__(self, database: Database) -> None:
        self.worker = "a" * 16
        self.database = Shaky(database)
        self.house = House(caps=CAPS, prices={})
        self.world = World(database, self.worker)
        self.wake: Callable[[], None] = lambda: None
        self.report = Report()
        self.recovered: list[Recovered] = []
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

    async def sweep(self) -> tuple[Recovered, ...]:
        """Find what there is to recover, once."""
        found, self.recovered = self.recovered, []
        return tuple(found)

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


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    """An office on SQLite."""
    async with storage.open(f"sqlite:///{folder / 'bot.db'}") as database:
        assert isinstance(database, SQLite)
        await careless(database)
        yield Office(database)


@asynccontextmanager
async def at_work(office: Office) -> AsyncIterator[Dispatcher]:
    """A dispatcher that runs in this office, and is stopped at the end; with a deadline."""
    parts: Any = office
    report: Any = office.report
    lanes = dict.fromkeys(office.house.lanes(), WIDE)
    works = Dispatcher(studio=parts, delivery=parts, progress=report, worker=parts, lanes=lanes)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(works.run())
        yield works
        works.stop()


async def until(probe: Callable[[], object]) -> None:
    """Wait for what another task does."""
    while not probe():
        await asyncio.sleep(0.005)
