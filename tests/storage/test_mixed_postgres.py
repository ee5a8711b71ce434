"""Transactions of two connections whose statements mix, on PostgreSQL, in every way there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

import storage
from storage import jobs, outcome, queue, recovery, tariff
from storage.database import Database, Steps, Transaction, transaction
from storage.errors import TooManyPending
from storage.job import WAITING, Claimed, Job, Order, Placed
from storage.tariff import Tariff
from storage.window import Limit
from tests.storage.walk import connections, mixed
from tests.storage.world import CAPS, World, order

Act = Callable[["Scene"], Transaction[Any]]
FEW = Limit(calls=30, window_ms=1, burst=30, margin_ms=0)
ONE_WAITS = replace(CAPS, pending=1)
WORKER = "a" * 16


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Two lanes, an operation and two members of their own; one has a set in line, and a rest."""

    number: int
    set: tuple[Job, ...] = ()
    resting: Job | None = None

    @property
    def lanes(self) -> dict[str, Limit]:
        """Where its jobs wait, and where they may be moved."""
        return {f"a{self.number}": FEW, f"b{self.number}": FEW}

    @property
    def operation(self) -> str:
        """What only its jobs are."""
        return f"operation{self.number}"


async def _begin(world: World, number: int) -> Scene:
    empty = Scene(number=number)
    (running,) = await _first_turn(world, empty)
    return await world.run(_crowd(empty, running))


async def _first_turn(world: World, scene: Scene) -> tuple[Job, ...]:
    """The turn that also makes the lanes, which nobody may use for their window of 1 ms."""
    await world.run(_line_up(_ordered(scene, 0)))
    async with asyncio.timeout(5):
        while not (taken := (await world.claim(1, scene.lanes)).jobs):
            await asyncio.sleep(0)
    return taken


@transaction
def _crowd(scene: Scene, running: Job) -> Steps[Scene]:
    yield from outcome.rest(running, delay_s=0, reason="busy").steps()
    yield from _line_up(_ordered(scene, 1)).steps()
    first = replace(_ordered(scene, 0), set_size=3)
    found: list[Job] = []
    for place in range(3):
        found += [(yield from _line_up(replace(first, number=place)).steps())]
    return replace(scene, set=tuple(found), resting=running)


def _ordered(scene: Scene, member: int) -> Order:
    lane, _ = scene.lanes
    return order(2 * scene.number + member, lane=lane, operation=scene.operation, price=100)


@transaction
def _line_up(wanted: Order) -> Steps[Job]:
    placed = yield from jobs.place(wanted, CAPS, WORKER).steps()
    yield from jobs.ready(placed.job.id).steps()
    return placed.job


def _cancel(scene: Scene) -> Transaction[Any]:
    return outcome.cancel(scene.set[1].id, scene.set[1].member_id)


def _cancel_set(scene: Scene) -> Transaction[Any]:
    return outcome.cancel_set(scene.set[0].request_id, scene.set[0].member_id)


def _cancel_rest(scene: Scene) -> Transaction[Any]:
    assert scene.resting is not None
    return outcome.cancel(scene.resting.id, scene.resting.member_id)


def _withdraw(scene: Scene) -> Transaction[Any]:
    return outcome.withdraw(scene.set[0].request_id)


def _claim(scene: Scene) -> Transaction[Any]:
    return queue.claim(WORKER, scene.lanes, 4)


def _wake(scene: Scene) -> Transaction[Any]:
    return queue.claim(WORKER, scene.lanes, 0)


def _move(scene: Scene) -> Transaction[Any]:
    _, lane = scene.lanes
    return tariff.apply({scene.operation: Tariff(lane=lane, price=0)})


def _dearer(scene: Scene) -> Transaction[Any]:
    lane, _ = scene.lanes
    return tariff.apply({scene.operation: Tariff(lane=lane, price=200)})


PAIRS: list[tuple[Act, Act]] = [
    (_cancel, _move),
    (_cancel, _dearer),
    (_cancel_set, _claim),
    (_withdraw, _claim),
    (_cancel_rest, _wake),
    (_move, _claim),
]
BOTH_WAYS = [*PAIRS, *((second, first) for first, second in PAIRS), (_claim, _claim)]


@pytest.mark.parametrize(
    ("first", "second"), BOTH_WAYS, ids=lambda act: act.__name__.removeprefix("_")
)
async def test_statements_that_mix(postgres_url: str, first: Act, second: Act) -> None:
    """No deadlock; the books agree, a cancel says the truth, and all that is left gets its turn."""
    numbers, lanes = count(1), dict[str, Limit]()
    async with storage.open(postgres_url) as database, connections(postgres_url) as lines:
        world = World(database)

        async def begin() -> Scene:
            return await _begin(world, next(numbers))

        async for scene, *results in mixed(lines, begin, first, second):
            for act, result in zip((first, second), results, strict=True):
                await _true(world, scene, act, result)
            _taken_once(results)
            lanes |= scene.lanes
        assert await world.sound()
        async with asyncio.timeout(10):
            while "queued" in await world.counts():
                await world.claim(99, lanes)
        assert await world.sound()


async def _true(world: World, scene: Scene, act: Act, result: Any) -> None:
    """Whether what a cancel answers is what the rows say: nothing it left is waiting."""
    if act not in (_cancel, _cancel_rest, _cancel_set):
        return
    asked = {_cancel: scene.set[1:2], _cancel_set: scene.set, _cancel_rest: (scene.resting,)}[act]
    states = [(await world.job(job.id)).state for job in asked if job is not None]
    said = len(result[0]) if act is _cancel_set else int(result is not None)
    assert states.count("cancelled") == said
    assert not set(states) & set(WAITING)


def _taken_once(results: list[Any]) -> None:
    claimed = [job.id for result in results if isinstance(result, Claimed) for job in result.jobs]
    assert len(claimed) == len(set(claimed))


@transaction
def _leave_two(scene: Scene, dead: str) -> Steps[None]:
    for member in (0, 1, 0, 1):
        free = replace(_ordered(scene, member), price=0)  # else it is never repeated
        yield from _line_up(free).steps()
    yield from queue.claim(dead, scene.lanes, 2).steps()


@pytest.mark.parametrize("recovers_first", [True, False])
async def test_a_recovery_that_mixes_with_a_claim(postgres_url: str, recovers_first: bool) -> None:
    """What a dead worker left goes back into the line while another takes turns: no deadlock."""
    numbers = count(1)
    async with storage.open(postgres_url) as database, connections(postgres_url) as lines:
        world = World(database)

        async def begin() -> Scene:
            scene = Scene(number=next(numbers))
            await _first_turn(world, scene)
            await world.run(_leave_two(scene, _dead(scene)))
            return scene

        def recover(scene: Scene) -> Transaction[Any]:
            return recovery.recover(_dead(scene), WORKER)

        acts = (recover, _claim) if recovers_first else (_claim, recover)
        async for _scene, *_results in mixed(lines, begin, *acts):
            pass
        assert await world.sound()


def _dead(scene: Scene) -> str:
    return f"dead{scene.number}"


async def test_orders_that_mix_at_the_cap(postgres_url: str) -> None:
    """Of two orders of one member where one may wait, one is taken and nothing else is held."""
    numbers = count(1)

    async def begin() -> int:
        return next(numbers)

    def place(member: int) -> Transaction[Placed]:
        return jobs.place(order(member, price=100), ONE_WAITS, WORKER)

    async with storage.open(postgres_url) as database, connections(postgres_url) as lines:
        async for member, *results in mixed(lines, begin, place, place):
            assert {type(result) for result in results} == {Placed, TooManyPending}
            assert await _held(database, member) == 1
            assert await World(database).sound()


async def _held(database: Database, member: int) -> int:
    return (await World(database).allowance(member)).images_held
