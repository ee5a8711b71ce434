"""Orders become jobs: place, ready, and reading them back.

Taking turns is storage.queue, the results storage.outcome, the worker's desk storage.recovery.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from storage import lane as lanes
from storage import ledger, line, pictures, standing
from storage.database import Moment, Row, Steps, now, one, transaction
from storage.errors import Taken
from storage.ids import new_id
from storage.job import Caps, Job, Order, Placed
from storage.rows import job_of

_INSERT = """
INSERT INTO job (id, request_id, number, member_id, guild_id, channel_id, operation, options, lane,
    price, private, spoiler, upload_limit, draft_id, parent_id, set_size, application_id, token,
    state, worker, reporter, placed_at, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
    'placed', $19, $19, $20, $21)
ON CONFLICT DO NOTHING RETURNING *
"""


@transaction
def place(order: Order, caps: Caps, worker: str) -> Steps[Placed]:
    """Accept an order: its quota and price are held, and ``worker`` sees to its first answer.

    The same request placed again gives the job of the first time. Raises Taken, ImagesSpent,
    BudgetSpent or TooManyPending, and then nothing is held.
    """
    (placed,) = yield from _place((order,), caps, worker)
    return placed


@transaction
def place_set(orders: tuple[Order, ...], caps: Caps, worker: str) -> Steps[tuple[Placed, ...]]:
    """Accept several orders of one request, all of them or none; otherwise as place()."""
    return (yield from _place(orders, caps, worker))


def _place(orders: tuple[Order, ...], caps: Caps, worker: str) -> Steps[tuple[Placed, ...]]:
    moment = yield from now()
    yield from _no_draft_of_another(orders[0])
    found: list[Placed] = []
    for order in orders:
        row, fresh = yield from _insert(order, worker, moment)
        if not fresh and not found:
            # A request is placed whole: what it has not got by now, it never will.
            return (yield from _before(orders))
        if fresh:
            yield from ledger.hold(order, caps, row["day"])
            yield from ledger.check_pending(order.member_id, caps)
            yield from pictures.keep_inputs(row["id"], order.inputs)
        found.append(Placed(job=job_of(row), fresh=fresh))
    return tuple(found)


def _no_draft_of_another(order: Order) -> Steps[None]:
    """An edit's order has the edit's id: nobody else may have it ordered, as it would seem."""
    draft = yield from one("SELECT member_id FROM draft WHERE id = $1", order.request_id)
    if draft is not None and draft["member_id"] != order.member_id:
        raise Taken("the request is another member's edit")


def _before(orders: tuple[Order, ...]) -> Steps[tuple[Placed, ...]]:
    """What there is already of a request that was placed before."""
    request, wanted = orders[0].request_id, {order.number for order in orders}
    rows = yield "SELECT * FROM job WHERE request_id = $1 ORDER BY number", (request,)
    return tuple(Placed(job=job_of(row), fresh=False) for row in rows if row["number"] in wanted)


def _insert(order: Order, worker: str, moment: Moment) -> Steps[tuple[Row, bool]]:
    """The order's row, and whether it is new. Raises Taken where it is another member's."""
    while True:
        row = yield from one(_INSERT, *_columns(order, worker, moment))
        if row is not None:
            return row, True
        row = yield from one(
            "SELECT * FROM job WHERE request_id = $1 AND number = $2",
            order.request_id,
            order.number,
        )
        if row is not None and row["member_id"] != order.member_id:
            raise Taken("the request is another member's order")
        if row is not None:
            return row, False
        # The id was taken by another job of the same millisecond: draw another one.


def _columns(order: Order, worker: str, moment: Moment) -> tuple[object, ...]:
    return (
        new_id(moment.wall + order.number),  # so that a set is drawn in its order
        order.request_id,
        order.number,
        order.member_id,
        order.guild_id,
        order.channel_id,
        order.operation,
        json.dumps(dict(order.values)),
        order.lane,
        order.price,
        int(order.private),
        int(order.spoiler),
        order.upload_limit,
        order.draft_id,
        order.parent_id,
        order.set_size,
        order.application_id,
        order.token,
        worker,
        moment.wall,
        moment.wall // ledger.DAY_MS,
    )


@transaction
def ready(
    job_id: int,
    *,
    message_id: int | None = None,
    links: tuple[str, ...] = (),
    token: str | None = None,
) -> Steps[Job | None]:
    """Discord was answered and the inputs are published: the job joins the line.

    ``token`` is the way to the answer, where it is known only now. None where the job is no longer
    ``placed``, for example because it was cancelled.
    """
    row = yield from one(
        "UPDATE job SET state = 'queued', worker = NULL, links = $3,"
        " message_id = COALESCE(CAST($2 AS BIGINT), message_id),"
        " token = COALESCE(CAST($4 AS TEXT), token)"
        " WHERE id = $1 AND state = 'placed' RETURNING *",
        job_id,
        message_id,
        json.dumps(links),
        token,
    )
    if row is None:
        return None
    lane = yield from lanes.peek(row["lane"])
    yield from line.join(row["lane"], row["member_id"], lane.vtime if lane else 0)
    moment = yield from now()
    before = yield from standing.ahead(row)
    start = standing.starts_in(lane, moment, before)
    yield (
        "UPDATE job SET queued_at = $2, foretold = $3 WHERE id = $1",
        (job_id, moment.ms, int(start * 1000)),
    )
    return job_of(row)


@transaction
def job(job_id: int) -> Steps[Job | None]:
    """The job as it is now."""
    row = yield from one("SELECT * FROM job WHERE id = $1", job_id)
    return job_of(row) if row else None


@transaction
def siblings(request_id: int) -> Steps[tuple[Job, ...]]:
    """Every job of one request, in the order of the set."""
    rows = yield "SELECT * FROM job WHERE request_id = $1 ORDER BY number", (request_id,)
    return tuple(job_of(row) for row in rows)


@transaction
def waiting(worker: str) -> Steps[tuple[int, ...]]:
    """The ids of the jobs in line (queued or resting) whose progress this worker tells."""
    rows = yield (
        "SELECT id FROM job WHERE state IN ('placed', 'queued', 'resting') AND state <> 'placed'"
        " AND reporter = $1 ORDER BY id",
        (worker,),
    )
    return tuple(row["id"] for row in rows)


@transaction
def in_line(job_ids: Iterable[int]) -> Steps[tuple[Job, ...]]:
    """Those of these jobs that are in line now (queued or resting)."""
    found = []
    for job_id in job_ids:
        row = yield from one("SELECT * FROM job WHERE id = $1", job_id)
        if row is not None and row["state"] in ("queued", "resting"):
            found.append(job_of(row))
    return tuple(found)
