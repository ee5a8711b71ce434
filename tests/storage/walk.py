"""Two transactions on two connections to PostgreSQL that go on only when they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage.database import Transaction
from storage.errors import Refusal
from storage.postgres import _see_nothing, _Session

ALL = 1000  # statements: more than any transaction has


@dataclass(kw_only=True, eq=False)
class Walk:
    """One transaction, stopped before each statement and before its COMMIT.

    It is never begun again: a deadlock is its error. A refusal is its result.
    """

    connection: asyncpg.Connection
    watch: asyncpg.Connection
    transaction: Transaction[Any]
    allowed: int = 0
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin, and stop at once."""
        self.task = asyncio.create_task(self._walk())

    async def go(self, statements: int) -> bool:
        """Go on by so many statements; False where it stands before that: over, or at a lock."""
        self.allowed += statements
        self.stopped.clear()
        self.more.set()
        while not self.stopped.is_set() and not self.task.done():
            if await self._blocked():
                return False
        return not self.task.done()

    async def _blocked(self) -> bool:
        pid = self.connection.get_server_pid()
        found: bool = await self.watch.fetchval("SELECT pg_blocking_pids($1) <> '{}'", pid)
        return found

    async def _walk(self) -> object:
        try:
            async with self.connection.transaction():
                result = await self._statements()
                await self._allowed()
        except Refusal as refusal:
            return refusal
        return result

    async def _statements(self) -> object:
        session = _Session(self.connection, _see_nothing, None)
        steps = self.transaction.steps()
        try:
            statement = next(steps)
            while True:
                await self._allowed()
                statement = steps.send(await session.answer(statement))
        except StopIteration as stop:
            return stop.value

    async def _allowed(self) -> None:
        while not self.allowed:
            self.stopped.set()
            self.more.clear()
            await self.more.wait()
        self.allowed -= 1


@asynccontextmanager
async def connections(url: str) -> AsyncIterator[list[asyncpg.Connection]]:
    """Two to walk on, and one to watch them."""
    opened = [await asyncpg.connect(url, timeout=5) for _ in range(3)]
    try:
        yield opened
    finally:
        for connection in opened:
            await connection.close(timeout=5)


async def mixed(
    lines: list[asyncpg.Connection],
    begin: Callable[[], Any],
    first: Callable[[Any], Transaction[Any]],
    second: Callable[[Any], Transaction[Any]],
) -> AsyncIterator[tuple[Any, object, object]]:
    """Every way in which both stop once: the scene that ``begin`` made, and the two results.

    The first goes some statements, the second goes some, the first ends, the second ends.
    """
    here = 0
    goes_on = True
    while goes_on:
        there = 0
        further = True
        while further:
            scene = await begin()
            one = Walk(connection=lines[0], watch=lines[2], transaction=first(scene))
            other = Walk(connection=lines[1], watch=lines[2], transaction=second(scene))
            async with _ending(one, other):
                goes_on = await one.go(here)
                further = await other.go(there)
                await one.go(ALL)
                await other.go(ALL)
                results = await asyncio.gather(one.task, other.task)
            yield scene, *results
            there += 1
        here += 1


@asynccontextmanager
async def _ending(*walks: Walk) -> AsyncIterator[None]:
    """Leave no walk on its connection, whatever happens."""
    tasks = [walk.task for walk in walks]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
