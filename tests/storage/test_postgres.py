"""What the PostgreSQL driver promises when connections break, peers freeze and callers give up."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

import storage
from storage import advisory, audit, outcome, postgres, queue, recovery
from storage.database import Database, Steps, Transaction, one, transaction
from storage.errors import LockLost, Unavailable
from storage.lane import UNKNOWN
from storage.window import Limit
from storage.workers import join
from tests.storage.cable import cable
from tests.storage.world import LANES, PICTURE, World, order

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    async with storage.open(postgres_url) as opened:
        yield opened


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the driver's."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


OF_LOCKS = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"


async def end(admin: asyncpg.Connection, which: str) -> None:
    """Let the server end these connections to the database, and wait until it has."""
    ended = await admin.fetch(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
    )
    assert ended
    left = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)"
    async with asyncio.timeout(20):
        while await admin.fetchval(left, [row["pid"] for row in ended]):
            await asyncio.sleep(0.01)


@transaction
def _breaks_half_way() -> Steps[None]:
    yield "INSERT INTO note (name, content) VALUES ('half', '')", ()
    yield "SELECT pg_terminate_backend(pg_backend_pid())", ()


@transaction
def _notes() -> Steps[int]:
    row = yield from one("SELECT count(*) AS notes FROM note")
    return int(row["notes"]) if row else 0


async def test_a_connection_that_breaks_leaves_nothing(database: Database) -> None:
    """A transaction whose connection breaks is taken back, and the next finds another one."""
    for _ in range(3):
        with pytest.raises(Unavailable):
            await database.run(_breaks_half_way())
        assert await database.run(_notes()) == 0


async def test_a_server_that_ended_all_connections(world: World, admin: asyncpg.Connection) -> None:
    """As after its restart: what is asked at once may be refused, and then all goes on."""
    await asyncio.gather(*(world.queued(member) for member in range(10)))
    await end(admin, "true")
    claimed = await _insisted(world, queue.claim(world.worker, LANES, 20))
    assert len(claimed.jobs) == 10
    assert await _insisted(world, audit.audit()) == []


async def _insisted(world: World, asked: Transaction[T]) -> T:
    """Ask until it is taken."""
    async with asyncio.timeout(20):
        while True:
            with suppress(Unavailable):
                return await world.run(asked)


async def test_callers_that_give_up_leave_nothing_half_done(world: World) -> None:
    """Whenever a caller is cancelled, its transaction is done or not begun, and none is stuck."""
    chance = random.Random(5)
    calls = [asyncio.create_task(world.place(order(n % 5))) for n in range(120)]
    for call in calls:
        await asyncio.sleep(chance.uniform(0, 0.004))
        if chance.random() < 0.7:
            call.cancel()
    await asyncio.wait(calls)
    assert 0 < (await world.counts())["placed"] <= 120
    assert await world.sound()
    await asyncio.gather(*(world.queued(n) for n in range(20)))  # twice the pool
    assert await world.sound()


async def test_the_answer_to_a_commit_is_lost(postgres_url: str) -> None:
    """What was done and never heard of is in nobody's hands; the next round lets go of it."""
    async with cable(postgres_url) as (line, address), storage.open(address) as database:
        world = World(database)
        queued = await world.queued()
        placed = (await world.place(order(2))).job
        await world.run(outcome.cancel(placed.id, 2))
        line.cut_after = b"COMMIT"
        with pytest.raises(Unavailable):
            await world.claim(9)
        line.cut_after = b"COMMIT"
        with pytest.raises(Unavailable):
            await world.run(recovery.desk(world.worker, 9))
        assert (await world.claim()).jobs == ()
        assert await world.run(recovery.desk(world.worker, 9)) == ()
        found = await _insisted(world, recovery.disown(world.worker, frozenset(), frozenset()))
        assert found.dropped == 2
        assert [job.id for job in (await world.claim()).jobs] == [queued.id]
        assert [job.id for job in await world.run(recovery.desk(world.worker, 9))] == [placed.id]
        assert await world.sound()


# the server's clock


@pytest.mark.parametrize("step_ms", [180_000, 300, -180_000])
async def test_a_clock_that_steps_frees_no_slot(
    world: World, monkeypatch: pytest.MonkeyPatch, step_ms: int
) -> None:
    """Nothing is known of the calls before the step: a whole window passes, counted from it."""
    for member in range(30):
        await world.queued(member)
    limit = {"free": Limit(calls=8, window_ms=60_000)}
    assert len((await world.claim(30, limit)).jobs) == 8
    for name in ("_NOW", "_LOCKED"):
        stepped = getattr(postgres, name).replace("* 1000)", f"* 1000 + {step_ms})")
        monkeypatch.setattr(postgres, name, stepped)
    for _ in range(2):
        claimed = await world.claim(30, limit)
        assert claimed.jobs == ()
        assert claimed.wait == pytest.approx(60, abs=10)
    await world.queued(99)  # all else goes on at once
    assert await world.sound()


async def test_a_clock_that_runs_well_is_left_alone(world: World) -> None:
    """However long the ways are, the clocks of a server that keeps time agree."""
    for _ in range(4):
        await asyncio.gather(*(world.queued(member) for member in range(30)))
        await asyncio.gather(*(world.claim(3) for _ in range(30)))
    assert await world.run(_unknown()) == 0


@transaction
def _unknown() -> Steps[int]:
    row = yield from one("SELECT count(*) AS lanes FROM lane WHERE epoch = $1", UNKNOWN)
    return int(row["lanes"]) if row else 0


# the lock that shows that a worker lives


async def test_who_lost_its_lock_hears_of_it(
    database: Database, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told at once, its jobs are another's from then on, and it leaves without a word."""
    monkeypatch.setattr(advisory, "LOOK_S", 3600)
    async with join(database) as other:
        async with join(database) as one_:
            watching = asyncio.create_task(one_.watch())
            mine = World(database, one_.id)
            paid = await mine.running(price=100)
            assert await other.sweep() == ()
            await end(admin, f"{OF_LOCKS} AND pid IN ({_holder(one_.id)})")
            with pytest.raises(LockLost, match="started anew"):
                await asyncio.wait_for(watching, 20)
            assert [report.unknown for report in await other.sweep()] == [1]
            assert not await mine.run(outcome.drawn(paid, PICTURE, 1))
        assert await mine.sound()


def _holder(worker: str) -> str:
    key = int(worker, 16) - (1 << 63)
    return (
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
        f" AND ((classid::bigint << 32) | objid::bigint) = {key}"
    )


async def test_who_hears_nothing_more_gives_its_lock_up(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that swallows everything counts as a loss: the server may have freed the lock."""
    monkeypatch.setattr(advisory, "LOOK_S", 0.05)
    monkeypatch.setattr(postgres, "TIMEOUT_S", 1.5)
    async with (
        cable(postgres_url) as (line, address),
        storage.open(address) as database,
        join(database) as worker,
        asyncio.timeout(30),
    ):
        watching = asyncio.create_task(worker.watch())
        carried = line.carried
        while line.carried < carried + 3:  # some looks at a line that is well
            assert not watching.done()
            await asyncio.sleep(0.01)
        line.silence()
        with pytest.raises(LockLost):
            await watching


# a machine that freezes or loses its power

_FREEZES = """
import asyncio, os, signal, sys, storage
from storage import postgres
from tests.storage.world import World
postgres.SESSION["idle_in_transaction_session_timeout"] = "500ms"
def trace(sql):
    if "state = 'running'" in sql:
        print("frozen", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
async def main():
    database = await postgres.Postgres.connect(sys.argv[1], trace=trace)
    async with storage.join(database) as worker:
        await World(database, worker.id).claim()
asyncio.run(main())
"""


async def test_a_frozen_machine_stops_nobody_else(world: World, postgres_url: str) -> None:
    """Who stands still within a claim loses the limit's lock, and the others take their turns."""
    for member in range(3):
        await world.queued(member)
    await world.claim()
    frozen = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _FREEZES, postgres_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert frozen.stdout is not None
        assert await asyncio.wait_for(frozen.stdout.readline(), 20) == b"frozen\n"
        assert len((await world.claim(9)).jobs) == 2  # within the time that a statement has
    finally:
        os.kill(frozen.pid, signal.SIGKILL)
        await frozen.communicate()
    assert await world.sound()


async def test_every_connection_knows_when_to_give_up(postgres_url: str) -> None:
    """The server waits for no dead machine longer than some seconds, on any connection."""
    async with storage.open(postgres_url) as database, join(database):
        rows = await database.run(_settings())
    assert rows == {"5s"}


@transaction
def _settings() -> Steps[set[str]]:
    rows = yield "SELECT current_setting('idle_in_transaction_session_timeout') AS wait", ()
    return {row["wait"] for row in rows}
