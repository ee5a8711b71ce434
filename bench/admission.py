"""SQLite: a whole fair admission beside the least that a transaction of three awaits costs."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosqlite

from bench.figures import Figure, median
from bench.files import VirtualClock, opened
from bench.orders import LANES, queue_up
from bench.scale import Scale
from storage import queue
from storage.database import Database
from storage.sqlite import PRAGMAS

WORKER = "bench"
MEMBERS = 40
STEP_MS = 1_300  # a gap and a good deal more: every claim finds its slot
BURST = 4
GOALS = {"NORMAL": 1.5, "FULL": 1.2}


async def measure(scale: Scale) -> list[Figure]:
    """Admissions a second over bare transactions a second, with both kinds of durability."""
    return [figure for synchronous in GOALS for figure in await _compare(scale, synchronous)]


async def _compare(scale: Scale, synchronous: str) -> list[Figure]:
    clock = VirtualClock()
    ours, bare, together = [], [], []
    with TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        async with (
            opened(folder / "a.db", synchronous=synchronous, read_clock=clock) as database,
            aiosqlite.connect(folder / "bare.db", isolation_level=None) as plain,
        ):
            await _bare_table(plain, synchronous)
            await fill(database, 2 * scale.calls * (scale.rounds + 1))
            for _ in range(scale.rounds + 1):
                bare.append(await _bare(plain, scale.calls))
                ours.append(await admissions(database, clock, scale.calls))
                together.append(await admissions(database, clock, scale.calls, turns=BURST))
    return _figures(scale, synchronous, bare[1:], ours[1:], together[1:])  # the first: warm up


def _figures(
    scale: Scale, synchronous: str, bare: list[float], ours: list[float], together: list[float]
) -> list[Figure]:
    alone = Figure(
        line=f"fair admission / bare aiosqlite transaction of 3 awaits, {synchronous}",
        value=median([one / other for one, other in zip(ours, bare, strict=True)]),
        sense=">=",
        goal=GOALS[synchronous],
        digits=2,
        detail=f"median of {scale.rounds} rounds in turn: {median(ours):,.0f} and"
        f" {median(bare):,.0f} a second; {MEMBERS} members in line",
    )
    burst = Figure(
        line=f"the same, {BURST} turns in one claim, {synchronous}",
        value=median([one / other for one, other in zip(together, bare, strict=True)]),
        digits=2,
        detail=f"{median(together):,.0f} turns a second: what a burst costs the bot",
    )
    return [alone, burst]


async def fill(database: Database, jobs: int) -> None:
    """Put so many jobs of 40 members in line."""
    for start in range(0, jobs, 1000):
        members = [number % MEMBERS + 1 for number in range(start, min(jobs, start + 1000))]
        await database.run(queue_up(members, WORKER))


async def admissions(
    database: Database, clock: VirtualClock, calls: int, *, turns: int = 1
) -> float:
    """Admissions a second: one claim of so many turns after another."""
    began = time.perf_counter()
    for _ in range(calls // turns):
        await admit(database, clock, turns=turns)
    return calls // turns * turns / (time.perf_counter() - began)


async def admit(database: Database, clock: VirtualClock, *, turns: int = 1) -> None:
    """One claim that takes so many turns."""
    clock.ms += STEP_MS * turns
    claimed = await database.run(queue.claim(WORKER, LANES, turns))
    if len(claimed.jobs) != turns:
        raise RuntimeError(f"a claim took {len(claimed.jobs)} turns instead of {turns}")


async def _bare_table(plain: aiosqlite.Connection, synchronous: str) -> None:
    for pragma in (*PRAGMAS, f"PRAGMA synchronous = {synchronous}"):
        await plain.execute(pragma)
    await plain.execute("CREATE TABLE counter (id INTEGER PRIMARY KEY, calls INTEGER)")
    await plain.execute("INSERT INTO counter VALUES (1, 0)")


async def _bare(plain: aiosqlite.Connection, calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        await plain.execute("BEGIN IMMEDIATE")
        await plain.execute("UPDATE counter SET calls = calls + 1 WHERE id = 1")
        await plain.commit()
    return calls / (time.perf_counter() - began)
