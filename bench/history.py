"""Does a long past slow a member's gallery? A page of 10 over 100,000 pictures and over 10."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, median
from bench.files import VirtualClock, opened
from bench.scale import Scale
from storage.database import Database
from storage.gallery import search

FEW, MANY = 10, 100_000
MEMBER = 1
WARM = 20
_FILL = """
WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < ?)
INSERT INTO job (id, request_id, number, member_id, guild_id, channel_id, operation, options, lane,
    price, private, upload_limit, application_id, token, state, attempt, placed_at, started_at,
    drawn_at, told_at, seconds, day)
SELECT n, -n, 0, 1, 7, 8, 'sdxl', CASE WHEN n = 1 THEN '{"prompt": "one Owl"}'
    WHEN n % 2 = 0 THEN '{"prompt": "a Fox in the snow", "width": 1024, "height": 1024}'
    ELSE '{"prompt": "a castle at dusk", "width": 1024, "height": 1024}' END,
    'free', 0, 0, 10485760, 9, '', 'drawn', 1, n, n, n, n, 1.0, 0 FROM one
"""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    line: str
    words: str = ""
    operations: tuple[str, ...] = ()


ASKED = (
    _Asked(line="all"),
    _Asked(line="of one model", operations=("sdxl",)),
    _Asked(line="with a word that half of them have", words="fox"),
)


async def measure(scale: Scale) -> list[Figure]:
    """The median times of a page, and of a search that reads all of them."""
    with TemporaryDirectory(prefix="bench") as name:
        small, large = Path(name) / "small.db", Path(name) / "large.db"
        async with (
            opened(small, synchronous="NORMAL", read_clock=VirtualClock()) as few,
            opened(large, synchronous="NORMAL", read_clock=VirtualClock()) as many,
        ):
            _fill(small, FEW)
            _fill(large, MANY)
            figures = [await _compared(few, many, asked, scale) for asked in ASKED]
            return [*figures, await _rare(many)]


def _fill(path: Path, rows: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_FILL, (rows,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def _compared(few: Database, many: Database, asked: _Asked, scale: Scale) -> Figure:
    """Both measured in turn, so that the machine's moods fall on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(WARM + scale.calls * scale.rounds // 2):
        for database, taken in zip((few, many), times, strict=True):
            began = time.perf_counter()
            await search(database, MEMBER, words=asked.words, operations=asked.operations, most=10)
            if turn >= WARM:
                taken.append(time.perf_counter() - began)
    small, large = median(times[0]) * 1e6, median(times[1]) * 1e6
    return Figure(
        line=f"/history, {asked.line}, p50 at 100,000 / 10 pictures",
        value=large / small,
        sense="<=",
        goal=1.5,
        digits=2,
        detail=f"{large:.0f} and {small:.0f} µs, a page of 10, synchronous NORMAL",
    )


async def _rare(many: Database) -> Figure:
    began = time.perf_counter()
    await search(many, MEMBER, words="owl", most=10)
    return Figure(
        line="/history, a word that one of 100,000 has",
        value=time.perf_counter() - began,
        unit=" s",
        digits=2,
        detail="100 short transactions, others run between them",
    )
