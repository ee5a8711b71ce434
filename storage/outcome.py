"""How a turn ends. Each change is guarded by state and attempt: whoever comes late changes nothing.

The accounts move only where the job's row changed, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from storage import lane as lanes
from storage import ledger, line, pictures, window
from storage.database import Row, Rows, Steps, now, one, transaction
from storage.job import HELD, WAITING, Blob, Job
from storage.rows import job_of

_READ = "SELECT * FROM job WHERE id = $1"
_SET = "SELECT * FROM job WHERE request_id = $1 ORDER BY number"
_LOCKED = " FOR UPDATE"
_WITHDRAWN = "request_id = id, told_at = $4, token = '', worker = NULL"
_MOVE = "UPDATE job SET {sets} WHERE id = $1 AND state = $2 AND attempt = $3 RETURNING *"


def move(row: Row, sets: str, *args: object) -> Steps[Row | None]:
    """Change a job that is still as ``row`` says (state and attempt); None where it is not.

    ``sets`` is the statement's own text; its placeholders begin at $4.
    """
    return one(_MOVE.format(sets=sets), row["id"], row["state"], row["attempt"], *args)


def _current(job: Job, *states: str) -> Steps[Row | None]:
    """The job's row, locked, if it is still the same attempt and in one of these states."""
    row = yield from one(_READ + _LOCKED, job.id)
    if row is None or row["attempt"] != job.attempt or row["state"] not in states:
        return None
    return row


def _waiting(sql: str, key: int) -> Steps[Rows]:
    """Rows of jobs that may be in line, locked after their lanes as the order of locks wants it."""
    yield from lanes.lock_those_of((yield sql, (key,)))
    return (yield sql + _LOCKED, (key,))


def end(row: Row, state: str, sets: str, *args: object) -> Steps[bool]:
    """Finish the job as ``state`` and settle its hold; False where another was faster."""
    return bool((yield from end_all((row,), state, sets, *args)))


def end_all(rows: Sequence[Row], state: str, sets: str, *args: object) -> Steps[list[Row]]:
    """Finish jobs as ``state`` and settle their holds; the rows of those where nobody was faster.

    Their receipts are of no more use, and may be as large as the picture.
    """
    before = {row["id"]: row["state"] for row in rows}
    ended = []
    for row in rows:
        moved = yield from move(row, f"state = '{state}', receipt = NULL, {sets}", *args)
        ended += [moved] if moved is not None else []
    for row in ended:
        if before[row["id"]] == "queued":
            yield from line.leave(row["lane"], row["member_id"])
    yield from ledger.settle(ended, state)
    return ended


@transaction
def made(job: Job, receipt: str) -> Steps[bool]:
    """The gateway made the picture: ``receipt`` (JSON) tells where it is to be had.

    From here on a crash costs no new call.
    """
    row = yield from _current(job, "running")
    if row is None:
        return False
    moved = yield from move(row, "state = 'made', receipt = $4", receipt)
    return moved is not None


@transaction
def drawn(
    job: Job, picture: Blob, seconds: float, kept: Mapping[str, bytes] = MappingProxyType({})
) -> Steps[bool]:
    """The picture is here: store it and commit the money, once. ``seconds`` it took to draw;
    ``kept`` is what of an edit outlives the telling: ``compare`` and ``mask``.

    False where the attempt is no longer the job's, or its result was stored before.
    """
    row = yield from _current(job, "running", "made")
    if row is None:
        return False
    moment = yield from now()
    won = yield from end(row, "drawn", "drawn_at = $4, seconds = $5", moment.wall, float(seconds))
    if won:
        yield from pictures.keep_result(job.id, picture)
        yield from pictures.keep_edit(job.id, kept)
    return won


@transaction
def fail(job: Job, reason: str, *, spent: bool = False) -> Steps[bool]:
    """The job ends without a picture; ``reason`` is a sentence for the member, who gets all back.

    ``spent``: whether the gateway made (and bills) a picture is not known. The job's state is then
    ``unknown``, and the bot's and the server's money counts as spent.
    """
    row = yield from _current(job, *HELD)
    if row is None:
        return False
    return (yield from end(row, "unknown" if spent else "failed", "reason = $4", reason))


@transaction
def cancel(job_id: int, member_id: int, *, worker: str | None = None) -> Steps[Job | None]:
    """Take a waiting job back for its member, quota included; None where it no longer waits.

    ``worker`` is who tells the member; without one the job goes to the desk.
    """
    taken = yield from _cancel((yield from _waiting(_READ, job_id)), member_id, worker)
    return taken[0] if taken else None


@transaction
def cancel_set(request_id: int, member_id: int) -> Steps[tuple[tuple[Job, ...], tuple[Job, ...]]]:
    """Take back what waits of a member's set; the desk tells of it, if nobody else does.

    Returns what was taken back now, and the whole set as it is then.
    """
    taken = yield from _cancel((yield from _waiting(_SET, request_id)), member_id, None)
    rows = yield _SET, (request_id,)
    return taken, tuple(map(job_of, rows))


def _cancel(rows: Rows, member_id: int, worker: str | None) -> Steps[tuple[Job, ...]]:
    theirs = [row for row in rows if row["member_id"] == member_id and row["state"] in WAITING]
    taken = yield from end_all(theirs, "cancelled", "worker = $4", worker)
    return tuple(map(job_of, taken))


@transaction
def withdraw(request_id: int, *, unheard: bool = False) -> Steps[None]:
    """Take back what waits of an order that its member has heard to have failed.

    Nobody is told of it again, and the request may be placed anew: the rows have other ids then.
    ``unheard``: only what nobody was told of yet, because it is not known whether this order was
    placed or the same one of an earlier press.
    """
    rows = yield from _waiting(_SET, request_id)
    moment = yield from now()
    back = []
    for row in rows:
        heard = row["state"] != "placed" or row["message_id"] is not None
        if row["state"] in WAITING and not (unheard and heard):
            back.append(row)
    for row in (yield from end_all(back, "cancelled", _WITHDRAWN, moment.wall)):
        yield from pictures.forget(row["id"])


@transaction
def rest(job: Job, *, delay_s: float, reason: str, counts: bool = True) -> Steps[bool]:
    """After a transient failure: the job rests for ``delay_s`` seconds, then joins the line again.

    ``counts``: it was a failure of the job (``tries``), and its turn is used, as its slot is: who
    orders what always fails gets no more slots than others. Else the turn is given back.
    """
    row = yield from _current(job, "running")
    if row is None:
        return False
    moment = yield from now()
    moved = yield from move(
        row,
        "state = 'resting', worker = NULL, reason = $4, ready_at = $5,"
        " tries = tries + CAST($6 AS BIGINT)",
        reason,
        moment.ms + int(delay_s * 1000),
        int(counts),
    )
    if moved is not None and not counts:
        yield from line.give_back(row["lane"], row["member_id"], row["step"], requeued=0)
    return moved is not None


@transaction
def refused(job: Job, retry_after_s: float, *, given_up: str | None = None) -> Steps[bool]:
    """The gateway said 429: the job is in line again at no cost, and its lane holds for a while.

    The lane's margin grows by 100 ms (2 s at most) and shrinks slowly with later admissions.
    ``given_up`` is why the job fails instead, where it was refused so often that others would
    wait for nothing.
    """
    lane = yield from lanes.lock(job.lane)
    moment = yield from now()
    if lane is not None:
        held = window.hold(lane.window, lane.limit, moment.ms, int(retry_after_s * 1000))
        yield from lanes.save(replace(lane, window=held))
    row = yield from _current(job, "running")
    if row is None:
        return False
    if given_up is not None:
        return (yield from end(row, "failed", "reason = $4", given_up))
    return (yield from requeue(row, refusals=1))


def requeue(row: Row, *, refusals: int = 0) -> Steps[bool]:
    """A running job is in line again, with its turn given back; ``refusals`` are new 429s."""
    moved = yield from move(
        row,
        "state = 'queued', worker = NULL, queued_at = NULL,"
        " refusals = refusals + CAST($4 AS BIGINT)",
        refusals,
    )
    if moved is not None:
        yield from line.give_back(row["lane"], row["member_id"], row["step"], requeued=1)
    return moved is not None


@transaction
def told(job_id: int, *, delivered: bool = True) -> Steps[bool]:
    """The member has got the final answer: pictures and interaction token are forgotten.

    Not ``delivered``: no way led to the member, and the picture is kept for them to fetch.
    """
    moment = yield from now()
    row = yield from one(
        "UPDATE job SET told_at = $2, token = '', worker = NULL WHERE id = $1 AND told_at IS NULL"
        " AND state IN ('drawn', 'failed', 'unknown', 'cancelled') RETURNING id",
        job_id,
        moment.wall,
    )
    if row is None:
        return False
    if not delivered:
        yield from pictures.keep_undelivered(job_id)
    yield from pictures.forget(job_id)
    return True
