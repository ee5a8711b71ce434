"""The bytes of pictures: on their way, kept for a while, gone."""

from __future__ import annotations

from storage import gallery, outcome, pictures, sharing
from storage.job import Job
from storage.pictures import KEPT_MS
from tests.storage.world import PICTURE, Clock, World


async def drawn(world: World) -> Job:
    """A job whose picture is there, and told to nobody."""
    job = await world.running()
    assert await world.run(outcome.drawn(job, PICTURE, 1.0))
    return job


async def test_what_reached_its_member_is_forgotten(world: World) -> None:
    """Nothing is left to fetch."""
    job = await drawn(world)
    await world.run(outcome.told(job.id))
    assert await world.run(pictures.picture(job.id)) is None
    assert await world.run(pictures.undelivered(job.request_id)) == {}


async def test_what_reached_nobody_is_kept_until_it_is_fetched(world: World) -> None:
    """It is found among others, given once, and then gone."""
    job, other = await drawn(world), await drawn(world)
    await world.run(outcome.told(job.id, delivered=False))
    await world.run(outcome.told(other.id))
    assert await world.run(pictures.are_undelivered((job.id, other.id))) == {job.id}
    assert await world.run(pictures.undelivered(job.request_id)) == {job.id: PICTURE.data}
    assert await world.run(sharing.fetched(job.request_id)) is True
    assert await world.run(pictures.undelivered(job.request_id)) == {}


async def test_fetching_twice_hides_nothing_that_was_shared_between(world: World) -> None:
    """What was fetched is private; a fetch that comes late leaves a public set public."""
    job = await drawn(world)
    await world.run(outcome.told(job.id, delivered=False))
    await world.run(sharing.fetched(job.request_id))
    assert (await world.job(job.id)).private
    assert await world.run(sharing.share(job.request_id, message_id=1, channel_id=2))
    assert await world.run(sharing.fetched(job.request_id)) is False
    assert not (await world.job(job.id)).private


async def test_nobody_fetches_it_for_long(clocked: World, clock: Clock) -> None:
    """After thirty days it goes, or with the picture when its member deletes that."""
    old, deleted = await drawn(clocked), await drawn(clocked)
    for job in (old, deleted):
        await clocked.run(outcome.told(job.id, delivered=False))
    await clocked.run(gallery.remove(deleted.id))
    assert await clocked.run(pictures.undelivered(deleted.request_id)) == {}
    clock.forward(KEPT_MS / 1000 - 60)
    assert await clocked.run(pictures.sweep()) == 0
    clock.forward(120)
    assert await clocked.run(pictures.sweep()) == 1
    assert await clocked.run(pictures.undelivered(old.request_id)) == {}
