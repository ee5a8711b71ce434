"""Placing an order where the database is slow or mute: nothing stays held that was refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

import storage
from bot import since
from bot import studio as studios
from bot.errors import GatewayError, RateLimited, StorageDown, TurnOver
from bot.house import House
from bot.pixazo import Pixazo
from bot.studio import Studio
from storage import jobs, ledger, queue, recovery
from storage.database import Database, Transaction
from storage.errors import Unavailable
from storage.job import Caps, Order
from storage.window import Limit
from tests.storage.world import Clock

T = TypeVar("T")

CAPS = Caps(images_a_day=10, pending=10, budget=0, member_budget=0)
ORDER = Order(
    request_id=5, member_id=1, guild_id=7, channel_id=8, operation="sdxl",
    values={"prompt": "a fox"}, lane="free", price=0, application_id=9, token="way",
)  # fmt: skip


@dataclass(kw_only=True)
class Line:
    """A way to the database on which answers get lost (``mute``) or are held up (``gate``)."""

    inner: Database
    mute: int = 0
    gate: asyncio.Event | None = None

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it, whatever becomes of the answer."""
        result = await self.inner.run(transaction)
        if self.gate is not None:
            await self.gate.wait()
        if self.mute:
            self.mute -= 1
            raise Unavailable("the connection broke", certain=False)
        return result


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """A fresh database behind a line."""
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        yield Line(inner=database)


def open_studio(line: Line, gateway: object) -> Studio:
    """A studio before such a gateway."""
    return Studio(
        database=cast(Database, line),
        pixazo=cast(Pixazo, gateway),
        house=House(caps=CAPS, prices={}),
        editor=cast(Any, None),
        worker="a" * 16,
    )


@pytest.fixture
def studio(line: Line) -> Studio:
    """A studio that only takes orders."""
    return open_studio(line, None)


async def held(line: Line) -> int:
    """How many images the member's orders hold."""
    return (await line.inner.run(ledger.allowance(1, None, CAPS))).images_held


async def test_an_order_whose_commit_was_never_heard_of(line: Line, studio: Studio) -> None:
    """The member read that it was refused: it is taken back, and the same request is fresh."""
    line.mute = 1
    with pytest.raises(StorageDown):
        await studio.place((ORDER,))
    async with asyncio.timeout(10):
        while await held(line):
            await asyncio.sleep(0.01)
    (placed,) = await studio.place((ORDER,))
    assert placed.fresh
    await studio.close()


async def test_an_earlier_press_goes_on(line: Line, studio: Studio) -> None:
    """A second press whose answer is lost takes back nothing that the first one has in line."""
    (first,) = await studio.place((ORDER,))
    await studio.ready(first.job, message_id=3)
    line.mute = 1
    with pytest.raises(StorageDown):
        await studio.place((ORDER,))
    await studio.close()
    after = await line.inner.run(jobs.job(first.job.id))
    assert after is not None
    assert after.state == "queued"


async def test_an_order_that_takes_too_long_and_is_never_heard_of(
    line: Line, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in time, and its COMMIT's answer lost after that: it is taken back all the same."""
    monkeypatch.setattr("bot.studio.PLACE_WITHIN", 0.01)
    line.mute, line.gate = 1, asyncio.Event()
    with pytest.raises(StorageDown):
        await studio.place((ORDER,))
    line.gate.set()
    await studio.close()
    assert await held(line) == 0


@pytest.mark.parametrize("fresh", [True, False])
async def test_an_order_that_takes_too_long(
    line: Line, studio: Studio, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    """Refused in time, it is taken back once it is placed; the same one placed before is not."""
    if not fresh:
        (first,) = await studio.place((ORDER,))
        await studio.ready(first.job, message_id=3)
    monkeypatch.setattr("bot.studio.PLACE_WITHIN", 0.01)
    line.gate = asyncio.Event()
    with pytest.raises(StorageDown):
        await studio.place((replace(ORDER, token="other"),))
    line.gate.set()
    await studio.close()
    assert await held(line) == (0 if fresh else 1)


@dataclass(kw_only=True)
class Refusing:
    """A gateway that refuses each call with the next of these."""

    refusals: list[GatewayError]

    async def draw(self, *_: object, **__: object) -> None:
        """Refuse."""
        raise self.refusals.pop(0)


@pytest.mark.parametrize("late", [0, 3])
async def test_a_call_that_is_always_refused_is_given_up(
    line: Line, monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    """Five 429s end it; turns that were lost because we were late are none of them."""
    monkeypatch.setattr("bot.studio.SHORTLY", 0.0)
    most = studios.REFUSALS_MOST
    busy = [RateLimited("busy", retry_after=0.0) for _ in range(most)]
    gateway = Refusing(refusals=[*(TurnOver("late") for _ in range(late)), *busy])
    studio = open_studio(line, gateway)
    (placed,) = await studio.place((ORDER,))
    await studio.ready(placed.job, message_id=3)
    lanes = {"free": Limit(calls=99, window_ms=60_000, burst=99)}
    states = []
    for _ in range(late + most):
        (job,) = (await line.inner.run(queue.claim(studio.worker, lanes, 1))).jobs
        states.append((await studio.draw(job, claimed=0)).state)
    assert states == [*["resting"] * late, *["queued"] * (most - 1), "failed"]
    await studio.close()


async def test_what_breaks_for_an_hour_is_kept_for_its_member(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old the order is by the wall clock, it is tried for an hour of this process."""
    clock = Clock()
    monkeypatch.setattr(since, "clock", SimpleNamespace(read=clock))
    studio = open_studio(line, None)
    (placed,) = await studio.place((ORDER,))
    await studio.cancel(placed.job)
    untold = []
    for minutes in (0, 59, 2):
        clock.forward(minutes * 60)
        (job,) = await line.inner.run(recovery.desk(studio.worker, 1))
        await studio.broken(replace(job, placed_at=0))
        after = await line.inner.run(jobs.job(job.id))
        assert after is not None
        untold.append(after.told_at is None)
    assert untold == [True, True, False]
