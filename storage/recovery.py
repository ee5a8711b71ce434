"""Work without a worker: what a dead worker left, and the desk from which the living take it.

A worker is dead when its lock is free (storage.workers), never because it was silent for long. One
that lives may have jobs to its name of which it does not know: the answer to a COMMIT can be lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage import lane as lanes
from storage.database import Row, Rows, Steps, transaction
from storage.job import Job, Recovered
from storage.outcome import end, move, requeue
from storage.rows import job_of

Turn = tuple[int, int]  # a job's id and attempt
LOST = (
    "The bot was stopped while this picture was being drawn, and its paid call may or may not have"
    " gone through. You were charged nothing; please order it again."
)

_RUNNING = """
SELECT * FROM job WHERE worker = $1 AND state = 'running'
    AND told_at IS NULL AND state NOT IN ('queued', 'resting') ORDER BY id
"""
_MINE = """
SELECT * FROM job WHERE worker = $1 AND told_at IS NULL AND state NOT IN ('queued', 'resting')
ORDER BY id
"""
_FREE = """
UPDATE job SET worker = NULL WHERE worker = $1 AND state <> 'running'
    AND told_at IS NULL AND state NOT IN ('queued', 'resting') RETURNING id
"""
_ADOPT = """
UPDATE job SET reporter = $2 WHERE reporter = $1 AND state IN ('placed', 'queued', 'resting')
RETURNING id
"""
_DESK = """
UPDATE job SET worker = $1, reporter = $1 WHERE worker IS NULL AND id IN (
    SELECT id FROM job WHERE worker IS NULL AND id > $3 AND told_at IS NULL
        AND state NOT IN ('queued', 'resting') ORDER BY id LIMIT $2)
    AND told_at IS NULL AND state NOT IN ('queued', 'resting') RETURNING *
"""


@transaction
def recover(dead_worker: str, me: str) -> Steps[Recovered]:
    """Let go of everything that a dead worker held; what it reported is reported by ``me``.

    A free call is queued again with its turn given back; a paid call whose answer is lost is never
    repeated: the job becomes ``unknown``, the member pays nothing. May be run again at any time.
    """
    requeued = unknown = 0
    rows: Rows = yield _RUNNING, (dead_worker,)
    yield from lanes.lock_those_of(rows)  # a claim moves the same members' turns, in its own order
    for row in rows:
        if row["price"]:
            unknown += yield from _lose(row)
        else:
            requeued += yield from requeue(row)
    freed = yield _FREE, (dead_worker,)
    adopted = yield _ADOPT, (dead_worker, me)
    return Recovered(requeued=requeued, unknown=unknown, freed=len(freed), adopted=len(adopted))


def _lose(row: Row) -> Steps[bool]:
    return end(row, "unknown", "reason = $4, worker = NULL", LOST)


@dataclass(frozen=True, kw_only=True)
class Disowned:
    """``named``: the turns to the worker's name, before ``dropped`` of them were let go.

    ``placed``: those of them whose member is being answered.
    """

    named: frozenset[Turn]
    placed: frozenset[Turn]
    dropped: int


@transaction
def disown(worker: str, held: frozenset[Turn], left: frozenset[Turn]) -> Steps[Disowned]:
    """Let go of jobs that are to a living worker's name and not in its hands (``held``).

    Those that it never heard of were never sent, and are in line again even if they are paid. Those
    that it ``left``, because something broke, are treated as a dead worker's. A placed job is in
    the hands of who answers the member, until it is left. To be run while nothing is being claimed.
    """
    named, placed, dropped = set[Turn](), set[Turn](), 0
    for row in (yield _MINE, (worker,)):
        turn = row["id"], row["attempt"]
        named.add(turn)
        if row["state"] == "placed":
            placed.add(turn)
        if turn not in held and (turn in left or turn not in placed):
            dropped += yield from _drop(row, sent=turn in left)
    return Disowned(named=frozenset(named), placed=frozenset(placed), dropped=dropped)


def _drop(row: Row, *, sent: bool) -> Steps[bool]:
    if row["state"] != "running":
        return (yield from move(row, "worker = NULL")) is not None
    return (yield from (_lose(row) if sent and row["price"] else requeue(row)))


@transaction
def desk(worker: str, most: int, *, after: int = 0) -> Steps[tuple[Job, ...]]:
    """Take up to ``most`` jobs that need hands but no slot, the oldest first, from ``after`` on.

    By their state: placed (to be made ready), made (to be collected), finished (to be told).
    """
    rows = yield _DESK, (worker, most, after)
    return tuple(sorted((job_of(row) for row in rows), key=lambda job: job.id))


@transaction
def drop_worker(job: Job) -> Steps[bool]:
    """Put a job that this worker does not finish (placed, made or untold) back on the desk."""
    rows = yield (
        "UPDATE job SET worker = NULL WHERE id = $1 AND attempt = $2 AND worker = $3"
        " AND state <> 'running' AND told_at IS NULL RETURNING id",
        (job.id, job.attempt, job.worker),
    )
    return bool(rows)


@transaction
def holders() -> Steps[frozenset[str]]:
    """Every worker that a live job names."""
    rows = yield (
        "SELECT DISTINCT worker AS id FROM job WHERE worker IS NOT NULL AND told_at IS NULL"
        " AND state NOT IN ('queued', 'resting')"
        " UNION SELECT DISTINCT reporter AS id FROM job"
        " WHERE state IN ('placed', 'queued', 'resting') AND reporter IS NOT NULL",
        (),
    )
    return frozenset(row["id"] for row in rows)
