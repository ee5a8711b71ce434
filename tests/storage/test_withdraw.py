"""Orders that are taken back: by their member, or because Discord never heard of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import jobs, outcome
from tests.storage.world import CAPS, World, order


async def placed_set(world: World, count: int) -> list[int]:
    """A set that was placed, and not put in line; the ids of its jobs."""
    first = order(set_size=count)
    orders = tuple(replace(first, number=number) for number in range(count))
    found = await world.run(jobs.place_set(orders, CAPS, world.worker))
    return [one.job.id for one in found]


async def test_a_withdrawn_request_may_be_placed_anew(world: World) -> None:
    """Everything is given back, nobody is told, and the same request is a fresh order again."""
    first = order(price=200_000)
    job = (await world.run(jobs.place(first, CAPS, world.worker))).job
    await world.run(outcome.withdraw(first.request_id))
    after = await world.job(job.id)
    assert (after.state, after.told_at is not None, after.token) == ("cancelled", True, "")
    left = await world.allowance(1)
    assert (left.images_held, left.micros_held, left.pending) == (0, 0, 0)
    again = await world.run(jobs.place(first, CAPS, world.worker))
    assert again.fresh
    assert again.job.id != job.id
    assert await world.sound()


async def test_a_whole_set_is_withdrawn(world: World) -> None:
    """Of a set nothing is left, be it in line already or not."""
    ids = await placed_set(world, 3)
    await world.run(jobs.ready(ids[0]))
    row = await world.job(ids[0])
    await world.run(outcome.withdraw(row.request_id))
    assert await world.run(jobs.siblings(row.request_id)) == ()
    assert (await world.allowance(1)).images_held == 0
    assert await world.sound()


async def test_what_runs_is_not_withdrawn(world: World) -> None:
    """A call that is under way goes on."""
    job = await world.running()
    await world.run(outcome.withdraw(job.request_id))
    after = await world.job(job.id)
    assert (after.state, after.request_id) == ("running", job.request_id)


async def test_cancelling_a_set(world: World) -> None:
    """What waits is taken back once; the second time says how the set stands and takes nothing."""
    ids = await placed_set(world, 2)
    for job_id in ids:
        await world.run(jobs.ready(job_id))
    (running,) = (await world.claim(1)).jobs
    taken, after = await world.run(outcome.cancel_set(running.request_id, 1))
    assert [one.id for one in taken] == [job_id for job_id in ids if job_id != running.id]
    assert sorted(one.state for one in after) == ["cancelled", "running"]
    taken, again = await world.run(outcome.cancel_set(running.request_id, 1))
    assert (taken, again) == ((), after)
    assert await world.sound()


async def test_nobody_cancels_anothers_set(world: World) -> None:
    """Only its member takes a set back."""
    ids = await placed_set(world, 2)
    row = await world.job(ids[0])
    taken, after = await world.run(outcome.cancel_set(row.request_id, 999))
    assert taken == ()
    assert [one.state for one in after] == ["placed", "placed"]


async def test_the_way_to_an_answer_may_come_late(world: World) -> None:
    """A token that is known only when the job joins the line is kept; none leaves the first."""
    late = (await world.run(jobs.place(order(token=""), CAPS, world.worker))).job
    early = (await world.run(jobs.place(order(token="known"), CAPS, world.worker))).job
    await world.run(jobs.ready(late.id, message_id=5, token="late"))
    await world.run(jobs.ready(early.id))
    assert [(await world.job(one.id)).token for one in (late, early)] == ["late", "known"]


async def test_a_call_that_is_always_refused_ends(world: World) -> None:
    """Given up, it fails and everything is given back; its lane holds all the same."""
    job = await world.running(price=200_000)
    assert await world.run(outcome.refused(job, 30.0, given_up="too many requests"))
    after = await world.job(job.id)
    assert (after.state, after.reason) == ("failed", "too many requests")
    left = await world.allowance(1)
    assert (left.images_held, left.micros_held) == (0, 0)
    await world.queued(price=200_000)
    waits = (await world.claim(1)).wait
    assert waits is not None
    assert waits > 25
    assert await world.sound()


@pytest.mark.parametrize("step", ["placed", "queued", "resting"])
async def test_a_waiting_job_can_be_cancelled(world: World, step: str) -> None:
    """Its member gets the quota back at once, and nobody else can do it."""
    job = (await world.place(order())).job
    if step != "placed":
        await world.run(jobs.ready(job.id))
    if step == "resting":
        (job,) = (await world.claim()).jobs
        await world.run(outcome.rest(job, delay_s=9, reason="busy"))
    assert await world.run(outcome.cancel(job.id, 999)) is None
    cancelled = await world.run(outcome.cancel(job.id, 1, worker=world.worker))
    assert cancelled is not None
    assert (cancelled.state, cancelled.worker) == ("cancelled", world.worker)
    assert await world.run(outcome.cancel(job.id, 1)) is None
    assert (await world.claim()).jobs == ()
    assert (await world.allowance()).images_held == 0
    assert await world.sound()


async def test_a_running_job_cannot_be_cancelled(world: World) -> None:
    """Its call is on the way."""
    job = await world.running()
    assert await world.run(outcome.cancel(job.id, 1)) is None
