"""The fair line where its counts are wrong, as no transaction leaves them; on both databases."""

from __future__ import annotations

from storage.database import Steps, transaction
from storage.window import Limit
from tests.storage.world import WIDE, World

SHUT = {"free": Limit(calls=1, window_ms=60_000, burst=1), "paid": WIDE}


@transaction
def _miscount(member_id: int, by: int) -> Steps[None]:
    yield (
        "INSERT INTO turn (lane, member_id, vtag, weight, queued) VALUES ('free', $1, 0, 100, $2)"
        " ON CONFLICT (lane, member_id) DO UPDATE SET queued = turn.queued + $2",
        (member_id, by),
    )


async def test_a_count_without_jobs_stops_nobody(world: World) -> None:
    """Who has the least tag and nothing in line is passed over, and the count is right again."""
    await world.run(_miscount(1, 2))
    job = await world.queued(2)
    assert [taken.id for taken in (await world.claim()).jobs] == [job.id]
    assert (await world.claim()).wait is None
    assert await world.sound()


async def test_a_count_without_jobs_hides_nobody_from_a_lane_that_is_shut(world: World) -> None:
    """Until a slot is free, the wait is still told."""
    await world.queued(1)
    await world.claim(1, SHUT)
    await world.run(_miscount(3, 1))
    await world.queued(2)
    wait = (await world.claim(1, SHUT)).wait
    assert wait is not None
    assert wait > 50


async def test_a_count_below_nothing_hides_no_later_job(world: World) -> None:
    """Who had less than nothing in line and orders has one job in line."""
    await world.run(_miscount(1, -1))
    job = await world.queued(1)
    assert [taken.id for taken in (await world.claim()).jobs] == [job.id]
    assert await world.sound()
