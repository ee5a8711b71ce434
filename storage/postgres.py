"""PostgreSQL through asyncpg: the same generators, with awaits between the statements.

The limit's clock is the server's wall clock; its epoch is the server's start, so that a machine
that boots with a wrong clock begins with every slot busy. Each process compares it with a clock of
its own that never steps: after a step nothing is known of the calls before it, as after a boot. A
step while no process runs, or below storage.clock.STEP_MS, goes unseen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage import clock, lane
from storage.advisory import AdvisoryLocks
from storage.clock import Offset
from storage.database import NOW, Locks, Rows, Statement, Transaction
from storage.trouble import TROUBLE, unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

Look = Callable[[str, Offset], None]  # the clock's epoch, and how far it is ahead

AGAIN = 10  # times that a transaction is begun again after a deadlock or a clash
TIMEOUT_S = 5.0
CLOSED = "cannot open the database"
REFUSED = "the database did not take it"

# A machine that freezes or loses its power within a transaction keeps its locks for no longer,
# and its worker's lock no longer than the three missing answers. Set where the server knows them.
SESSION = {
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20s",
}
_SET = """
SELECT set_config(name, wanted.setting, false)
FROM pg_settings JOIN unnest($1::text[], $2::text[]) AS wanted (name, setting) USING (name)
"""

_CLOCK = """
CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT) AS clock_ms,
CAST(pg_postmaster_start_time() AS TEXT) AS clock_epoch
"""
_NOW = f"SELECT {_CLOCK}"
# A lock brings the time at which it was got: the outer part runs after the inner one.
_LOCKED = f"WITH locked AS MATERIALIZED ({{}}) SELECT locked.*, {_CLOCK} FROM locked"
_LOCKS = " FOR UPDATE"
_CLASHES = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,  # these two: tables made by two processes at once
    asyncpg.DuplicateTableError,
)


class _Stepped(Exception):
    """The server's clock is not where it must be after what was ``known``."""

    def __init__(self, known: Offset, seen: Offset) -> None:
        super().__init__(f"the server's clock has stepped: {known}, then {seen}")
        self.known = known
        self.seen = seen


class Postgres:
    """A pool of connections; ``trace`` is called with every statement before it runs."""

    def __init__(
        self, pool: asyncpg.Pool, *, url: str, trace: Callable[[str], None] | None = None
    ) -> None:
        self._pool = pool
        self._url = url
        self._trace = trace
        self._offset: Offset | None = None
        self._epoch = ""
        self._mending = asyncio.Lock()

    @classmethod
    async def connect(
        cls, url: str, *, size: int = 10, trace: Callable[[str], None] | None = None
    ) -> Postgres:
        """Open a pool of up to ``size`` connections. Raises Unavailable."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size,
                init=_settle,
                reset=_keep,
                timeout=TIMEOUT_S,
                command_timeout=2 * TIMEOUT_S,
            )
        except (*TROUBLE, ValueError) as error:  # ValueError: of an address with such a port
            raise unavailable(CLOSED, error) from error
        return cls(pool, url=url, trace=trace)

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it wholly or not at all; see storage.database.Database.run."""
        for again in range(AGAIN):
            try:
                return await self._translated(transaction, self._look)
            except _Stepped as stepped:
                await self._forget(stepped)
            except _CLASHES:
                await asyncio.sleep(0.002 * again)
        try:
            return await self._translated(transaction, self._look)
        except (_Stepped, *_CLASHES) as error:
            raise unavailable(REFUSED, error) from error

    async def close(self) -> None:
        """Finish what runs and close the connections; those that are stuck are cut."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._pool.close()
        except TROUBLE:
            self._pool.terminate()

    def _look(self, epoch: str, seen: Offset) -> None:
        """Compare the server's clock with this machine's. Raises _Stepped."""
        known = self._offset if epoch == self._epoch else None
        followed = known.after(seen) if known else seen
        if known and followed is None:
            raise _Stepped(known, seen)
        self._offset, self._epoch = followed, epoch

    async def _forget(self, stepped: _Stepped) -> None:
        """Let all lanes begin anew, once for each step."""
        async with self._mending:
            if self._offset is stepped.known:
                log.warning("%s: one window passes first", stepped)
                await self._translated(lane.forget(), _see_nothing)
                self._offset = stepped.seen

    async def _translated(self, transaction: Transaction[T], look: Look) -> T:
        try:
            return await self._once(transaction, look)
        except _CLASHES:
            raise
        except TROUBLE as error:
            raise unavailable(REFUSED, error) from error

    async def _once(self, transaction: Transaction[T], look: Look) -> T:
        async with self._pool.acquire(timeout=TIMEOUT_S) as connection, connection.transaction():
            session = _Session(connection, look, self._trace)
            steps = transaction.steps()
            try:
                statement = next(steps)
                while True:
                    statement = steps.send(await session.answer(statement))
            except StopIteration as stop:
                result: T = stop.value
                return result
            finally:
                steps.close()

    @asynccontextmanager
    async def locks(self) -> AsyncIterator[Locks]:
        """Locks of this process, on a connection of their own that ends with it."""
        try:
            connection = await asyncpg.connect(
                self._url, timeout=TIMEOUT_S, command_timeout=2 * TIMEOUT_S
            )
            await _settle(connection)
        except TROUBLE as error:
            raise unavailable(CLOSED, error) from error
        try:
            yield AdvisoryLocks(connection)
        finally:
            with contextlib.suppress(*TROUBLE):  # gone already: so are its locks
                await connection.close(timeout=TIMEOUT_S)


class _Session:
    """One transaction's way to the server, and the time at which it got its last lock."""

    def __init__(
        self, connection: asyncpg.Connection, look: Look, trace: Callable[[str], None] | None
    ) -> None:
        self._connection = connection
        self._look = look
        self._trace = trace
        self._moment: Rows = ()

    async def answer(self, statement: Statement) -> Rows:
        """The statement's rows. A lock brings the time, so that NOW needs no way of its own."""
        sql, args = statement
        if statement is NOW:
            return self._moment or _moment(await self._timed(_NOW))
        if not sql.endswith(_LOCKS):
            return await self._fetch(sql, *args)
        rows = await self._timed(_LOCKED.format(sql), *args)
        self._moment = _moment(rows)
        return rows

    async def _timed(self, sql: str, *args: object) -> Rows:
        """The rows of a statement that brings the time, which is compared."""
        asked = clock.read().ms
        rows = await self._fetch(sql, *args)
        for row in rows[-1:]:
            seen = Offset.seen(asked, row["clock_ms"], clock.read().ms)
            self._look(row["clock_epoch"], seen)
        return rows

    async def _fetch(self, sql: str, *args: object) -> Rows:
        if self._trace is not None:
            self._trace(sql)
        rows: Rows = await self._connection.fetch(sql, *args)
        return rows


def _see_nothing(_epoch: str, _seen: Offset) -> None:
    """Compare no clocks."""


async def _settle(connection: asyncpg.Connection) -> None:
    await connection.execute(_SET, list(SESSION), list(SESSION.values()))


async def _keep(_connection: asyncpg.Connection) -> None:
    """Leave a connection's session as it is: transactions change nothing of it.

    asyncpg itself ends what is open; its usual reset on top is one more round trip for each.
    """


def _moment(rows: Rows) -> Rows:
    """The time that was read with the last of these rows, as the answer to NOW."""
    return tuple(
        {"ms": row["clock_ms"], "wall": row["clock_ms"], "epoch": row["clock_epoch"]}
        for row in rows[-1:]
    )
