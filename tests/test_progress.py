"""What waiting members read: nothing twice, nothing too often, in virtual time."""

from __future__ import annotations

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
