"""PostgreSQL through asyncpg: the same generators, with awaits between the statements.

The limit's clock is the server's; its epoch is the server's start, so that a machine that boots
with a wrong clock begins with every slot busy.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage.database import NOW, Locks, Rows, Statement, Transaction
from storage.errors import Unavailable

T = TypeVar("T")

AGAIN = 10  # times that a transaction is begun again after a deadlock or a clash
TIMEOUT_S = 5.0

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
_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Postgres:
    """A pool of connections; ``trace`` is called with every statement before it runs."""

    def __init__(
        self, pool: asyncpg.Pool, *, url: str, trace: Callable[[str], None] | None = None
    ) -> None:
        self._pool = pool
        self._url = url
        self._trace = trace

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
                reset=_keep,
                timeout=TIMEOUT_S,
                command_timeout=2 * TIMEOUT_S,
            )
        except (*_TROUBLE, ValueError) as error:  # ValueError: of an address with such a port
            raise Unavailable(f"cannot open the database: {_plain(error)}") from error
        return cls(pool, url=url, trace=trace)

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it wholly or not at all; see storage.database.Database.run."""
        for again in range(AGAIN):
            with contextlib.suppress(*_CLASHES):
                return await self._translated(transaction)
            await asyncio.sleep(0.002 * again)
        try:
            return await self._translated(transaction)
        except _CLASHES as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        """Finish what runs and close the connections."""
        await self._pool.close()

    async def _translated(self, transaction: Transaction[T]) -> T:
        try:
            return await self._once(transaction)
        except _CLASHES:
            raise
        except _TROUBLE as error:
            raise _unavailable(error) from error

    async def _once(self, transaction: Transaction[T]) -> T:
        async with self._pool.acquire(timeout=TIMEOUT_S) as connection, connection.transaction():
            session = _Session(connection, self._trace)
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
            connection = await asyncpg.connect(self._url, timeout=TIMEOUT_S)
        except _TROUBLE as error:
            raise Unavailable(f"cannot open the database: {_plain(error)}") from error
        try:
            yield AdvisoryLocks(connection)
        finally:
            with contextlib.suppress(*_TROUBLE):  # gone already: so are its locks
                await connection.close(timeout=TIMEOUT_S)


class _Session:
    """One transaction's way to the server, and the time at which it got its last lock."""

    def __init__(self, connection: asyncpg.Connection, trace: Callable[[str], None] | None) -> None:
        self._connection = connection
        self._trace = trace
        self._moment: Rows = ()

    async def answer(self, statement: Statement) -> Rows:
        """The statement's rows. A lock brings the time, so that NOW needs no way of its own."""
        sql, args = statement
        if statement is NOW:
            return self._moment or _moment(await self._fetch(_NOW))
        if not sql.endswith(_LOCKS):
            return await self._fetch(sql, *args)
        rows = await self._fetch(_LOCKED.format(sql), *args)
        self._moment = _moment(rows)
        return rows

    async def _fetch(self, sql: str, *args: object) -> Rows:
        if self._trace is not None:
            self._trace(sql)
        rows: Rows = await self._connection.fetch(sql, *args)
        return rows


class AdvisoryLocks:
    """Session advisory locks: the server frees them when the connection breaks."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def take(self, worker: str) -> bool:
        """Hold the worker's lock; False where somebody else does."""
        return bool(await self._ask("SELECT pg_try_advisory_lock($1)", worker))

    async def let_go(self, worker: str) -> None:
        """Free the worker's lock."""
        await self._ask("SELECT pg_advisory_unlock($1)", worker)

    async def known(self) -> frozenset[str]:
        """None: a lock that is free leaves no trace."""
        return frozenset()

    async def _ask(self, sql: str, worker: str) -> object:
        key = int(worker, 16) - (1 << 63)  # 16 hexadecimal digits as a signed 64-bit key
        try:
            answer: object = await self._connection.fetchval(sql, key)
        except _TROUBLE as error:
            raise Unavailable(f"the database does not answer: {_plain(error)}") from error
        return answer


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


def _unavailable(error: BaseException) -> Unavailable:
    return Unavailable(f"the database did not take it: {_plain(error)}")


def _plain(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
