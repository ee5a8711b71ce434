"""Orders by the hundred, and turns that end at once: the load of every measurement."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from storage import jobs, outcome
from storage.database import Steps, transaction
from storage.job import Blob, Caps, Job, Order
from storage.window import Limit

LANE = "free"
PER_MINUTE = Limit(calls=60, window_ms=60_000)
SCALED = Limit(calls=20, window_ms=6_000, margin_ms=50)  # a tenth of every time
# A wider margin: processes that are killed and started again make pauses on two cores that no scale
# shortens. The bot keeps 500 ms.
STRICT = Limit(calls=20, window_ms=6_000, margin_ms=300)
LANES: Mapping[str, Limit] = {LANE: PER_MINUTE}
UNCAPPED = Caps(images_a_day=1 << 40, pending=1 << 40, budget=1 << 50, member_budget=1 << 50)
PICTURE = Blob(data=b"\x89PNG\r\n\x1a\n", format="png", width=512, height=512)

_requests = itertools.count(1)


def order(member_id: int) -> Order:
    """One more order of this member, as a slash command makes it."""
    return Order(
        request_id=next(_requests),
        member_id=member_id,
        guild_id=7,
        channel_id=8,
        operation="sdxl",
        values={"prompt": "a fox in the snow", "width": 512, "height": 512},
        lane=LANE,
        price=0,
        application_id=9,
        token="",
    )


@transaction
def queue_up(members: Iterable[int], worker: str) -> Steps[None]:
    """Place an order for each and put it in line, all in one transaction."""
    for member in members:
        placed = yield from jobs.place(order(member), UNCAPPED, worker).steps()
        yield from jobs.ready(placed.job.id).steps()


@transaction
def turn_over(job: Job, again: bool, worker: str) -> Steps[None]:
    """The picture is drawn and told; ``again``: the member orders the next one at once."""
    yield from outcome.drawn(job, PICTURE, 1.0).steps()
    yield from outcome.told(job.id).steps()
    if again:
        yield from queue_up((job.member_id,), worker).steps()


@transaction
def members_waiting() -> Steps[int]:
    """How many members have something in line."""
    rows = yield "SELECT count(*) AS members FROM turn WHERE queued > 0", ()
    return int(rows[0]["members"])
