"""Where a job stands in line, and when it starts. Exact if nobody else comes."""

from __future__ import annotations

from collections.abc import Iterable

from storage import lane as lanes
from storage import window
from storage.database import Moment, Row, Steps, now, one, transaction
from storage.job import Standing
from storage.lane import Lane
from storage.window import SCALE

_BLIND_S = 1.0  # a turn's length in a lane that nobody has claimed from yet

_OWN = """
SELECT vtag, weight, (SELECT count(*) FROM job WHERE job.lane = $1 AND job.member_id = $2
    AND state = 'queued' AND state IN ('placed', 'queued', 'resting') AND id < $3) AS own
FROM turn WHERE lane = $1 AND member_id = $2
"""
# Of each member with a lesser tag: the turns whose (tag, member) come before the target's.
_OTHERS = """
SELECT CAST(COALESCE(sum(CASE WHEN queued < turns THEN queued ELSE turns END), 0) AS BIGINT)
    AS turns
FROM (SELECT queued,
        (CAST($2 AS BIGINT) - vtag + CAST($4 AS BIGINT) / weight
            - CASE WHEN member_id > CAST($3 AS BIGINT) THEN 1 ELSE 0 END)
        / (CAST($4 AS BIGINT) / weight) AS turns
    FROM turn WHERE lane = $1 AND queued > 0 AND vtag <= CAST($2 AS BIGINT)
        AND member_id <> CAST($3 AS BIGINT)) AS lesser
"""


def ahead(row: Row) -> Steps[int]:
    """How many turns come before that of a queued job."""
    own = yield from one(_OWN, row["lane"], row["member_id"], row["id"])
    if own is None:
        return 0
    target = own["vtag"] + own["own"] * window.step(own["weight"])
    others = yield from one(_OTHERS, row["lane"], target, row["member_id"], SCALE)
    return int(own["own"]) + (int(others["turns"]) if others else 0)


def starts_in(lane: Lane | None, moment: Moment, before: int) -> float:
    """Seconds until a job with ``before`` turns before it starts, at the earliest."""
    if lane is None or lane.epoch != moment.epoch:
        return before * _BLIND_S
    return (window.turn_at(lane.window, lane.limit, moment.ms, before) - moment.ms) / 1000


def _by(lane: Lane | None, start: float) -> float:
    grain = window.gap(lane.window, lane.limit) / 1000 if lane else _BLIND_S
    return (start + grain) * (lane.stretch if lane else lanes.STRETCH)


def _of(row: Row, lane: Lane | None, moment: Moment) -> Steps[Standing]:
    if row["state"] == "resting":
        before, start = 0, max(0, row["ready_at"] - moment.ms) / 1000
    else:
        before = yield from ahead(row)
        start = starts_in(lane, moment, before)
    return Standing(ahead=before, starts_in=start, by=_by(lane, start))


@transaction
def standing(job_ids: Iterable[int]) -> Steps[dict[int, Standing]]:
    """Where these jobs stand; those that are not in line (queued or resting) are left out."""
    moment = yield from now()
    known: dict[str, Lane | None] = {}
    found: dict[int, Standing] = {}
    for job_id in job_ids:
        row = yield from one(
            "SELECT id, lane, member_id, state, ready_at FROM job"
            " WHERE id = $1 AND state IN ('queued', 'resting')",
            job_id,
        )
        if row is None:
            continue
        if row["lane"] not in known:
            known[row["lane"]] = yield from lanes.peek(row["lane"])
        found[job_id] = yield from _of(row, known[row["lane"]], moment)
    return found


def first_start(member_id: int, moment: Moment) -> Steps[float | None]:
    """Seconds until the first of a member's jobs in line starts; None where none is in line."""
    rows = yield (
        "SELECT id, lane, member_id, state, ready_at FROM job"
        " WHERE member_id = $1 AND state IN ('placed', 'queued', 'resting')",
        (member_id,),
    )
    starts = []
    for row in rows:
        if row["state"] != "placed":
            lane = yield from lanes.peek(row["lane"])
            starts.append((yield from _of(row, lane, moment)).starts_in)
    return min(starts, default=None)


@transaction
def forecast(name: str, member_id: int) -> Steps[Standing]:
    """Where one more job of the member's would stand in the lane, if it joined now."""
    moment = yield from now()
    lane = yield from lanes.peek(name)
    turn = yield from one("SELECT * FROM turn WHERE lane = $1 AND member_id = $2", name, member_id)
    weight = turn["weight"] if turn else window.WEIGHT
    own = turn["queued"] if turn else 0
    start = turn["vtag"] if turn else 0
    if not own:
        start = max(start, window.entry(lane.vtime if lane else 0, weight))
    target = start + own * window.step(weight)
    others = yield from one(_OTHERS, name, target, member_id, SCALE)
    before = own + (int(others["turns"]) if others else 0)
    soon = starts_in(lane, moment, before)
    return Standing(ahead=before, starts_in=soon, by=_by(lane, soon))
