"""A lane's row: the state of one limit, shared by all workers. To lock it is to own the limit."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from storage import window
from storage.database import Moment, Row, Rows, Steps, now, one, transaction
from storage.job import Job
from storage.window import Limit, Window

STRETCH = 1.5  # actual / foretold waits before any was seen
UNKNOWN = "unknown"  # the epoch of a lane that may have been called, nobody knows when


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One limit: its window, the tag served last (``vtime``), how waits exceed what was told.

    Of a locked lane only: ``wakes`` is when the first of its resting jobs may join the line, None
    where none rests; ``queued``: a turn was just taken, and its member has more in line.
    """

    name: str
    limit: Limit
    window: Window
    epoch: str
    vtime: int = 0
    stretch: float = STRETCH
    wakes: int | None = None
    queued: bool = False


_WAKES = "(SELECT min(ready_at) FROM job WHERE job.lane = $1 AND state = 'resting') AS wakes"
# In SQLite the transaction is the lock already, and its driver leaves out the last words.
_LOCK = f"SELECT *, {_WAKES} FROM lane WHERE name = $1 FOR UPDATE"

_USED = "SELECT name FROM lane WHERE tat > 0 LIMIT 1"


def peek(name: str) -> Steps[Lane | None]:
    """The lane as it is, without locking it; None before its first claim."""
    row = yield from one("SELECT * FROM lane WHERE name = $1", name)
    return _of(row) if row else None


def lock(name: str) -> Steps[Lane | None]:
    """Lock the lane to the transaction's end; None before its first claim."""
    row = yield from one(_LOCK, name)
    return _of(row, row["wakes"]) if row else None


def lock_those_of(rows: Rows) -> Steps[None]:
    """Lock the lanes of these jobs: no claim takes any, and nobody moves one to another lane."""
    for name in sorted({row["lane"] for row in rows}):
        yield from lock(name)


def wakes(name: str) -> Steps[int | None]:
    """When the first of the lane's resting jobs may join the line; None where none rests."""
    (row,) = yield f"SELECT {_WAKES}", (name,)
    at: int | None = row["wakes"]
    return at


def open_lane(name: str, limit: Limit) -> Steps[Lane]:
    """Lock the lane, made where there is none.

    Calls that were counted in other lanes may count in a new one: only among lanes that were never
    used its slots are free from the start.
    """
    while (found := (yield from lock(name))) is None:
        epoch = UNKNOWN if (yield _USED, ()) else ""
        yield from _create(Lane(name=name, limit=limit, window=window.unused(limit), epoch=epoch))
    return found


@transaction
def forget() -> Steps[bool]:
    """Know nothing of past calls: all slots of all lanes are busy for a window from the next claim.

    False where there were none.
    """
    yield "SELECT name FROM lane ORDER BY name FOR UPDATE", ()
    used = bool((yield _USED, ()))
    if used:
        yield "UPDATE lane SET epoch = $1", (UNKNOWN,)
    return used


def fitted(lane: Lane, limit: Limit) -> Lane:
    """The lane with ``limit`` as the owner set it now."""
    if lane.limit == limit:
        return lane
    return replace(
        lane, limit=limit, window=window.fitted(lane.window, limit, lane.limit.window_ms)
    )


def awake(lane: Lane, moment: Moment) -> Steps[Lane]:
    """The lane at this moment: where nothing is known of the past, as after a boot, all is busy."""
    if lane.epoch == moment.epoch:
        steadied = window.steadied(lane.window, lane.limit, moment.ms)
        return lane if steadied is lane.window else replace(lane, window=steadied)
    yield "UPDATE job SET ready_at = 0 WHERE lane = $1 AND state = 'resting'", (lane.name,)
    known = lane.window if not lane.epoch else window.spent(lane.window, lane.limit, moment.ms)
    wakes = None if lane.wakes is None else 0
    return replace(lane, epoch=moment.epoch, window=known, wakes=wakes)


def save(lane: Lane) -> Steps[None]:
    """Write a locked lane."""
    yield (
        "UPDATE lane SET calls = $2, window_ms = $3, burst = $4, margin_ms = $5, slots = $6,"
        " tat = $7, held = $8, widened = $9, epoch = $10, vtime = $11, stretch = $12"
        " WHERE name = $1",
        _columns(lane),
    )


def _create(lane: Lane) -> Steps[None]:
    yield (
        "INSERT INTO lane (name, calls, window_ms, burst, margin_ms, slots, tat, held, widened,"
        " epoch, vtime, stretch) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (name) DO NOTHING",
        _columns(lane),
    )


def _columns(lane: Lane) -> tuple[object, ...]:
    limit, state = lane.limit, lane.window
    return (
        lane.name,
        limit.calls,
        limit.window_ms,
        limit.burst,
        limit.margin_ms,
        struct.pack(f"<{len(state.slots)}q", *state.slots),
        float(state.tat),
        state.held,
        state.widened,
        lane.epoch,
        lane.vtime,
        float(lane.stretch),
    )


def _of(row: Row, wakes: int | None = None) -> Lane:
    packed = row["slots"]
    return Lane(
        name=row["name"],
        limit=Limit(
            calls=row["calls"],
            window_ms=row["window_ms"],
            burst=row["burst"],
            margin_ms=row["margin_ms"],
        ),
        window=Window(
            slots=struct.unpack(f"<{len(packed) // 8}q", packed),
            tat=row["tat"],
            held=row["held"],
            widened=row["widened"],
        ),
        epoch=row["epoch"],
        vtime=row["vtime"],
        stretch=row["stretch"],
        wakes=wakes,
    )


@transaction
def late(job: Job) -> Steps[bool]:
    """Move the job's own slot, because its call is sent only now; to be run before it is sent.

    False: the call must not be sent (the turn is no longer the job's, or its slot is in use again).
    """
    lane = yield from lock(job.lane)
    row = yield from one(
        "SELECT slot FROM job WHERE id = $1 AND state = 'running' AND attempt = $2",
        job.id,
        job.attempt,
    )
    moment = yield from now()
    if lane is None or row is None or row["slot"] is None or lane.epoch != moment.epoch:
        return False
    moved = window.move(lane.window, lane.limit, row["slot"], moment.ms)
    if moved is None:
        return False
    state, slot = moved
    yield "UPDATE job SET slot = $2 WHERE id = $1", (job.id, slot)
    yield from save(replace(lane, window=state))
    return True
