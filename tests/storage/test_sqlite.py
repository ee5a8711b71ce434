"""What the SQLite driver promises: whole transactions, whatever happens around them."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from storage import outcome, tariff
from storage.database import Steps, transaction
from storage.errors import Unavailable
from storage.recovery import desk
from storage.schema import MIGRATIONS, migrate
from storage.sqlite import SQLite
from storage.tariff import Tariff
from tests.storage.world import CAPS, PICTURE, World, order


@pytest.fixture
async def statements() -> list[str]:
    """Every statement that the database ran."""
    return []


@pytest.fixture
async def database(tmp_path: Path, statements: list[str]) -> AsyncIterator[SQLite]:
    """A migrated database that remembers its statements."""
    opened = await SQLite.connect(tmp_path / "bot.db", trace=statements.append)
    await migrate(opened)
    statements.clear()
    yield opened
    await opened.close()


@transaction
def _note(number: int, *, error: Exception | None = None, gate: threading.Event | None = None,
          begun: threading.Event | None = None) -> Steps[int]:  # fmt: skip
    yield "INSERT INTO migration (number) VALUES ($1)", (number,)
    if begun is not None:
        begun.set()
    if gate is not None:
        assert gate.wait(20)
    if error is not None:
        raise error
    return number


@transaction
def _notes() -> Steps[set[int]]:
    rows = yield "SELECT number FROM migration WHERE number >= 100", ()
    return {row["number"] for row in rows}


async def _behind_a_gate(database: SQLite) -> tuple[threading.Event, asyncio.Task[int]]:
    """Keep the connection's thread busy until the gate opens."""
    gate, begun = threading.Event(), threading.Event()
    busy = asyncio.create_task(database.run(_note(100, gate=gate, begun=begun)))
    assert await asyncio.to_thread(begun.wait, 20)
    return gate, busy


async def test_waiting_transactions_share_one_commit(
    database: SQLite, statements: list[str]
) -> None:
    """What waits at the same time is committed together, and the error of one is its own only."""
    gate, busy = await _behind_a_gate(database)
    others = [
        asyncio.create_task(database.run(_note(100 + n, error=KeyError(n) if n % 3 == 0 else None)))
        for n in range(1, 10)
    ]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(busy, *others, return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, KeyError)] == [3, 6, 9]
    assert statements.count("COMMIT") == 2
    assert await database.run(_notes()) == {100, 101, 102, 104, 105, 107, 108}


async def test_a_statement_that_fails_takes_back_its_own_only(database: SQLite) -> None:
    """An error of the database within one transaction leaves its neighbours whole."""
    gate, busy = await _behind_a_gate(database)
    again = asyncio.create_task(database.run(_note(100)))
    other = asyncio.create_task(database.run(_note(101)))
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(busy, again, other, return_exceptions=True)
    assert isinstance(results[1], Unavailable)
    assert await database.run(_notes()) == {100, 101}


@pytest.mark.parametrize("error", [KeyError("own"), sqlite3.OperationalError("own")])
async def test_an_error_of_one_alone_leaves_nothing(database: SQLite, error: Exception) -> None:
    """A transaction that fails with nobody beside it takes back all that it wrote."""
    with pytest.raises((KeyError, Unavailable), match="own"):
        await database.run(_note(100, error=error))
    assert await database.run(_note(101)) == 101
    assert await database.run(_notes()) == {101}


async def test_a_cancelled_caller_leaves_nothing_half_done(database: SQLite) -> None:
    """Cancelled in line, it never begins; cancelled while it runs, it ends whole."""
    gate, busy = await _behind_a_gate(database)
    waiting = asyncio.create_task(database.run(_note(101)))
    await asyncio.sleep(0)
    waiting.cancel()
    busy.cancel()
    await asyncio.wait([waiting, busy])
    gate.set()
    assert waiting.cancelled()
    assert busy.cancelled()
    assert await database.run(_notes()) == {100}
    assert await database.run(_note(102)) == 102


async def test_cancelling_placements_at_random_keeps_the_accounts(database: SQLite) -> None:
    """However many callers give up, each order is there wholly or not at all."""
    world = World(database)
    tasks = [asyncio.create_task(world.place(order(n % 5), CAPS)) for n in range(60)]
    for place, task in enumerate(tasks):
        if place % 2:
            await asyncio.sleep(0)
            task.cancel()
    await asyncio.wait(tasks)
    assert (await world.counts())["placed"] >= 30
    assert await world.sound()


async def test_a_locked_database_is_unavailable(database: SQLite, tmp_path: Path) -> None:
    """While another program keeps the lock, orders are refused; afterwards all goes on."""
    await database._hop(lambda: _pragma(database, "busy_timeout = 20"))
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await database.run(_note(100))
    other.execute("ROLLBACK")
    other.close()
    assert await database.run(_note(100)) == 100


def _pragma(database: SQLite, text: str) -> None:
    database._raw.execute(f"PRAGMA {text}").fetchall()


async def test_a_full_disk_is_unavailable(database: SQLite) -> None:
    """What does not fit is refused and leaves nothing; what fits later is taken."""
    world = World(database)
    await database._hop(lambda: _pragma(database, "max_page_count = 60"))
    with pytest.raises(Unavailable, match="full"):
        await world.place(order(inputs=(bytes(1 << 20),)))
    assert await world.counts() == {}
    await database._hop(lambda: _pragma(database, "max_page_count = 100000"))
    await world.place(order(inputs=(bytes(1 << 20),)))
    assert await world.sound()


async def test_a_read_only_database_is_unavailable(database: SQLite) -> None:
    """Orders are refused, and the driver stays alive."""
    await database._hop(lambda: _pragma(database, "query_only = ON"))
    with pytest.raises(Unavailable, match="readonly"):
        await database.run(_note(100))
    await database._hop(lambda: _pragma(database, "query_only = OFF"))
    assert await database.run(_note(100)) == 100


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    """Opening it says so in one sentence."""
    path = tmp_path / "bot.db"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(Unavailable):
        await SQLite.connect(path)


async def test_a_closed_database_is_unavailable(tmp_path: Path) -> None:
    """Nothing hangs on a database that was closed."""
    database = await SQLite.connect(tmp_path / "bot.db")
    await database.close()
    with pytest.raises(Unavailable):
        await database.run(_note(1))


async def test_migrations_are_applied_once(database: SQLite) -> None:
    """A database that is up to date stays as it is."""
    assert await migrate(database) == 0
    assert len(MIGRATIONS) >= 1


async def test_jobs_are_found_by_index(database: SQLite, statements: list[str]) -> None:
    """Placing, claiming, the desk and a start find jobs by key, or by an index of live ones."""
    world = World(database)
    for member in range(3):
        await world.queued(member)
    await world.claim(2)
    await world.run(desk("b" * 16, 3))
    await world.run(tariff.apply({"sdxl": Tariff(lane="model:sdxl", price=0)}))
    for sql in set(statements):
        if sql.lstrip().startswith(("SELECT", "UPDATE", "INSERT")):
            for line in await _plan(database, sql):
                assert not OF_JOBS.match(line) or BY_INDEX.search(line), f"{line}: {sql}"


OF_JOBS = re.compile(r"(SEARCH|SCAN) job\b")
BY_INDEX = re.compile(r"job_(rest|waiting|hands)|\((row)?id=\?\)|\(request_id=\? AND number=\?\)")


async def test_a_hundred_thousand_finished_jobs_cost_nothing(database: SQLite) -> None:
    """A whole life takes no more steps of SQLite's machine than with an empty table."""
    world = World(database)
    await database._hop(lambda: _pragma(database, "synchronous = OFF"))
    await _life(world)
    few = await _steps_of_a_life(world)
    await database._hop(lambda: _fill(database, 100_000))
    assert await _steps_of_a_life(world) <= few * 1.1


async def _life(world: World) -> None:
    job = await world.running()
    await world.run(outcome.drawn(job, PICTURE, 1))
    await world.run(desk("b" * 16, 3))
    await world.run(outcome.told(job.id))


async def _steps_of_a_life(world: World) -> int:
    database, steps = world.database, count()
    assert isinstance(database, SQLite)

    def watch() -> None:
        database._raw.set_progress_handler(lambda: next(steps) and None, 10)

    await database._hop(watch)
    await _life(world)
    await database._hop(lambda: database._raw.set_progress_handler(None, 0))
    return next(steps)


def _fill(database: SQLite, jobs: int) -> None:
    """Copy a finished job many times."""
    names = [row["name"] for row in database._raw.execute("PRAGMA table_info(job)")]
    copied = ["job.id - n" if name == "id" else name for name in names]
    copied = ["job.request_id + n * 1000" if name == "request_id" else name for name in copied]
    database._raw.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)"
        f" INSERT INTO job ({', '.join(names)}) SELECT {', '.join(copied)} FROM numbers,"
        " (SELECT * FROM job WHERE told_at IS NOT NULL LIMIT 1) AS job",
        {"1": jobs},
    )


async def _plan(database: SQLite, sql: str) -> list[str]:
    lines: list[str] = []

    def explain() -> None:
        named = {str(place): 1 for place in range(1, 30)}
        rows = database._raw.execute(f"EXPLAIN QUERY PLAN {sql}", named).fetchall()
        lines.extend(row["detail"] for row in rows)

    await database._hop(explain)
    return lines
