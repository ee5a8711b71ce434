"""Taking turns: which jobs may call the gateway now, fairly, and never beyond the limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from storage import lane as lanes_
from storage import line, window
from storage.database import Moment, Row, Steps, now, one, transaction
from storage.job import Claimed, Job
from storage.lane import Lane
from storage.rows import job_of
from storage.window import Limit

_HEAD = """
SELECT member_id, vtag, weight,
    (SELECT min(job.id) FROM job WHERE job.lane = turn.lane AND job.member_id = turn.member_id
        AND job.state = 'queued') AS job_id
FROM turn WHERE lane = $1 AND queued > 0 ORDER BY vtag, member_id LIMIT 1
"""
_TAKE = """
UPDATE job SET state = 'running', attempt = attempt + 1, worker = $2, slot = $3, step = $4,
    started_at = $5, ready_at = 0
WHERE id = $1 AND state = 'queued' RETURNING *
"""
_LEFT = """
SELECT EXISTS (SELECT 1 FROM turn WHERE lane = $1 AND queued > 0) AS queued,
    (SELECT min(ready_at) FROM job WHERE lane = $1 AND state = 'resting') AS ready_at
"""


@transaction
def claim(worker: str, lanes: Mapping[str, Limit], most: int) -> Steps[Claimed]:
    """Take up to ``most`` fair turns over all lanes, one lane after another.

    Each turn takes a slot of its lane's limit, which is never given back. Jobs whose rest is over
    join the line first.
    """
    opened: dict[str, Lane] = {}
    for name in sorted(lanes):
        opened[name] = yield from lanes_.open_lane(name, lanes[name])
    moment = yield from now()
    for name, lane in opened.items():
        opened[name] = yield from lanes_.awake(lane, moment)
        yield from _promote(opened[name], moment)
    jobs = yield from _turns(opened, worker, most, moment)
    waits = []
    for lane in opened.values():
        yield from lanes_.save(lane)
        waits.append((yield from _wait(lane, moment)))
    return Claimed(jobs=jobs, wait=min((w for w in waits if w is not None), default=None))


def _turns(
    opened: dict[str, Lane], worker: str, most: int, moment: Moment
) -> Steps[tuple[Job, ...]]:
    """One turn of each lane after another, until none has more; moves the lanes in ``opened``."""
    jobs: list[Job] = []
    turning = deque(opened)
    while turning and len(jobs) < most:
        name = turning.popleft()
        taken = yield from _turn(opened[name], worker, moment)
        if taken is not None:
            opened[name], job = taken
            jobs.append(job)
            turning.append(name)
    return tuple(jobs)


def _turn(lane: Lane, worker: str, moment: Moment) -> Steps[tuple[Lane, Job] | None]:
    while window.opens_at(lane.window, lane.limit) <= moment.ms:
        head = yield from one(_HEAD, lane.name)
        if head is None or head["job_id"] is None:
            return None
        state, slot = window.admit(lane.window, lane.limit, moment.ms)
        step = window.step(head["weight"])
        row = yield from one(_TAKE, head["job_id"], worker, slot, step, moment.wall)
        if row is None:  # cancelled between the two statements: look again
            continue
        yield from line.serve(lane.name, head["member_id"], step)
        served = replace(lane, window=state, vtime=max(lane.vtime, head["vtag"]))
        return _learned(served, row, moment), job_of(row)
    return None


def _learned(lane: Lane, row: Row, moment: Moment) -> Lane:
    """The lane after it saw how long a wait was that it had foretold."""
    if row["queued_at"] is None or row["foretold"] is None:
        return lane
    waited = max(0, moment.ms - row["queued_at"])
    grain = window.gap(lane.window, lane.limit)
    return replace(lane, stretch=window.learned(lane.stretch, waited, row["foretold"], grain))


def _promote(lane: Lane, moment: Moment) -> Steps[None]:
    """Jobs whose rest is over join the line."""
    rested = yield (
        "UPDATE job SET state = 'queued', ready_at = 0, queued_at = NULL"
        " WHERE lane = $1 AND state = 'resting' AND ready_at <= $2 RETURNING member_id",
        (lane.name, moment.ms),
    )
    for row in rested:
        yield from line.join(lane.name, row["member_id"], lane.vtime)


def _wait(lane: Lane, moment: Moment) -> Steps[float | None]:
    """Seconds until the lane can admit again; None where it has nothing in line."""
    (left,) = yield _LEFT, (lane.name,)
    opens = window.opens_at(lane.window, lane.limit)
    times = [opens] if left["queued"] else []
    if left["ready_at"] is not None:
        times.append(max(opens, left["ready_at"]))
    return max(0.0, min(times) - moment.ms) / 1000 if times else None
