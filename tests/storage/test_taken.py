"""Whatever request an order claims to be: another member's order and edit stay as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import drafts, jobs
from storage.errors import Taken
from storage.job import Order, Placed
from tests.storage.world import CAPS, World, order


def of_set(first: Order, count: int) -> tuple[Order, ...]:
    """The orders of a set."""
    return tuple(replace(first, number=number, set_size=count) for number in range(count))


async def place(world: World, orders: tuple[Order, ...]) -> tuple[Placed, ...]:
    """Place a set."""
    return await world.run(jobs.place_set(orders, CAPS, world.worker))


async def size(world: World, request_id: int) -> int:
    """How many jobs a request has."""
    siblings = await world.run(jobs.siblings(request_id))
    return len(siblings)


async def test_nobody_joins_anothers_request(world: World) -> None:
    """Another member's request takes no order of mine, be it whole or the rest of a set."""
    hers = order(1)
    await world.place(hers)
    for count in (1, 4):
        with pytest.raises(Taken):
            await place(world, of_set(replace(hers, member_id=2), count))
    (only,) = await world.run(jobs.siblings(hers.request_id))
    assert only.member_id == 1
    assert (await world.allowance(2)).images_held == 0
    assert await world.sound()


async def test_nobody_fills_the_gap_of_anothers_set(world: World) -> None:
    """A set of which the first picture is not there any more is still its member's alone."""
    hers = order(1, number=1)
    await world.place(hers)
    with pytest.raises(Taken):
        await place(world, of_set(replace(hers, member_id=2), 2))
    assert await size(world, hers.request_id) == 1
    assert (await world.allowance(2)).images_held == 0


async def test_a_request_does_not_grow(world: World) -> None:
    """A member's own request that was one picture stays one, and a set's is given back whole."""
    mine, pair = order(1), of_set(order(1), 2)
    await world.place(mine)
    (again,) = await place(world, of_set(mine, 4))
    assert not again.fresh
    assert await size(world, mine.request_id) == 1
    first, second = await place(world, pair), await place(world, pair)
    assert [one.job.id for one in first] == [one.job.id for one in second]
    assert [one.fresh for one in (*first, *second)] == [True, True, False, False]


async def test_nobody_orders_anothers_edit(world: World) -> None:
    """An edit in preparation counts as ordered when its own member has ordered it."""
    edit = await world.run(drafts.begin(1, {"prompt": "a lion"}))
    with pytest.raises(Taken):
        await world.place(order(2, request_id=edit.id))
    before = await world.run(drafts.draft(edit.id))
    assert before is not None
    assert not before.ordered
    assert (await world.place(order(1, request_id=edit.id))).fresh
