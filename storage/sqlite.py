"""SQLite through aiosqlite: a whole transaction in one hop on the connection's thread.

Transactions that wait at the same time share one BEGIN IMMEDIATE … COMMIT, each within a savepoint
of its own: one fsync for all of them, and the error of one rolls back only its own. One alone needs
no savepoint.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from storage import clock
from storage.database import NOW, Locks, Moment, Rows, Statement, Transaction
from storage.errors import Unavailable
from storage.workers import FileLocks

T = TypeVar("T")

STATEMENTS = 512  # prepared ones that are kept
TOGETHER = 64  # transactions that share one commit at most
OPENINGS = 4  # each waits as long as busy_timeout says
PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA page_size = 2048",  # half of what is written and synced for each row that changes
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)
# What the common text says otherwise than SQLite: its placeholders; its transaction is the lock
# already; and only INTEGER makes the key the row's own, which saves an index.
_PLACE = re.compile(r"\$(?=\d)")
_OWN_WORDS = ((" FOR UPDATE", ""), ("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY"))


@dataclass(kw_only=True, eq=False)
class _Entry:
    """A transaction in line for the thread, and how it ended."""

    transaction: Transaction[Any]
    withdrawn: bool = False
    result: Any = None
    error: BaseException | None = field(default=None, repr=False)


class SQLite:
    """A database in one file; ``trace`` is called with every statement before it runs."""

    def __init__(
        self,
        connection: aiosqlite.Connection,
        *,
        path: Path,
        read_clock: Callable[[], Moment] = clock.read,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._connection = connection
        self._read_clock = read_clock
        self._trace = trace
        self._line: deque[_Entry] = deque()

    @classmethod
    async def connect(
        cls,
        path: Path,
        *,
        read_clock: Callable[[], Moment] = clock.read,
        trace: Callable[[str], None] | None = None,
    ) -> SQLite:
        """Open the file, which is made where there is none. Raises Unavailable."""
        try:
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            connection = await aiosqlite.connect(
                path, isolation_level=None, cached_statements=STATEMENTS
            )
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(f"cannot open the database: {error}") from error
        database = cls(connection, path=path, read_clock=read_clock, trace=trace)
        try:
            await database._prepared()
        except BaseException:
            await connection.close()
            raise
        return database

    async def _prepared(self) -> None:
        """Set the connection up, again while another process that starts holds the file."""
        for left in reversed(range(OPENINGS)):
            try:
                await self._hop(self._prepare)
                break
            except Unavailable as error:
                if not left or "locked" not in str(error):
                    raise

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it wholly or not at all; see storage.database.Database.run."""
        entry = _Entry(transaction=transaction)
        self._line.append(entry)
        try:
            await self._hop(self._drain)
        except BaseException:
            entry.withdrawn = True  # not begun: it never will be; begun: it ends whole
            raise
        if entry.error is not None:
            raise entry.error
        result: T = entry.result
        return result

    @asynccontextmanager
    async def locks(self) -> AsyncIterator[Locks]:
        """Locked files in a folder beside the database's file."""
        folder = self.path.with_name(self.path.name + ".workers")
        yield FileLocks(folder, shared=clock.shared())

    async def close(self) -> None:
        """Finish what runs and close the file."""
        await self._connection.close()

    async def _hop(self, work: Callable[[], None]) -> None:
        """Run ``work`` on the connection's thread: all that is used of aiosqlite's inside."""
        try:
            # aiosqlite has no public way to run a function on its thread.
            await self._connection._execute(work)  # type: ignore[no-untyped-call]  # noqa: SLF001
        except (sqlite3.Error, ValueError) as error:
            raise Unavailable(f"the database does not answer: {error}") from error

    def _prepare(self) -> None:
        self._raw.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            self._raw.execute(pragma)

    @property
    def _raw(self) -> sqlite3.Connection:
        return self._connection._conn  # noqa: SLF001  # read on its own thread only

    def _drain(self) -> None:
        """Run the transactions in line. Every caller brings one drain, so all get their turn."""
        entries: list[_Entry] = []
        while self._line and len(entries) < TOGETHER:
            entry = self._line.popleft()
            if not entry.withdrawn:
                entries.append(entry)
        if not entries:
            return
        try:
            self._commit_together(entries)
        except sqlite3.Error as error:
            self._undo()
            for entry in entries:
                entry.error = Unavailable(f"the database did not take it: {error}")
                entry.error.__cause__ = error

    def _commit_together(self, entries: list[_Entry]) -> None:
        self._execute("BEGIN IMMEDIATE", ())
        if len(entries) == 1:
            self._attempt(entries[0], "ROLLBACK")
        else:
            for entry in entries:
                self._execute("SAVEPOINT own", ())
                self._attempt(entry, "ROLLBACK TO own")
                self._execute("RELEASE own", ())
        if self._raw.in_transaction:
            self._execute("COMMIT", ())

    def _attempt(self, entry: _Entry, back: str) -> None:
        """Run one transaction; its error is its caller's, after its statements are taken back."""
        try:
            entry.result = self._steps(entry.transaction)
        except Exception as error:
            entry.error = error
            if not self._raw.in_transaction:  # SQLite itself took all of it back
                raise
            self._execute(back, ())
            if isinstance(error, sqlite3.Error):
                entry.error = Unavailable(f"the database did not take it: {error}")
                entry.error.__cause__ = error

    def _steps(self, transaction: Transaction[T]) -> T:
        steps = transaction.steps()
        try:
            statement = next(steps)
            while True:
                statement = steps.send(self._answer(statement))
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _answer(self, statement: Statement) -> Rows:
        if statement is NOW:
            moment = self._read_clock()
            return ({"ms": moment.ms, "epoch": moment.epoch, "wall": moment.wall},)
        return self._execute(*statement)

    def _execute(self, sql: str, args: tuple[object, ...]) -> Rows:
        text = _native(sql)
        if self._trace is not None:
            self._trace(text)
        rows: list[sqlite3.Row] = self._raw.execute(text, args).fetchall()
        return rows

    def _undo(self) -> None:
        if self._raw.in_transaction:
            self._execute("ROLLBACK", ())


@lru_cache(maxsize=STATEMENTS)
def _native(sql: str) -> str:
    """The common text in SQLite's own words."""
    text = _PLACE.sub("?", sql)
    for common, own in _OWN_WORDS:
        text = text.replace(common, own)
    return text
