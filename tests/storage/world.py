"""Short ways to say what tests of storage do over and over, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from storage import jobs, ledger, queue
from storage.audit import audit, counts
from storage.database import Database, Moment, Transaction
from storage.job import Allowance, Blob, Caps, Claimed, Job, Order, Placed
from storage.sqlite import SQLite
from storage.window import Limit

T = TypeVar("T")

CAPS = Caps(images_a_day=1000, pending=1000, budget=10_000_000, member_budget=1_000_000)
WIDE = Limit(calls=1000, window_ms=60_000, burst=1000)
LANES = {"free": WIDE, "paid": WIDE}
PICTURE = Blob(data=b"picture", format="png", width=8, height=8)
REQUESTS = count(1)


def order(member_id: int = 1, *, price: int = 0, lane: str = "", **changes: object) -> Order:
    """An order of a new request."""
    made = Order(
        request_id=next(REQUESTS),
        member_id=member_id,
        guild_id=7,
        channel_id=8,
        operation="sdxl",
        values={"prompt": "a fox", "steps": 20},
        lane=lane or ("paid" if price else "free"),
        price=price,
        application_id=9,
        token="secret",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field of Order


@dataclass
class Clock:
    """A clock that only moves when it is told to."""

    ms: int = 1_000_000_000
    wall: int = 1_800_000_000_000
    epoch: str = "first boot"

    def __call__(self) -> Moment:
        """The present moment."""
        return Moment(ms=self.ms, epoch=self.epoch, wall=self.wall)

    def forward(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.ms += round(seconds * 1000)
        self.wall += round(seconds * 1000)


async def careless(database: SQLite) -> None:
    """Do not wait for the disk: no test takes away the power, and a kill loses nothing written."""

    def prepare() -> None:
        database._raw.execute("PRAGMA synchronous = OFF")

    await database._hop(prepare)


class World:
    """A database with one worker at it."""

    def __init__(self, database: Database, worker: str = "a" * 16) -> None:
        self.database = database
        self.worker = worker

    async def run(self, transaction: Transaction[T]) -> T:
        """Run a transaction."""
        return await self.database.run(transaction)

    async def place(self, wanted: Order, caps: Caps = CAPS) -> Placed:
        """Place an order."""
        return await self.run(jobs.place(wanted, caps, self.worker))

    async def allowance(self, member_id: int = 1) -> Allowance:
        """What the member has left."""
        return await self.run(ledger.allowance(member_id, None, CAPS))

    async def queued(self, member_id: int = 1, **changes: object) -> Job:
        """Place an order of the member and put it in line."""
        placed = await self.place(order(member_id, **changes))  # type: ignore[arg-type]
        job = await self.run(jobs.ready(placed.job.id))
        assert job is not None
        return job

    async def claim(self, most: int = 1, lanes: dict[str, Limit] | None = None) -> Claimed:
        """Take turns."""
        return await self.run(queue.claim(self.worker, lanes or LANES, most))

    async def running(self, **changes: object) -> Job:
        """A job that has just got its turn."""
        await self.queued(**changes)  # type: ignore[arg-type]
        (job,) = (await self.claim()).jobs
        return job

    async def job(self, job_id: int) -> Job:
        """The job as it is now."""
        found = await self.run(jobs.job(job_id))
        assert found is not None
        return found

    async def counts(self) -> dict[str, int]:
        """Live jobs by state."""
        return await self.run(counts())

    async def sound(self) -> bool:
        """Whether accounts and line agree with the jobs."""
        assert await self.run(audit()) == []
        return True
