"""The fair line: one start tag per member and lane, and where the members' jobs wait.

Locks are always taken in the order lane, job, turn, account.
"""

from __future__ import annotations

from storage import window
from storage.database import Steps, one, transaction
from storage.window import SCALE, WEIGHT


def vtime(lane: str) -> Steps[int]:
    """The tag that the lane served last."""
    row = yield from one("SELECT vtime FROM lane WHERE name = $1", lane)
    return int(row["vtime"]) if row else 0


def join(lane: str, member_id: int, served: int) -> Steps[None]:
    """One more job of the member in line; who had none joins behind the tag ``served`` last."""
    yield (
        "INSERT INTO turn (lane, member_id, vtag, weight, queued) VALUES ($1, $2, $3, $4, 1)"
        " ON CONFLICT (lane, member_id) DO UPDATE SET vtag = CASE"
        " WHEN turn.queued > 0 OR turn.vtag > CAST($5 AS BIGINT) + CAST($6 AS BIGINT) / turn.weight"
        " THEN turn.vtag ELSE CAST($5 AS BIGINT) + CAST($6 AS BIGINT) / turn.weight END,"
        " queued = CASE WHEN turn.queued > 0 THEN turn.queued ELSE 0 END + 1",
        (lane, member_id, window.entry(served, WEIGHT), WEIGHT, served, SCALE // 8),
    )


def leave(lane: str, member_id: int, jobs: int = 1) -> Steps[None]:
    """So many jobs of the member less in line."""
    yield (
        "UPDATE turn SET queued = queued - CAST($3 AS BIGINT) WHERE lane = $1 AND member_id = $2",
        (lane, member_id, jobs),
    )


def serve(lane: str, member_id: int, step: int) -> Steps[tuple[int, bool]]:
    """The member's turn is taken: one job less in line, and the tag moves on.

    Returns the tag that was served, and whether the member has more in line.
    """
    (row,) = yield (
        "UPDATE turn SET queued = queued - 1, vtag = vtag + CAST($3 AS BIGINT)"
        " WHERE lane = $1 AND member_id = $2 RETURNING vtag, queued",
        (lane, member_id, step),
    )
    return row["vtag"] - step, row["queued"] > 0


def give_back(lane: str, member_id: int, step: int, *, requeued: int) -> Steps[None]:
    """The turn did not count: the tag moves back, and ``requeued`` (0 or 1) jobs join at once.

    Who has nothing in line gets back no more than this one turn, so that an old tag is no treasure.
    """
    served = yield from vtime(lane)
    yield (
        "UPDATE turn SET queued = queued + CAST($5 AS BIGINT), vtag = CASE"
        " WHEN queued > 0 OR vtag - CAST($3 AS BIGINT) > CAST($4 AS BIGINT)"
        " THEN vtag - CAST($3 AS BIGINT) ELSE CAST($4 AS BIGINT) END"
        " WHERE lane = $1 AND member_id = $2",
        (lane, member_id, step, window.returned(served, step), requeued),
    )


@transaction
def set_weight(lane: str, member_id: int, weight: int) -> Steps[None]:
    """Set a member's weight in hundredths of an ordinary share (1 … 10,000)."""
    served = yield from vtime(lane)
    yield (
        "INSERT INTO turn (lane, member_id, vtag, weight, queued) VALUES ($1, $2, $3, $4, 0)"
        " ON CONFLICT (lane, member_id) DO UPDATE SET weight = $4",
        (lane, member_id, served, weight),
    )
