"""What the lock of a lane promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from storage import lane
from storage.connect import open_database
from storage.database import Database, Steps, now, one, transaction
from storage.window import Limit

LIMIT = Limit(calls=3, window_ms=1000)


@transaction
def _late() -> Steps[int]:
    """How long before the lane was let go its next holder believes that it locked it, in ms."""
    yield from lane.open_lane("free", LIMIT)
    before = yield from one("SELECT held FROM lane WHERE name = 'free'")
    moment = yield from now()
    yield (
        "UPDATE lane SET held = CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)"
        " WHERE name = 'free'",
        (),
    )
    return before["held"] - moment.ms if before else 0


async def test_the_time_is_read_after_the_lock(postgres_url: str) -> None:
    """However long somebody waited for a lane, the time is not before that of who let it go."""
    async with open_database(postgres_url) as database:
        late = await asyncio.gather(*(database.run(_late()) for _ in range(60)))
    assert max(late) <= 0


@transaction
def _count() -> Steps[int]:
    found = yield from lane.open_lane("free", LIMIT)
    yield from lane.save(replace(found, vtime=found.vtime + 1))
    return found.vtime


async def test_a_lane_is_one_holders_at_a_time(database: Database) -> None:
    """Of many that lock a lane at once, each sees what the one before it wrote."""
    seen = await asyncio.gather(*(database.run(_count()) for _ in range(60)))
    assert sorted(seen) == list(range(60))
