"""A database file for a measurement, with the clock and the durability that it needs."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from storage import clock
from storage.database import Moment
from storage.schema import migrate
from storage.sqlite import PRAGMAS, SQLite

START_MS = 1_000_000_000
WALL_MS = 1_900_000_000_000


@dataclass
class VirtualClock:
    """A clock that stands until it is set; ``ms`` is the limit's time."""

    ms: int = START_MS

    def __call__(self) -> Moment:
        """The moment that it shows."""
        return Moment(ms=self.ms, epoch="bench", wall=WALL_MS + self.ms)


@asynccontextmanager
async def opened(
    path: Path, *, synchronous: str = "FULL", read_clock: Callable[[], Moment] = clock.read
) -> AsyncIterator[SQLite]:
    """The bot's own driver on this file, with another ``synchronous`` than the bot's FULL."""
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in (*PRAGMAS, f"PRAGMA synchronous = {synchronous}"):
        await connection.execute(pragma)
    database = SQLite(connection, path=path, read_clock=read_clock)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
