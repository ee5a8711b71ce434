"""Who is alive: a worker is a start of the process, with a lock that the kernel frees on death.

No heartbeats: a worker that is slow or stopped for a while is not dead. Enter after forking.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.database import Database, Locks
from storage.errors import LockLost, Unavailable
from storage.job import Recovered
from storage.recovery import holders, recover

ALONE = (
    "another process uses this file; on this system only one may, because no clock is common to"
    " them. Several need Linux or PostgreSQL"
)


class FileLocks:
    """One locked file per worker in a folder beside the database's file.

    ``shared``: whether several workers may be at a time, because they have one clock.
    """

    def __init__(self, folder: Path, *, shared: bool = True) -> None:
        self._folder = folder
        self.shared = shared
        self._held: dict[str, FileLock] = {}

    async def take(self, worker: str) -> bool:
        """Hold the worker's lock; False where somebody else does."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / f"{worker}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._held[worker] = lock
        return True

    async def let_go(self, worker: str) -> None:
        """Remove the worker's file, then free its lock."""
        _remove(self._held.pop(worker))

    async def known(self) -> frozenset[str]:
        """The workers whose files are there."""
        return frozenset(path.stem for path in self._folder.glob("*.lock"))

    async def lost(self) -> None:
        """Never return: the kernel frees them on death, and only then."""
        await asyncio.get_running_loop().create_future()


def _remove(lock: FileLock) -> None:
    with contextlib.suppress(OSError):  # Windows removes no open file: the next sweep will
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


class Worker:
    """This start of the process, among the others that share the database."""

    def __init__(self, database: Database, locks: Locks, worker_id: str) -> None:
        self.id = worker_id
        self._database = database
        self._locks = locks

    async def sweep(self) -> tuple[Recovered, ...]:
        """Recover what dead workers left, one report for each. For the start and now and then."""
        named = await self._database.run(holders())
        others = (named | await self._locks.known()) - {self.id}
        return tuple([report for other in sorted(others) if (report := await self._bury(other))])

    async def watch(self) -> None:
        """Wait until this worker is none any more. Raises LockLost; returns never."""
        await self._locks.lost()
        raise LockLost(
            "the connection that shows that this process lives has broken; others take over its "
            "pictures, and it must be started anew"
        )

    async def _bury(self, other: str) -> Recovered | None:
        """Recover another worker's jobs if it is dead."""
        if not await self._locks.take(other):
            return None
        try:
            return await self._database.run(recover(other, self.id))
        finally:
            await self._locks.let_go(other)


@asynccontextmanager
async def join(database: Database) -> AsyncIterator[Worker]:
    """Be a worker of this database, until the block's end or the process's. Raises Unavailable."""
    async with database.locks() as locks:
        worker_id = secrets.token_hex(8)
        while not await locks.take(worker_id):
            worker_id = secrets.token_hex(8)
        try:
            if not locks.shared:
                await _refuse_company(locks, worker_id)
            yield Worker(database, locks, worker_id)
        finally:
            await locks.let_go(worker_id)


async def _refuse_company(locks: Locks, me: str) -> None:
    """Raise Unavailable where another worker lives."""
    for other in await locks.known() - {me}:
        if not await locks.take(other):
            raise Unavailable(ALONE)
        await locks.let_go(other)
