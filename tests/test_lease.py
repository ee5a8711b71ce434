"""A call that leaves later than its turn counts on moves its slot, or does not leave."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

import pytest

import storage
from bot.errors import TurnOver
from bot.lease import Lease
from storage.database import Database, Transaction
from storage.errors import Unavailable
from storage.job import Job
from tests.storage.world import World

T = TypeVar("T")


@dataclass(kw_only=True)
class Counting:
    """Counts what the database is asked, which may refuse all of it."""

    inner: Database
    asked: int = 0
    down: bool = False

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it, or raise Unavailable."""
        self.asked += 1
        if self.down:
            raise Unavailable("gone")
        return await self.inner.run(transaction)


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[Counting]:
    """A fresh database."""
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        yield Counting(inner=database)


@pytest.fixture
async def job(counting: Counting) -> Job:
    """A job that has its turn."""
    return await World(counting.inner).running()


def lease(counting: Counting, job: Job) -> Lease:
    """The job's turn, which counts from time 0."""
    return Lease(cast(Database, counting), job, 0)


def clock_says(monkeypatch: pytest.MonkeyPatch, *times: int) -> None:
    """Let the lease's clock say these times, one after the other, and no more."""
    moments = iter(times)
    read = SimpleNamespace(read=lambda: SimpleNamespace(ms=next(moments)))
    monkeypatch.setattr("bot.lease.clock", read)


@pytest.mark.parametrize(("times", "moves"), [([80], 0), ([500, 560], 1), ([500, 2000, 2050], 2)])
async def test_a_late_call_is_sent_right_after_its_slot_moved(
    counting: Counting, job: Job, monkeypatch: pytest.MonkeyPatch, times: list[int], moves: int
) -> None:
    """Where moving the slot itself takes long, it is moved again before the call leaves."""
    clock_says(monkeypatch, *times)
    await lease(counting, job).sending()
    assert counting.asked == moves


async def test_a_turn_that_is_over(
    counting: Counting, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the turn is another attempt's, or nobody can say, the call is not sent."""
    clock_says(monkeypatch, 500, 500)
    with pytest.raises(TurnOver):
        await lease(counting, replace(job, attempt=7)).sending()
    counting.down = True
    with pytest.raises(TurnOver) as caught:
        await lease(counting, job).sending()
    assert caught.value.nothing_made
