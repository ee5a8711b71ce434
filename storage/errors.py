"""What storage says when it cannot or will not: the roots of the sentences that members read.

StorageError
├── Unavailable        the database is locked, full, read-only or gone
├── LockLost           this process's own lock is gone: the others take it for dead
├── Taken              an order claims to be what another member has ordered or prepares
└── Refusal            an order was not accepted; nothing was held or charged
    ├── ImagesSpent    a member's daily images are used up
    ├── BudgetSpent    a daily budget (the member's or the bot's) cannot pay for the order
    └── TooManyPending a member has as many jobs waiting as one may have
"""

from __future__ import annotations


class StorageError(Exception):
    """The base of everything that storage raises on purpose."""


class Unavailable(StorageError):
    """The database did not take the transaction; nothing of it has happened.

    Not ``certain``: a connection broke, and if that was during the COMMIT, all of it may have.
    """

    def __init__(self, what: str, *, certain: bool = True) -> None:
        super().__init__(what)
        self.certain = certain


class LockLost(StorageError):
    """This process's lock is gone, and others take over its jobs: it must begin nothing more."""


class Taken(StorageError):
    """An order's request is another member's: its id was made up. Nothing was held or charged."""


class Refusal(StorageError):
    """An order was not accepted; nothing was held or charged."""


class ImagesSpent(Refusal):
    """The member's images of this UTC day are spent or held.

    ``left`` is how many could still be ordered, ``limit`` the day's number.
    """

    def __init__(self, *, left: int, limit: int) -> None:
        super().__init__(f"{left} of {limit} images left today")
        self.left = left
        self.limit = limit


class BudgetSpent(Refusal):
    """A daily budget cannot pay for the order.

    ``scope`` is ``"member"`` or ``"bot"``; ``left`` and ``limit`` are micro-dollars.
    """

    def __init__(self, *, scope: str, left: int, limit: int) -> None:
        super().__init__(f"{left} of {limit} micro-dollars left today for the {scope}")
        self.scope = scope
        self.left = left
        self.limit = limit


class TooManyPending(Refusal):
    """The member has as many jobs waiting as one member may have."""

    def __init__(self, *, pending: int, limit: int) -> None:
        super().__init__(f"{pending} of {limit} jobs are waiting")
        self.pending = pending
        self.limit = limit
