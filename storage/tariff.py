"""What the owner changed between two starts: prices, and which limit a model's calls count against.

Jobs remember the lane and the price of the day they were ordered. Those that still wait are brought
under today's: else they wait in a lane that nobody claims from, or are drawn at a price that nobody
approved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from storage import lane as lanes
from storage import line, notes
from storage.database import Row, Rows, Steps, transaction
from storage.outcome import end_all, move

PIECE = 100  # jobs that one transaction changes
RISEN = (
    "The price of this model has changed while the picture waited in line. Please order it again."
)

_SORTS = """
SELECT DISTINCT operation, lane, price FROM job WHERE state IN ('placed', 'queued', 'resting')
"""
_SOME = """
SELECT * FROM job WHERE state IN ('placed', 'queued', 'resting')
    AND operation = $1 AND lane = $2 AND price = $3 LIMIT $4 FOR UPDATE
"""


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What holds for an operation: the limit's ``lane``, and a picture's ``price`` (micro-dollars).

    Several of them are a mapping by the operation's id.
    """

    lane: str
    price: int


@transaction
def relearn(tariffs: Mapping[str, Tariff]) -> Steps[bool]:
    """Where models count against other limits than at the last start, forget the calls so far.

    Which of them count in which of today's lanes is not known, so that all slots of all lanes are
    busy for one window. False where there was nothing to forget.
    """
    said = json.dumps({name: each.lane for name, each in tariffs.items()}, sort_keys=True)
    if (yield from notes.read("lanes").steps()) == said:
        return False
    yield from notes.write("lanes", said).steps()
    return (yield from lanes.forget().steps())


@transaction
def apply(tariffs: Mapping[str, Tariff], most: int = PIECE) -> Steps[int]:
    """Bring up to ``most`` waiting jobs under today's tariffs; return how many, 0 where all are.

    A job moves to its operation's lane of today. Whose price is above what was held for it fails,
    with everything given back; a price that fell is settled at what was held.
    """
    for sort in (yield _SORTS, ()):
        today = tariffs.get(sort["operation"])
        if today is not None and (sort["lane"] != today.lane or sort["price"] < today.price):
            changed = yield from _change(sort, today, most)
            if changed:  # else another process was faster
                return changed
    return 0


def _change(sort: Row, today: Tariff, most: int) -> Steps[int]:
    served = {}
    for name in sorted({sort["lane"], today.lane}):  # no claim of another process meanwhile
        lane = yield from lanes.lock(name)
        served[name] = lane.vtime if lane else 0
    rows: Rows = yield _SOME, (sort["operation"], sort["lane"], sort["price"], most)
    if sort["price"] < today.price:
        yield from end_all(rows, "failed", "reason = $4, worker = NULL", RISEN)
    else:
        for row in rows:
            yield from _move(row, today.lane, served[today.lane])
    return len(rows)


def _move(row: Row, lane: str, served: int) -> Steps[None]:
    """What was foretold in the old lane is forgotten with it."""
    yield from move(row, "lane = $4, queued_at = NULL", lane)
    if row["state"] == "queued":
        yield from line.leave(row["lane"], row["member_id"])
        yield from line.join(lane, row["member_id"], served)
