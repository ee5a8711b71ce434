"""Quotas and money, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from storage import outcome, pictures
from storage.errors import BudgetSpent, ImagesSpent
from storage.job import Allowance, Caps
from storage.ledger import allowance
from tests.storage.world import CAPS, PICTURE, Clock, World, order

TIGHT = Caps(images_a_day=3, pending=100, budget=500, member_budget=300)


async def _left(world: World, member_id: int = 1) -> Allowance:
    return await world.run(allowance(member_id, 7, TIGHT))


async def test_placing_holds_and_drawing_spends(world: World) -> None:
    """An image and its price are held from placing on, and spent once the picture is here."""
    job = await world.running(price=200)
    held = await _left(world)
    assert (held.images_left, held.images_held) == (2, 1)
    assert (held.micros_left, held.micros_held) == (100, 200)
    assert held.bot_micros_left == 300
    await world.run(outcome.drawn(job, PICTURE, 1))
    spent = await _left(world)
    assert (spent.images_left, spent.images_held, spent.micros_left) == (2, 0, 100)
    assert spent.micros_held == 0
    assert await world.sound()


async def test_a_failure_returns_everything(world: World) -> None:
    """Image and money come back to the member, the server and the bot, once."""
    job = await world.running(price=200)
    assert await world.run(outcome.fail(job, "The gateway is down."))
    assert not await world.run(outcome.fail(job, "The gateway is down."))
    left = await _left(world)
    assert (left.images_left, left.micros_left, left.bot_micros_left) == (3, 300, 500)
    assert (await world.job(job.id)).reason == "The gateway is down."
    assert await world.sound()


async def test_a_lost_paid_answer_is_returned_to_the_member_only(world: World) -> None:
    """The gateway may have billed it, so the bot's budget counts it as spent."""
    job = await world.running(price=200)
    assert await world.run(outcome.fail(job, "The answer was lost.", spent=True))
    left = await _left(world)
    assert (left.images_left, left.micros_left, left.bot_micros_left) == (3, 300, 300)
    assert (await world.job(job.id)).state == "unknown"
    assert await world.sound()


async def test_images_are_capped_under_concurrency(world: World) -> None:
    """However many ask at once, no more are accepted than the day's number."""
    wanted = [world.place(order(), TIGHT) for _ in range(10)]
    placed = await asyncio.gather(*wanted, return_exceptions=True)
    refused = [each for each in placed if isinstance(each, ImagesSpent)]
    assert len(refused) == 7
    assert (refused[0].left, refused[0].limit) == (0, 3)
    assert await world.sound()


async def test_the_bots_budget_is_capped_under_concurrency(world: World) -> None:
    """Members together never hold more money than the bot's day has."""
    wanted = [world.place(order(member, price=200), TIGHT) for member in range(6)]
    placed = await asyncio.gather(*wanted, return_exceptions=True)
    refused = [each for each in placed if isinstance(each, BudgetSpent)]
    assert len(refused) == 4
    assert (refused[0].scope, refused[0].left, refused[0].limit) == ("bot", 100, 500)
    assert (await _left(world)).bot_micros_left == 100
    assert await world.sound()


async def test_a_members_budget_is_capped(world: World) -> None:
    """The refusal names whose budget it is; free pictures go on."""
    await world.place(order(price=200), TIGHT)
    with pytest.raises(BudgetSpent) as refusal:
        await world.place(order(price=200), TIGHT)
    assert (refusal.value.scope, refusal.value.left) == ("member", 100)
    await world.place(order(), TIGHT)
    assert await world.sound()


async def test_without_a_budget_paid_models_are_off(world: World) -> None:
    """A budget of nothing refuses what costs, as the bot's limit, and nothing else."""
    closed = Caps(images_a_day=3, pending=9, budget=0, member_budget=300)
    with pytest.raises(BudgetSpent) as refusal:
        await world.place(order(price=1), closed)
    assert (refusal.value.scope, refusal.value.limit) == ("bot", 0)
    await world.place(order(), closed)
    assert await world.counts() == {"placed": 1}


async def test_a_refused_order_leaves_nothing(world: World) -> None:
    """No job, no hold and no picture remain of an order that was refused."""
    wanted = order(price=400, inputs=(b"input",))
    with pytest.raises(BudgetSpent):
        await world.place(wanted, TIGHT)
    assert await world.counts() == {}
    assert (await _left(world)).images_held == 0
    placed = await world.place(wanted, CAPS)
    assert placed.fresh
    assert await world.run(pictures.inputs(placed.job.id)) == (b"input",)


async def test_a_lowered_cap_blocks_no_refund(world: World) -> None:
    """What was accepted under a higher cap is settled all the same."""
    held = [await world.running(price=100) for _ in range(4)]
    none = Caps(images_a_day=1, pending=1, budget=1, member_budget=1)
    with pytest.raises(ImagesSpent):
        await world.place(order(), none)
    assert [await world.run(outcome.fail(job, "no")) for job in held] == [True] * 4
    assert (await _left(world)).images_left == 3
    assert await world.sound()


async def test_accounts_reset_at_utc_midnight(clocked: World, clock: Clock) -> None:
    """The next UTC day begins with nothing spent, and what was held settles on its own day."""
    clock.wall += 86_399_000 - clock.wall % 86_400_000
    job = await clocked.running()
    before = await _left(clocked)
    assert (before.images_left, before.resets_at) == (2, clock.wall + 1000)
    clock.forward(2)
    assert (await _left(clocked)).images_left == 3
    await clocked.run(outcome.drawn(job, PICTURE, 1))
    assert (await _left(clocked)).images_left == 3
    assert await clocked.sound()


async def test_the_allowance_says_when_something_frees(world: World) -> None:
    """Nobody in line: nothing is known; else the seconds until the first waiting job starts."""
    assert (await _left(world)).frees_in is None
    await world.queued()
    found = await _left(world)
    assert found.frees_in == pytest.approx(0, abs=2)
    assert (found.pending, found.pending_limit) == (1, 100)
