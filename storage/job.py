"""The values that storage takes and gives: an order, a job, and what one may still ask for.

Money is integer micro-dollars. ``*_at`` are wall-clock milliseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float

# Where a job may be. A job is live while the member has not got the final answer.
HELD = ("placed", "queued", "resting", "running", "made")  # the ledger holds its price
WAITING = ("placed", "queued", "resting")  # nobody draws it yet
UPLOAD_LIMIT = 10 * 1024 * 1024  # bytes: what Discord takes anywhere
FINISHED = ("drawn", "failed", "unknown", "cancelled")  # only the telling is left


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a member asked for; ``request_id`` with ``number`` makes placing it idempotent.

    ``request_id`` is the interaction's or the message's id; ``number`` the place in a set of
    pictures; ``price`` is in micro-dollars, ``upload_limit`` in bytes; ``inputs`` are pictures to
    publish with the answer.
    """

    request_id: int
    number: int = 0
    member_id: int
    guild_id: int | None
    channel_id: int
    operation: str
    values: Mapping[str, Value]
    lane: str
    price: int
    private: bool = False
    upload_limit: int = UPLOAD_LIMIT
    draft_id: int | None = None
    parent_id: int | None = None
    set_size: int = 1
    spoiler: bool = False
    application_id: int
    token: str = field(default="", repr=False)
    inputs: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Job:
    """An order that was accepted, with its state.

    ``attempt`` counts the turns it took and fences late results; ``tries`` counts failures,
    ``refusals`` the gateway's 429s; ``slot`` is the limit's slot that its last turn took; ``day``
    is the UTC day of its holds. ``receipt`` is there from ``made`` until the end.
    """

    id: int
    request_id: int
    number: int
    member_id: int
    guild_id: int | None
    channel_id: int
    operation: str
    values: Mapping[str, Value]
    lane: str
    price: int
    private: bool
    upload_limit: int
    draft_id: int | None
    parent_id: int | None
    set_size: int
    spoiler: bool
    deleted_at: int | None
    application_id: int
    token: str = field(repr=False)
    state: str
    attempt: int
    tries: int
    refusals: int
    worker: str | None
    reporter: str | None
    message_id: int | None
    links: tuple[str, ...]
    receipt: str | None
    reason: str | None
    slot: int | None
    placed_at: int
    started_at: int | None
    drawn_at: int | None
    told_at: int | None
    seconds: float | None
    day: int

    @property
    def finished(self) -> bool:
        """Whether its outcome is certain, so that only the telling is left."""
        return self.state in FINISHED


@dataclass(frozen=True, kw_only=True)
class Caps:
    """What may be held and spent a UTC day; ``budget`` and ``member_budget`` are micro-dollars."""

    images_a_day: int
    pending: int
    budget: int
    member_budget: int


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a member may still ask for today.

    ``resets_at`` is the next UTC midnight (wall ms); ``frees_in`` seconds until the first waiting
    job starts, None if nothing waits in line.
    """

    images_left: int
    images_limit: int
    images_held: int
    micros_left: int
    micros_limit: int
    micros_held: int
    bot_micros_left: int
    bot_micros_limit: int
    resets_at: int
    pending: int
    pending_limit: int
    frees_in: float | None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An accepted order; ``fresh`` is False where the same request was accepted before."""

    job: Job
    fresh: bool


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """Turns taken; ``wait`` is seconds until the next one can be, None where nothing is in line."""

    jobs: tuple[Job, ...]
    wait: float | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A place in line: ``ahead`` turns before it; starts between ``starts_in`` and ``by`` (s)."""

    ahead: int
    starts_in: float
    by: float


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A picture's bytes with its ``format`` (for example ``png``) and its size in pixels."""

    data: bytes = field(repr=False)
    format: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What the recovery of a dead worker's jobs did, in jobs."""

    requeued: int
    unknown: int
    freed: int
    adopted: int
