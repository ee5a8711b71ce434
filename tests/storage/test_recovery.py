"""What a dead worker leaves, and who is dead, on both databases."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest

import storage
from storage import clock as clocks
from storage import jobs, outcome, recovery, standing
from storage.database import Database
from storage.errors import Unavailable
from storage.job import Recovered
from storage.window import Limit
from storage.workers import Worker, join
from tests.storage.world import LANES, PICTURE, Clock, World, order

ME = "b" * 16
NOTHING: frozenset[recovery.Turn] = frozenset()
ROOT = Path(__file__).parents[2]


async def test_a_free_call_is_drawn_again_with_its_turn(world: World) -> None:
    """The job is in line where it was; the dead worker's late result is refused."""
    old = await world.running()
    await world.queued(2)
    done = await world.run(recovery.recover(world.worker, ME))
    assert done == Recovered(requeued=1, unknown=0, freed=0, adopted=2)
    place = await world.run(standing.standing([old.id]))
    assert place[old.id].ahead == 0
    assert not await world.run(outcome.drawn(old, PICTURE, 1))
    (again,) = (await World(world.database, ME).claim()).jobs
    assert (again.id, again.attempt) == (old.id, 2)
    assert await world.sound()


async def test_a_paid_call_is_never_repeated(world: World) -> None:
    """Its answer is lost: the job ends as unknown and waits to be told to the member."""
    job = await world.running(price=100)
    assert (await world.run(recovery.recover(world.worker, ME))).unknown == 1
    assert (await world.claim()).jobs == ()
    (untold,) = await world.run(recovery.desk(ME, 9))
    assert (untold.id, untold.state, untold.reason) == (job.id, "unknown", recovery.LOST)
    assert await world.sound()


async def test_a_made_picture_is_collected_by_another(world: World) -> None:
    """With the gateway's receipt no new call is needed, paid or not."""
    job = await world.running(price=100)
    await world.run(outcome.made(job, '{"link": "x"}'))
    assert (await world.run(recovery.recover(world.worker, ME))).freed == 1
    (made,) = await world.run(recovery.desk(ME, 9))
    assert (made.state, made.receipt, made.attempt) == ("made", '{"link": "x"}', 1)
    assert await world.run(outcome.drawn(made, PICTURE, 1))
    assert await world.sound()


async def test_placed_and_untold_jobs_go_to_the_desk(world: World) -> None:
    """Whoever is alive makes the placed ready and tells the finished; the waiting are adopted."""
    placed = (await world.place(order(1))).job
    drawn = await world.running(member_id=2)
    await world.run(outcome.drawn(drawn, PICTURE, 1))
    line = await world.queued(3)
    done = await world.run(recovery.recover(world.worker, ME))
    assert done == Recovered(requeued=0, unknown=0, freed=2, adopted=2)
    assert {job.id for job in await world.run(recovery.desk(ME, 9))} == {placed.id, drawn.id}
    assert await world.run(jobs.waiting(ME)) == (line.id,)


async def test_recovering_twice_changes_nothing(world: World) -> None:
    """A recovery that was itself interrupted can be run again."""
    await world.running()
    await world.run(recovery.recover(world.worker, ME))
    nothing = Recovered(requeued=0, unknown=0, freed=0, adopted=0)
    assert await world.run(recovery.recover(world.worker, ME)) == nothing
    assert await world.sound()


async def test_the_living_are_left_alone(database: Database) -> None:
    """A worker that is silent but alive keeps its jobs; when it leaves, they are taken over."""
    async with join(database) as other:
        async with join(database) as one:
            world = World(database, one.id)
            await world.running()
            assert await other.sweep() == ()
            assert await world.counts() == {"running": 1}
        done = await other.sweep()
    assert [report.requeued for report in done] == [1]
    assert await world.counts() == {"queued": 1}


async def test_a_killed_process_frees_its_lock(url: str) -> None:
    """After kill -9 the next sweep takes its jobs over, without any waiting period."""
    async with storage.open(url) as database:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _CHILD, url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        assert await child.stdout.readline() == b"running\n"
        async with join(database) as me:
            world = World(database, me.id)
            assert await me.sweep() == ()
            child.kill()
            await child.communicate()
            await _swept(me)
        assert await world.counts() == {"queued": 1}
        assert await world.sound()


async def _swept(me: Worker) -> None:
    """The server needs some milliseconds to see that its client is gone."""
    deadline = time.monotonic() + 20
    while sum(report.requeued for report in await me.sweep()) == 0:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


_CHILD = """
import asyncio, sys, storage
from tests.storage.world import World
async def main():
    async with storage.open(sys.argv[1]) as database, storage.join(database) as worker:
        await World(database, worker.id).running()
        print("running", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("price", [0, 100])
async def test_a_turn_that_nobody_heard_of_is_given_back(world: World, price: int) -> None:
    """A claim whose answer was lost was never sent: the job is in line again, paid or not."""
    job = await world.running(price=price)
    other = await world.running(member_id=2, price=price)
    held = frozenset({(other.id, other.attempt)})
    found = await world.run(recovery.disown(world.worker, held, NOTHING))
    assert found == recovery.Disowned(named=held | {(job.id, 1)}, placed=NOTHING, dropped=1)
    assert (await world.run(standing.standing([job.id])))[job.id].ahead == 0
    (again,) = (await world.claim(9)).jobs
    assert (again.id, again.attempt) == (job.id, 2)
    assert await world.sound()


async def test_a_turn_that_was_left_is_treated_as_a_dead_workers(world: World) -> None:
    """Its call may have been made: a free one is drawn again, a paid one never."""
    free, paid = await world.running(), await world.running(price=100)
    left = frozenset({(free.id, 1), (paid.id, 1)})
    assert (await world.run(recovery.disown(world.worker, NOTHING, left))).dropped == 2
    assert ((await world.job(free.id)).state, (await world.job(paid.id)).state) == (
        "queued",
        "unknown",
    )
    assert await world.sound()


async def test_what_nobody_has_in_hand_goes_to_the_desk(world: World) -> None:
    """Finished and made jobs at once; placed ones when who answers their member has left them."""
    drawn, made = await world.running(), await world.running()
    await world.run(outcome.drawn(drawn, PICTURE, 1))
    await world.run(outcome.made(made, "{}"))
    placed = (await world.place(order(2))).job
    answered = frozenset({(placed.id, 0)})
    for left, wanted in ((NOTHING, {drawn.id, made.id}), (answered, {placed.id})):
        found = await world.run(recovery.disown(world.worker, NOTHING, left))
        assert found.placed == answered
        taken = {job.id for job in await world.run(recovery.desk(ME, 9))}
        assert taken == wanted
    assert await world.sound()


async def test_the_desk_has_what_needs_hands(world: World) -> None:
    """Jobs without a worker are taken once; those in line are not on the desk."""
    placed = (await world.place(order(1))).job
    drawn = await world.running(member_id=2)
    await world.run(outcome.drawn(drawn, PICTURE, 1))
    await world.queued(3)
    assert await world.run(recovery.desk("b" * 16, 9)) == ()
    assert await world.run(recovery.drop_worker(placed))
    assert await world.run(recovery.drop_worker(await world.job(drawn.id)))
    taken = await world.run(recovery.desk("b" * 16, 9))
    assert {job.id: job.state for job in taken} == {placed.id: "placed", drawn.id: "drawn"}
    assert {job.worker for job in taken} == {"b" * 16}
    assert await world.run(recovery.desk("c" * 16, 9)) == ()


async def test_lock_files_do_not_pile_up(tmp_path: Path) -> None:
    """A worker's file is gone when the worker is, or when it was found dead."""
    folder = tmp_path / "bot.db.workers"
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        async with join(database):
            (folder / f"{'c' * 16}.lock").touch()
            async with join(database) as other:
                await other.sweep()
                assert len(list(folder.iterdir())) == 2
        assert list(folder.iterdir()) == []


async def test_processes_without_a_common_clock_do_not_share_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is refused with a sentence; who was killed, or has left, is in nobody's way."""
    monkeypatch.setattr(clocks, "shared", lambda: False)
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        for _ in range(2):
            async with join(database) as one:
                with pytest.raises(Unavailable, match="only one may"):
                    await _joined(database)
                assert await one.sweep() == ()
                assert len(list((tmp_path / "bot.db.workers").iterdir())) == 1
            (tmp_path / "bot.db.workers" / f"{'c' * 16}.lock").touch()  # as a kill leaves it


async def _joined(database: Database) -> None:
    async with join(database):
        pass


@pytest.mark.parametrize("later_s", [0, 86_400])
async def test_after_a_boot_every_slot_is_busy(clocked: World, clock: Clock, later_s: int) -> None:
    """The limit's clock began anew, so nothing is known: one whole window passes first."""
    world, limit = clocked, {"free": Limit(calls=2, window_ms=60_000, burst=2)}
    for _ in range(4):
        await world.queued()
    assert len((await world.claim(1, limit)).jobs) == 1
    clock.epoch, clock.ms = "second boot", 5_000 + later_s
    booted = await world.claim(9, limit)
    assert (booted.jobs, booted.wait) == ((), 60.5)
    clock.forward(60.5)
    assert len((await world.claim(9, limit)).jobs) == 2


async def test_a_wall_clock_that_steps_changes_no_turn(clocked: World, clock: Clock) -> None:
    """Hours back or forth on the wall clock neither block nor free a slot."""
    world = clocked
    for _ in range(3):
        await world.queued()
    assert len((await world.claim(1, LANES)).jobs) == 1
    clock.wall -= 7_200_000
    assert len((await world.claim(1, LANES)).jobs) == 1
    clock.wall += 14_400_000
    assert len((await world.claim(1, LANES)).jobs) == 1
    assert await world.sound()
