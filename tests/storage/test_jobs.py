"""The life of a job, on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from storage import jobs, lane, line, outcome, pictures, standing
from storage.errors import TooManyPending
from storage.window import Limit
from tests.storage.world import CAPS, PICTURE, World, order

NARROW = {"free": Limit(calls=2, window_ms=60_000, burst=2)}


async def test_an_order_comes_back_as_it_was_placed(world: World) -> None:
    """A job carries all that its order said, and its token never shows in its repr."""
    wanted = order(5, private=True, inputs=(b"one", b"two"), number=3)
    placed = await world.place(wanted)
    job = await world.job(placed.job.id)
    assert placed.fresh
    assert job == placed.job
    assert (job.values, job.private, job.number, job.token) == (wanted.values, True, 3, "secret")
    assert await world.run(pictures.inputs(job.id)) == (b"one", b"two")
    assert "secret" not in repr(job) + repr(wanted)


async def test_the_same_request_is_placed_once(world: World) -> None:
    """Placing a request again, even at the same time, gives the one job and holds once."""
    wanted = order()
    placed = await asyncio.gather(*(world.place(wanted) for _ in range(5)))
    assert len({each.job.id for each in placed}) == 1
    assert sorted(each.fresh for each in placed) == [False, False, False, False, True]
    assert not (await world.place(wanted)).fresh
    assert (await world.allowance()).images_held == 1
    assert await world.sound()


async def test_only_jobs_that_are_ready_get_turns(world: World) -> None:
    """A placed job is not in line until Discord was answered; then it is, once."""
    placed = await world.place(order())
    assert (await world.claim()).jobs == ()
    ready = await world.run(jobs.ready(placed.job.id, message_id=4, links=("https://a/b",)))
    assert ready is not None
    assert (ready.message_id, ready.links, ready.worker) == (4, ("https://a/b",), None)
    assert await world.run(jobs.ready(placed.job.id)) is None
    (job,) = (await world.claim()).jobs
    assert (job.id, job.state, job.attempt, job.worker) == (ready.id, "running", 1, world.worker)
    assert (await world.claim()).wait is None


async def test_a_job_is_drawn_and_told_once(world: World) -> None:
    """The picture is kept until the member has it; a second result changes nothing."""
    job = await world.running()
    assert await world.run(outcome.made(job, '{"link": "x"}'))
    assert not await world.run(outcome.made(job, "{}"))
    assert await world.run(outcome.drawn(job, PICTURE, 2.5))
    assert not await world.run(outcome.drawn(job, PICTURE, 2.5))
    assert not await world.run(outcome.fail(job, "no"))
    assert await world.run(pictures.picture(job.id)) == PICTURE
    assert await world.run(outcome.told(job.id))
    assert not await world.run(outcome.told(job.id))
    after = await world.job(job.id)
    assert (after.state, after.seconds, after.token) == ("drawn", 2.5, "")
    assert await world.run(pictures.picture(job.id)) is None
    assert await world.counts() == {}
    assert await world.sound()


@pytest.mark.parametrize("how", ["drawn", "failed", "unknown"])
async def test_a_receipt_goes_at_the_end(world: World, how: str) -> None:
    """It may hold the whole picture, and nobody looks at it again."""
    job = await world.running(price=100)
    assert await world.run(outcome.made(job, '{"data": "…"}'))
    assert (await world.job(job.id)).receipt == '{"data": "…"}'
    if how == "drawn":
        await world.run(outcome.drawn(job, PICTURE, 1))
    else:
        await world.run(outcome.fail(job, "no", spent=how == "unknown"))
    after = await world.job(job.id)
    assert (after.state, after.receipt) == (how, None)


async def test_results_that_come_at_once_settle_once(world: World) -> None:
    """Of many ends of one attempt at the same time one wins, and the accounts move once."""
    for _ in range(5):
        job = await world.running(price=100)
        ends = [outcome.drawn(job, PICTURE, 1) for _ in range(3)]
        fails = [outcome.fail(job, "no"), outcome.fail(job, "no", spent=True)]
        won = await asyncio.gather(*(world.run(end) for end in [*ends, *fails]))
        assert sum(won) == 1
        assert await world.sound()


async def test_what_is_not_finished_cannot_be_told(world: World) -> None:
    """A job that still runs stays live."""
    job = await world.running()
    assert not await world.run(outcome.told(job.id))
    assert await world.counts() == {"running": 1}


async def test_each_turn_is_taken_by_one_worker(world: World) -> None:
    """Workers that claim at the same time share the jobs, and nobody gets another's."""
    for member in range(20):
        await world.queued(member)
    others = [World(world.database, f"{n:016x}") for n in range(4)]
    claims = await asyncio.gather(*(other.claim(5) for other in others for _ in range(3)))
    taken = Counter(job.id for claim in claims for job in claim.jobs)
    assert len(taken) == 20
    assert set(taken.values()) == {1}
    assert await world.sound()


async def test_turns_go_round_the_members(world: World) -> None:
    """A member with many jobs gets no more turns than the others who wait."""
    for _ in range(8):
        await world.queued(1)
    for member in (2, 3):
        await world.queued(member)
        await world.queued(member)
    taken = (await world.claim(6)).jobs
    assert Counter(job.member_id for job in taken) == {1: 2, 2: 2, 3: 2}


async def test_a_members_own_jobs_keep_their_order(world: World) -> None:
    """First placed, first drawn, among one member's jobs."""
    placed = []
    for _ in range(4):
        placed.append((await world.queued()).id)
        await asyncio.sleep(0.002)
    assert [job.id for job in (await world.claim(4)).jobs] == placed


async def test_a_member_of_double_weight_gets_double_turns(world: World) -> None:
    """Weights share the turns."""
    await world.run(line.set_weight("free", 1, 200))
    for _ in range(20):
        await world.queued(1)
        await world.queued(2)
    taken = (await world.claim(15)).jobs
    assert Counter(job.member_id for job in taken) == {1: 10, 2: 5}


async def test_the_limit_holds_and_says_how_long(world: World) -> None:
    """With all slots taken nothing is claimed, and the wait is that of the slot."""
    for member in range(4):
        await world.queued(member)
    assert len((await world.claim(9, NARROW)).jobs) == 2
    claimed = await world.claim(9, NARROW)
    assert claimed.jobs == ()
    assert claimed.wait == pytest.approx(60.5, abs=5)


async def test_no_lane_starves_another(world: World) -> None:
    """Few hands are shared between the lanes."""
    for _ in range(4):
        await world.queued(1)
        await world.queued(2, price=100)
    taken = (await world.claim(4)).jobs
    assert Counter(job.lane for job in taken) == {"free": 2, "paid": 2}


async def test_one_hand_serves_all_lanes(world: World) -> None:
    """Where there is room for one turn at a time, the lanes get it one after another."""
    for _ in range(3):
        await world.queued(1)
        await world.queued(2, price=100)
    taken = [(await world.claim(1)).jobs[0].lane for _ in range(6)]
    assert taken == ["free", "paid"] * 3


async def test_a_late_call_moves_its_own_slot(world: World) -> None:
    """What is sent later keeps its slot busy for longer; a turn that is over may not send."""
    job = await world.running()
    assert job.slot is not None
    await asyncio.sleep(0.02)
    assert await world.run(lane.late(job))
    moved = (await world.job(job.id)).slot
    assert moved is not None
    assert moved > job.slot
    assert await world.run(outcome.fail(job, "no"))
    assert not await world.run(lane.late(job))


async def test_a_job_that_rested_joins_the_line_again(world: World) -> None:
    """After a transient failure it waits until its rest is over, and then is another attempt."""
    job = await world.running()
    assert await world.run(outcome.rest(job, delay_s=60, reason="busy"))
    resting = await world.claim()
    assert resting.jobs == ()
    assert resting.wait == pytest.approx(60, abs=5)
    again = await world.running(member_id=2)
    assert await world.run(outcome.rest(again, delay_s=0, reason="busy", counts=False))
    (second,) = (await world.claim()).jobs
    assert (second.id, second.attempt, second.tries) == (again.id, 2, 0)
    assert (await world.job(job.id)).tries == 1
    assert await world.sound()


async def test_a_fenced_attempt_changes_nothing(world: World) -> None:
    """Results of a turn that is over are refused, whatever they are."""
    old = await world.running()
    assert await world.run(outcome.rest(old, delay_s=0, reason="busy"))
    (new,) = (await world.claim()).jobs
    assert not await world.run(outcome.made(old, "{}"))
    assert not await world.run(outcome.drawn(old, PICTURE, 1))
    assert not await world.run(outcome.fail(old, "no"))
    assert not await world.run(outcome.rest(old, delay_s=0, reason="busy"))
    assert not await world.run(outcome.refused(old, 0))
    assert await world.run(outcome.drawn(new, PICTURE, 1))
    assert await world.sound()


async def test_a_429_costs_the_member_nothing(world: World) -> None:
    """The job is in line again, ahead of who came later; its lane holds for as long as asked."""
    job = await world.running()
    await world.queued(2)
    assert await world.run(outcome.refused(job, 30))
    held = await world.claim(5)
    assert held.jobs == ()
    assert held.wait == pytest.approx(30, abs=5)
    after = await world.job(job.id)
    assert (after.tries, after.refusals) == (0, 1)
    places = await world.run(standing.standing([job.id]))
    assert places[job.id].ahead == 0
    assert await world.sound()


async def test_cancelling_races_with_claiming(world: World) -> None:
    """Each job is either cancelled or drawn, never both, and the line stays right."""
    ids = [(await world.queued(member % 3)).id for member in range(24)]
    owners = {job_id: place % 3 for place, job_id in enumerate(ids)}
    results = await asyncio.gather(
        *(world.run(outcome.cancel(job_id, owners[job_id])) for job_id in ids[::2]),
        *(world.claim(2) for _ in range(12)),
    )
    cancelled = {job.id for job in results[:12] if job is not None}  # type: ignore[union-attr]
    taken = {job.id for claim in results[12:] for job in claim.jobs}  # type: ignore[union-attr]
    assert not cancelled & taken
    assert await world.sound()


async def test_waiting_jobs_are_capped(world: World) -> None:
    """A member has so many jobs waiting at most, also when they are asked for at once."""
    caps = CAPS.__class__(**{**vars(CAPS), "pending": 3})
    wanted = [world.place(order(), caps) for _ in range(8)]
    placed = await asyncio.gather(*wanted, return_exceptions=True)
    refused = [each for each in placed if isinstance(each, TooManyPending)]
    assert len(refused) == 5
    assert (refused[0].pending, refused[0].limit) == (3, 3)
    assert await world.counts() == {"placed": 3}
    assert await world.sound()


async def test_a_place_in_line_counts_the_turns_before_it(world: World) -> None:
    """The place told is exactly the number of turns that are taken before the job's."""
    told = {}
    for member, wanted in ((1, 5), (2, 1), (3, 3), (1, 2), (4, 1)):
        for _ in range(wanted):
            job = await world.queued(member)
            told[job.id] = 0
            await asyncio.sleep(0.001)
    await world.claim(3)
    places = await world.run(standing.standing(list(told)))
    assert len(places) == 9
    order_taken = [job.id for job in (await world.claim(20)).jobs]
    assert {job_id: place.ahead for job_id, place in places.items()} == {
        job_id: place for place, job_id in enumerate(order_taken)
    }
    assert all(place.starts_in <= place.by for place in places.values())


async def test_the_worker_knows_whose_progress_it_tells(world: World) -> None:
    """A worker gets back the jobs in line that it reports."""
    job = await world.queued()
    placed = await world.place(order())
    assert await world.run(jobs.waiting(world.worker)) == (job.id,)
    assert await world.run(jobs.waiting("b" * 16)) == ()
    assert await world.run(jobs.in_line([job.id, placed.job.id, 5])) == (job,)


async def test_who_took_the_turn_tells_of_the_next_try(world: World) -> None:
    """A job that rests after its turn is reported by the worker that had it."""
    job = await world.queued()
    (taken,) = (await World(world.database, "b" * 16).claim()).jobs
    await world.run(outcome.rest(taken, delay_s=9, reason="busy"))
    assert await world.run(jobs.waiting(world.worker)) == ()
    assert await world.run(jobs.waiting("b" * 16)) == (job.id,)
