"""Locks that end with a connection to PostgreSQL, and how their holder hears that it ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage.errors import Unavailable
from storage.trouble import TROUBLE, unavailable

LOOK_S = 5.0  # between two looks whether the server is still there


class AdvisoryLocks:
    """Session advisory locks: the server frees them when the connection breaks.

    A connection that does not answer in time is given up: whether the server still has its locks is
    not known then.
    """

    shared = True  # the clock is the server's

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()
        self._broken = asyncio.Event()
        connection.add_termination_listener(lambda _: self._broken.set())

    async def take(self, worker: str) -> bool:
        """Hold the worker's lock; False where somebody else does."""
        return bool(await self._ask("SELECT pg_try_advisory_lock($1)", _key(worker)))

    async def let_go(self, worker: str) -> None:
        """Free the worker's lock, if it did not end with the connection already."""
        with suppress(Unavailable):
            await self._ask("SELECT pg_advisory_unlock($1)", _key(worker))

    async def known(self) -> frozenset[str]:
        """None: a lock that is free leaves no trace."""
        return frozenset()

    async def lost(self) -> None:
        """Return when the connection has broken, be it that nothing says so."""
        while not self._broken.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._broken.wait()
                continue
            with suppress(Unavailable):
                await self._ask("SELECT 1")

    async def _ask(self, sql: str, *args: object) -> object:
        async with self._one_at_a_time:
            try:
                answer: object = await self._connection.fetchval(sql, *args)
            except TROUBLE as error:
                self._connection.terminate()
                self._broken.set()
                raise unavailable("the database does not answer", error) from error
        return answer


def _key(worker: str) -> int:
    """16 hexadecimal digits as a signed 64-bit key."""
    return int(worker, 16) - (1 << 63)
