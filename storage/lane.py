"""A lane's row: the state of one limit, shared by all workers. To lock it is to own the limit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from storage import window
from storage.database import Moment, Row, Steps, now, one, transaction
from storage.job import Job
from storage.window import Limit, Window

STRETCH = 1.5  # actual / foretold waits before any was seen


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One limit: its window, the tag served last (``vtime``), how waits exceed what was told."""

    name: str
    limit: Limit
    window: Window
    epoch: str
    vtime: int = 0
    stretch: float = STRETCH


def peek(name: str) -> Steps[Lane | None]:
    """The lane as it is, without locking it; None before its first claim."""
    row = yield from one("SELECT * FROM lane WHERE name = $1", name)
    return _of(row) if row else None


def lock(name: str) -> Steps[Lane | None]:
    """Lock the lane to the transaction's end; None before its first claim."""
    row = yield from one("UPDATE lane SET name = name WHERE name = $1 RETURNING *", name)
    return _of(row) if row else None


def open_lane(name: str, limit: Limit) -> Steps[Lane]:
    """Lock the lane, made where there is none, with ``limit`` as the owner set it now."""
    while (found := (yield from lock(name))) is None:
        yield from _create(Lane(name=name, limit=limit, window=window.unused(limit), epoch=""))
    if found.limit == limit:
        return found
    fitted = window.fitted(found.window, limit, found.limit.window_ms)
    return replace(found, limit=limit, window=fitted)


def awake(lane: Lane, moment: Moment) -> Steps[Lane]:
    """The lane at this moment: after a boot nothing is known of the past, so all slots are busy."""
    if lane.epoch == moment.epoch:
        return replace(lane, window=window.steadied(lane.window, lane.limit, moment.ms))
    yield "UPDATE job SET ready_at = 0 WHERE lane = $1 AND state = 'resting'", (lane.name,)
    known = lane.window if not lane.epoch else window.spent(lane.window, lane.limit, moment.ms)
    return replace(lane, epoch=moment.epoch, window=known)


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
        json.dumps(state.slots),
        float(state.tat),
        state.held,
        state.widened,
        lane.epoch,
        lane.vtime,
        float(lane.stretch),
    )


def _of(row: Row) -> Lane:
    return Lane(
        name=row["name"],
        limit=Limit(
            calls=row["calls"],
            window_ms=row["window_ms"],
            burst=row["burst"],
            margin_ms=row["margin_ms"],
        ),
        window=Window(
            slots=tuple(json.loads(row["slots"])),
            tat=row["tat"],
            held=row["held"],
            widened=row["widened"],
        ),
        epoch=row["epoch"],
        vtime=row["vtime"],
        stretch=row["stretch"],
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
