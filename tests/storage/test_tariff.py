"""What the owner changes between two starts: prices and lanes, on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest

from storage import jobs, outcome, recovery, standing, tariff
from storage.job import Job
from storage.tariff import Tariff
from storage.window import Limit
from tests.storage.test_window import busiest
from tests.storage.world import CAPS, PICTURE, WIDE, Clock, World, order

REAL = Limit(calls=60, window_ms=60_000)
BY_MODEL = {"sdxl": Tariff(lane="model:sdxl", price=0)}
DEAR = {"sdxl": Tariff(lane="paid", price=200_000)}
FREE = {"sdxl": Tariff(lane="free", price=0)}


async def start(world: World, tariffs: Mapping[str, Tariff], piece: int = 2) -> int:
    """What a process does before its first claim; how many jobs it changed."""
    await world.run(tariff.relearn(tariffs))
    changed = 0
    while found := await world.run(tariff.apply(tariffs, piece)):
        assert await world.sound()
        changed += found
    return changed


async def all_turns(world: World, lane: str, wanted: int) -> set[int]:
    """The jobs that get the next turns of a lane, whose window is over in no time."""
    taken: set[int] = set()
    async with asyncio.timeout(20):
        while len(taken) < wanted:
            claimed = await world.claim(9, {lane: Limit(calls=99, window_ms=1, margin_ms=1)})
            taken |= {job.id for job in claimed.jobs}
            await asyncio.sleep(0)
    return taken


async def one_of_each(world: World, **how: int) -> tuple[Job, Job, Job]:
    """A job that is placed, one in line and one at rest, each of its own member."""
    resting = await world.running(member_id=3, **how)
    await world.run(outcome.rest(resting, delay_s=0, reason="busy"))
    placed = (await world.place(order(1, **how))).job  # type: ignore[arg-type]  # a price
    return placed, await world.queued(2, **how), resting


@pytest.mark.parametrize("price", [0, 200_000])
async def test_what_waits_moves_to_todays_lane(world: World, price: int) -> None:
    """Whatever a job waits for, it gets its turn in the lane where its model's calls count now."""
    waiting = await one_of_each(world, price=price)
    assert await start(world, BY_MODEL) == 3
    assert await start(world, BY_MODEL) == 0
    await world.run(jobs.ready(waiting[0].id))
    assert (await world.claim(9)).jobs == ()
    taken = await all_turns(world, "model:sdxl", 3)
    assert taken == {job.id for job in waiting}
    assert await world.sound()


async def test_a_job_that_moved_keeps_its_place_and_what_was_held(world: World) -> None:
    """A price that fell is settled at what was held, and the members' order stays fair."""
    first = [await world.queued(member, price=500) for member in (1, 1, 1, 2)]
    assert await start(world, FREE) == 4
    places = await world.run(standing.standing([job.id for job in first]))
    assert sorted(place.ahead for place in places.values()) == [0, 1, 2, 3]
    taken = (await world.claim(2, {"free": WIDE})).jobs
    assert {job.member_id for job in taken} == {1, 2}
    for job in taken:
        assert await world.run(outcome.drawn(job, PICTURE, 1))
    assert (await world.allowance(2)).micros_left == CAPS.member_budget - 500
    assert await world.sound()


@pytest.mark.parametrize("price", [0, 500])
async def test_a_price_that_rose_ends_what_waits(world: World, price: int) -> None:
    """Nobody pays, or makes the owner pay, what was not agreed: all is back, and it is said why."""
    waiting = await one_of_each(world, price=price)
    assert await start(world, DEAR) == 3
    for lanes in ({"free": WIDE}, {"paid": WIDE}):
        assert (await world.claim(9, lanes)).jobs == ()
    told = await world.run(recovery.desk(world.worker, 9))
    assert {job.id for job in told} == {job.id for job in waiting}
    assert {(job.state, job.reason) for job in told} == {("failed", tariff.RISEN)}
    assert [(await world.allowance(member)).images_held for member in (1, 2, 3)] == [0, 0, 0]
    assert await world.sound()


async def test_what_is_under_way_is_left_alone(world: World) -> None:
    """A call that was made is settled as it was ordered; other models keep their jobs."""
    running = await world.running()
    other = await world.queued(2, operation="lightning")
    assert await start(world, DEAR) == 0
    assert await world.run(outcome.drawn(running, PICTURE, 1))
    assert (await world.job(other.id)).state == "queued"
    assert await world.sound()


async def test_lanes_change_while_others_claim_and_cancel(world: World) -> None:
    """Processes that start, claim and cancel at once lose no job and give none to two."""
    ids = [(await world.queued(n % 5)).id for n in range(40)]
    lanes = {"free": WIDE, "model:sdxl": WIDE}
    await world.claim(1, lanes)
    others = [World(world.database, f"{n:016x}") for n in range(3)]
    results = await asyncio.gather(
        *(world.run(tariff.apply(BY_MODEL, 5)) for _ in range(8)),
        *(other.claim(4, lanes) for other in others for _ in range(3)),
        *(world.run(outcome.cancel(job_id, n % 5)) for n, job_id in enumerate(ids[::4])),
    )
    taken = Counter(job.id for claim in results[8:17] for job in claim.jobs)  # type: ignore[union-attr]
    assert set(taken.values()) <= {1}
    assert await world.sound()


# how many calls there are, around the moment of the change


async def serve(world: World, clock: Clock, lanes: tuple[str, ...], seconds: int) -> list[float]:
    """Take turns as they come; when each was taken."""
    end, calls = clock.ms + seconds * 1000, list[float]()
    while clock.ms < end:
        claimed = await world.claim(99, dict.fromkeys(lanes, REAL))
        calls += [float(clock.ms)] * len(claimed.jobs)
        wait = 1.0 if claimed.wait is None else min(claimed.wait, 1.0)
        clock.forward(max(wait, 0.001))
    return calls


CHANGES = [
    ("free", "model:sdxl"),
    ("model:sdxl", "free"),
    ("paid", "free"),
    ("free", "model:sdxl", "free"),
]


@pytest.mark.parametrize("lanes", CHANGES, ids=" to ".join)
async def test_a_change_of_lanes_exceeds_no_limit(
    clocked: World, clock: Clock, lanes: tuple[str, ...]
) -> None:
    """Calls that were counted in another lane, new or used before, count for today's too."""
    for number in range(180):
        await clocked.queued(number % 9, lane=lanes[0])
    calls: list[float] = []
    for name in lanes:
        await start(clocked, {"sdxl": Tariff(lane=name, price=0)}, piece=500)
        calls += await serve(clocked, clock, (name,), seconds=70)
        clock.forward(2)
    assert busiest(calls, REAL.window_ms) <= 60
    assert len(calls) >= 80


async def test_a_lane_that_is_new_among_used_ones_waits_for_a_window(
    clocked: World, clock: Clock
) -> None:
    """Also without the start's look; a first start, and one before any call, wait for nothing."""
    await start(clocked, FREE)
    await clocked.claim(1, {"free": REAL})
    await start(clocked, BY_MODEL)
    await clocked.queued(lane="model:sdxl")
    assert len((await clocked.claim(1, {"model:sdxl": REAL})).jobs) == 1
    await clocked.queued(lane="paid")
    claimed = await clocked.claim(1, {"paid": REAL})
    assert (claimed.jobs, claimed.wait) == ((), 60.5)
    clock.forward(60.5)
    assert len((await clocked.claim(1, {"paid": REAL})).jobs) == 1


async def test_a_start_with_the_same_settings_waits_for_nothing(clocked: World) -> None:
    """Only a change costs a window."""
    for _ in range(2):
        assert not await clocked.run(tariff.relearn(FREE))
        await clocked.queued()
        assert len((await clocked.claim(1, {"free": REAL})).jobs) == 1
    assert await clocked.run(tariff.relearn(BY_MODEL))
