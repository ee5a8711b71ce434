"""Does the past cost anything? Admitting and placing with a million finished jobs in the table."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.admission import WORKER, admit, fill
from bench.figures import Figure, median
from bench.files import VirtualClock, opened
from bench.orders import UNCAPPED, order
from bench.scale import Scale
from storage import jobs
from storage.database import Database

SMALL = 1_000
WARM = 20
_FINISHED = """
WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < ?)
INSERT INTO job (id, request_id, number, member_id, guild_id, channel_id, operation, options, lane,
    price, private, upload_limit, application_id, token, state, attempt, placed_at, started_at,
    drawn_at, told_at, seconds, day)
SELECT n, -n, 0, n % 5000 + 1, 7, 8, 'sdxl', '{"prompt": "a fox in the snow"}', 'free', 0, 0,
    10485760, 9, '', 'drawn', 1, n, n, n, n, 1.0, 0 FROM one
"""


async def measure(scale: Scale) -> list[Figure]:
    """The median times at many finished jobs over those at a thousand."""
    with TemporaryDirectory(prefix="bench") as name:
        small, large = Path(name) / "small.db", Path(name) / "large.db"
        one, other = VirtualClock(), VirtualClock()
        # Both with the bot's own durability off the scale: the disk's sync would hide a difference.
        async with (
            opened(small, synchronous="NORMAL", read_clock=one) as few,
            opened(large, synchronous="NORMAL", read_clock=other) as many,
        ):
            for path, rows in ((small, SMALL), (large, scale.finished)):
                _finish(path, rows)
            for database in (few, many):
                await fill(database, scale.calls * scale.rounds + WARM)
            admitting = await _alternate(
                partial(admit, few, one), partial(admit, many, other), scale
            )
            placing = await _alternate(partial(_place, few), partial(_place, many), scale)
    return [
        _figure("admission", scale, admitting, goal=1.25),
        _figure("placing", scale, placing, goal=1.25),
    ]


def _finish(path: Path, rows: int) -> None:
    """Write finished jobs as fast as SQLite can."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_FINISHED, (rows,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def _place(database: Database) -> None:
    await database.run(jobs.place(order(1_000_000), UNCAPPED, WORKER))


async def _alternate(
    small: Callable[[], Awaitable[None]], large: Callable[[], Awaitable[None]], scale: Scale
) -> tuple[float, float]:
    """The median seconds of both, measured in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(WARM):
        await small()
        await large()
    for _ in range(scale.calls * scale.rounds // 2):
        for work, taken in zip((small, large), times, strict=True):
            began = time.perf_counter()
            await work()
            taken.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


def _figure(what: str, scale: Scale, times: tuple[float, float], *, goal: float) -> Figure:
    small, large = (seconds * 1e6 for seconds in times)
    return Figure(
        line=f"{what} p50 at {scale.finished:.0e} / 1e3 finished jobs".replace("e+0", "e"),
        value=large / small,
        sense="<=",
        goal=goal,
        digits=2,
        detail=f"{large:.0f} and {small:.0f} µs, synchronous NORMAL",
    )
