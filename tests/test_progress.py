"""What waiting members read: nothing twice, nothing too often, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import progress
from bot.memory import Memory
from bot.progress import CALM, Progress
from storage import outcome
from storage.job import Job
from storage.schema import migrate
from storage.sqlite import SQLite
from storage.window import Limit
from tests.storage.world import Clock, World, careless

REAL = {"free": Limit(calls=60, window_ms=60_000, burst=1)}


@dataclass
class Watch:
    """The two clocks that the progress reads, moved by the test."""

    clock: Clock

    def monotonic(self) -> float:
        """Seconds that never step."""
        return self.clock.ms / 1000

    def time(self) -> float:
        """Seconds since 1970."""
        return self.clock.wall / 1000


class Board:
    """A progress whose edits are only written down, by job: when, and what."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.memory = Memory(world.database)
        self.worker = world.worker
        self.edits: dict[int, list[tuple[float, str]]] = {}
        parts: Any = self
        self.progress = Progress(parts, parts)

    async def say(self, job: Job, text: str, *, view: object = None) -> None:
        """Write one edit down."""
        self.edits.setdefault(job.id, []).append((self.clock.ms / 1000, text))

    async def pass_time(self, seconds: int, *, claiming: bool = True) -> None:
        """Look at every message each second, while turns are taken and drawn at once."""
        for _ in range(seconds):
            self.clock.forward(1)
            for job in (await self.world.claim(1, REAL)).jobs if claiming else ():
                self.progress.forget(job.id)
                await self.world.run(outcome.fail(job, "over"))
            await self.progress._look()


@pytest.fixture
async def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Board]:
    """A board on SQLite that lives by the test's clock."""
    clock = Clock()
    monkeypatch.setattr(progress, "time", Watch(clock))
    database = await SQLite.connect(tmp_path / "bot.db", read_clock=clock)
    try:
        await careless(database)
        await migrate(database)
        yield Board(World(database), clock)
    finally:
        await database.close()


async def test_a_line_that_moves_is_told_calmly(board: Board) -> None:
    """Every edit says something new, and no message is edited again within CALM seconds."""
    waiting = [await board.world.queued(member) for member in range(40)]
    for job in waiting:
        board.progress.follow(job)
    await board.pass_time(30)
    assert len(board.edits[waiting[-1].id]) >= 4
    for edits in board.edits.values():
        times = [when for when, _ in edits]
        assert min((b - a for a, b in pairwise(times)), default=CALM) >= CALM
        texts = [text for _, text in edits]
        assert all(a != b for a, b in pairwise(texts))


async def test_a_line_that_stands_still_is_told_once(board: Board) -> None:
    """While the turn is expected at the same moment, there is nothing to edit."""
    await board.world.queued(1)
    await board.world.claim(1, {"free": Limit(calls=1, window_ms=120_000)})
    job = await board.world.queued(2)
    board.progress.follow(job)
    await board.pass_time(100, claiming=False)
    ((_, text),) = board.edits[job.id]
    assert "1st in line" in text


async def test_a_turn_is_told_within_seconds_and_once(board: Board) -> None:
    """That it is drawn is news at once, with the time since; that it goes on is none."""
    await board.world.queued()
    (job,) = (await board.world.claim(1, REAL)).jobs
    board.progress.drawing(job)
    began = board.clock.ms / 1000
    await board.pass_time(60)
    ((when, text),) = board.edits[job.id]
    assert when - began <= 3
    assert job.started_at is not None
    assert f"drawing… started <t:{job.started_at // 1000}:R>" in text


async def test_what_is_followed_already_is_no_news(board: Board) -> None:
    """A job that is read from the database once more keeps its phase, and its message its calm."""
    await board.world.queued(1)
    (job,) = (await board.world.claim(1, REAL)).jobs
    board.progress.drawing(job)
    waiting = [await board.world.queued(member) for member in range(2, 40)]
    for _ in range(20):
        for one in (job, *waiting):
            board.progress.follow(one)
        await board.pass_time(1, claiming=False)
    assert "drawing…" in board.edits[job.id][0][1]
    for edits in board.edits.values():
        times = [when for when, _ in edits]
        assert min((b - a for a, b in pairwise(times)), default=CALM) >= CALM


async def test_a_job_that_rests_is_tried_again(board: Board) -> None:
    """Also where another process had its first try: so says its message from the start."""
    job = await board.world.running()
    await board.world.run(outcome.rest(job, delay_s=60, reason="busy"))
    board.progress.follow(await board.world.job(job.id))
    await board.pass_time(5, claiming=False)
    ((_, text),) = board.edits[job.id]
    assert "trying again" in text


async def test_what_another_process_draws_is_its_own(board: Board) -> None:
    """Be it the first try or a later one."""
    first = await board.world.queued(1)
    (job,) = (await board.world.claim()).jobs
    second = await board.world.queued(2)
    board.progress.follow(second)
    await board.world.run(outcome.rest(job, delay_s=2, reason="busy"))
    board.progress.again(await board.world.job(job.id))
    board.clock.forward(3)
    other = World(board.world.database, "b" * 16)
    assert len((await other.claim(2)).jobs) == 2
    await board.pass_time(10, claiming=False)
    assert not board.progress.follows(first.id)
    assert not board.progress.follows(second.id)


async def test_a_turn_taken_during_the_look_is_told(board: Board) -> None:
    """What this process began to draw in that moment is not taken for another one's."""
    board.progress.follow(await board.world.queued())
    (job,) = (await board.world.claim()).jobs
    board.clock.forward(2)
    look = asyncio.create_task(board.progress._look())
    await asyncio.sleep(0)  # now it asks the database
    board.progress.drawing(job)
    await look
    await board.pass_time(5, claiming=False)
    assert "drawing…" in board.edits[job.id][-1][1]
    assert board.progress.follows(job.id)
