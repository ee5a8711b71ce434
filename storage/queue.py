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
from storage.window import SCALE, Limit

_FIRST = """
(SELECT min(id) FROM job WHERE job.member_id = turn.member_id AND job.lane = turn.lane
    AND state = 'queued' AND state IN ('placed', 'queued', 'resting')) AS id
"""
_LEAST = "FROM turn WHERE turn.lane = $1 AND queued > 0 ORDER BY vtag, member_id LIMIT 1"
_HEAD = f"SELECT member_id, queued, {_FIRST} {_LEAST}"  # the first job of who has the least tag
_TAKE = f"""
UPDATE job SET state = 'running', attempt = attempt + 1, worker = $2, reporter = $2, slot = $3,
    started_at = $4, ready_at = 0, step = CAST($5 AS BIGINT) / (SELECT weight FROM turn
        WHERE turn.lane = job.lane AND turn.member_id = job.member_id)
WHERE id = (SELECT {_FIRST} {_LEAST}) AND state = 'queued' RETURNING *
"""


@transaction
def claim(worker: str, lanes: Mapping[str, Limit], most: int) -> Steps[Claimed]:
    """Take up to ``most`` fair turns over all lanes, one lane after another.

    Each turn takes a slot of its lane's limit, which is never given back. Jobs whose rest is over
    join the line first. From the turn on it is ``worker`` that reports on the job.
    """
    found: dict[str, Lane] = {}
    for name in sorted(lanes):
        found[name] = yield from lanes_.open_lane(name, lanes[name])
    moment = yield from now()
    opened: dict[str, Lane] = {}
    for name, lane in found.items():
        opened[name] = yield from _prepared(lanes_.fitted(lane, lanes[name]), moment)
    jobs = yield from _turns(opened, worker, most, moment)
    waits = []
    for name, lane in opened.items():
        if lane is not found[name]:
            yield from lanes_.save(lane)
        waits.append((yield from _wait(lane, moment)))
    return Claimed(jobs=jobs, wait=min((w for w in waits if w is not None), default=None))


def _turns(
    opened: dict[str, Lane], worker: str, most: int, moment: Moment
) -> Steps[tuple[Job, ...]]:
    """One turn of each lane after another, until none has more; moves the lanes in ``opened``.

    The lane that is least ahead of its pace begins: each gets its turn, however few are given.
    """
    jobs: list[Job] = []
    turning = deque(sorted(opened, key=lambda name: opened[name].window.tat))
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
        state, slot = window.admit(lane.window, lane.limit, moment.ms)
        row = yield from one(_TAKE, lane.name, worker, slot, moment.wall, SCALE)
        if row is not None:
            tag, more = yield from line.serve(lane.name, row["member_id"], row["step"])
            served = replace(
                lane,
                window=state,
                vtime=max(lane.vtime, tag),
                stretch=_learned(lane, row, moment),
                queued=more,
            )
            return served, job_of(row)
        if not (yield from _queued(lane)):  # else it was cancelled meanwhile: look again
            return None
    return None


def _queued(lane: Lane) -> Steps[bool]:
    """Whether a job is in line; a count of jobs that are not there is mended.

    Else its member stands before all others for ever. By a difference: more may join meanwhile.
    """
    while (head := (yield from one(_HEAD, lane.name))) is not None:
        if head["id"] is not None:
            return True
        yield from line.leave(lane.name, head["member_id"], head["queued"])
    return False


def _learned(lane: Lane, row: Row, moment: Moment) -> float:
    """The lane's ``stretch`` after it saw how long a wait was that it had foretold."""
    if row["queued_at"] is None or row["foretold"] is None:
        return lane.stretch
    waited = max(0, moment.ms - row["queued_at"])
    grain = window.gap(lane.window, lane.limit)
    return window.learned(lane.stretch, waited, row["foretold"], grain)


def _prepared(lane: Lane, moment: Moment) -> Steps[Lane]:
    """The lane at this moment, with the jobs in line whose rest is over."""
    awake = yield from lanes_.awake(lane, moment)
    if awake.wakes is None or awake.wakes > moment.ms:
        return awake
    rested = yield (
        "UPDATE job SET state = 'queued', ready_at = 0, queued_at = NULL"
        " WHERE lane = $1 AND state = 'resting' AND ready_at <= $2 RETURNING member_id",
        (lane.name, moment.ms),
    )
    for row in rested:
        yield from line.join(lane.name, row["member_id"], lane.vtime)
    return replace(awake, wakes=(yield from lanes_.wakes(lane.name)))


def _wait(lane: Lane, moment: Moment) -> Steps[float | None]:
    """Seconds until the lane can admit again; None where it has nothing in line."""
    opens = window.opens_at(lane.window, lane.limit)
    queued = lane.queued or (yield from _queued(lane))
    times = [opens] if queued else []
    if lane.wakes is not None:
        times.append(max(opens, lane.wakes))
    return max(0.0, min(times) - moment.ms) / 1000 if times else None
