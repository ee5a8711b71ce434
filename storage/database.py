"""The seam: a transaction is a generator that yields statements and receives their rows.

The same text runs on both databases: the SQLite driver runs a generator to its end in one hop on
the connection's thread, the PostgreSQL driver with awaits between the statements. Placeholders are
``$1``, ``$2`` …; keys are integers, times are integers, JSON is text.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Row(Protocol):
    """A row of an answer, read by column name."""

    def __getitem__(self, key: str, /) -> Any: ...


Rows = Sequence[Row]
Statement = tuple[str, tuple[object, ...]]
Steps = Generator[Statement, Rows, T]

# Answered by the driver, not by the database's tables: see Moment.
NOW: Statement = ("NOW", ())


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The time, read after the transaction's lock was taken.

    ``ms`` is on the limit's clock, which survives restarts and never steps within one ``epoch``;
    ``wall`` is the wall clock: milliseconds since 1970, UTC.
    """

    ms: int
    epoch: str
    wall: int


@dataclass(frozen=True, kw_only=True)
class Transaction(Generic[T]):
    """A transaction that can be begun, and begun again where the database asks for it."""

    steps: Callable[[], Steps[T]]


class Locks(Protocol):
    """Locks that end with the process that holds them.

    ``shared``: whether several workers may be at a time.
    """

    shared: bool

    async def take(self, worker: str) -> bool:
        """Hold the worker's lock; False where somebody else does."""
        ...

    async def let_go(self, worker: str) -> None:
        """Free a lock that is held here, and remove what it left."""
        ...

    async def known(self) -> frozenset[str]:
        """Workers that left a trace besides the database's rows."""
        ...

    async def lost(self) -> None:
        """Return when the locks are gone though the process lives; files never are."""
        ...


class Runs(Protocol):
    """What transactions can be given to."""

    async def run(self, transaction: Transaction[T]) -> T:
        """Run it wholly or not at all.

        A cancelled caller leaves it either done or not begun. Raises whatever the transaction
        itself raises.
        """
        ...


class Database(Runs, Protocol):
    """Where transactions run; ``run`` raises storage.errors.Unavailable where it did not."""

    def locks(self) -> AbstractAsyncContextManager[Locks]:
        """The locks of this process."""
        ...

    async def close(self) -> None:
        """Finish what runs and let go of the database."""
        ...


def transaction(body: Callable[P, Steps[T]]) -> Callable[P, Transaction[T]]:
    """Make a generator function into one that returns a Transaction of its arguments."""

    @wraps(body)
    def call(*args: P.args, **kwargs: P.kwargs) -> Transaction[T]:
        return Transaction(steps=partial(body, *args, **kwargs))

    return call


def now() -> Steps[Moment]:
    """Read the clock within a transaction."""
    (row,) = yield NOW
    return Moment(ms=row["ms"], epoch=row["epoch"], wall=row["wall"])


def one(sql: str, *args: object) -> Steps[Row | None]:
    """Run a statement of which at most one row is wanted."""
    rows = yield sql, args
    return rows[0] if rows else None
