"""Why an order is refused: sentences that are true under whatever the owner has set."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot import refusals
from bot.catalog import OPERATIONS
from bot.house import House
from storage.errors import BudgetSpent
from storage.job import Allowance, Caps, Order

CAPS = Caps(images_a_day=9, pending=9, budget=0, member_budget=0)
ALL_PAID = {operation.id: 10_000 for operation in OPERATIONS}


def house(prices: Mapping[str, int] | None = None) -> House:
    """A house with these prices besides the catalogue's."""
    return House(caps=CAPS, prices=prices or {})


def order(count: int = 1) -> Order:
    """A set of SD 3.5 at 20 cents each."""
    return Order(
        request_id=1, member_id=1, guild_id=None, channel_id=1, operation="sd35", values={},
        lane="paid", price=200_000, set_size=count, application_id=1,
    )  # fmt: skip


def allowance(left: int) -> Allowance:
    """What is left of a dollar, for the member and for the bot; full again at 60 s."""
    return Allowance(
        images_left=9, images_limit=9, images_held=0, micros_left=left, micros_limit=1_000_000,
        micros_held=0, bot_micros_left=left, bot_micros_limit=1_000_000, resets_at=60_000,
        pending=0, pending_limit=9, frees_in=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prices", "ending"),
    [
        ({}, "`/sdxl` and `/lightning` are free."),
        ({"sdxl": 10_000}, "`/lightning` is free."),
        (ALL_PAID, "has not switched paid models on."),
    ],
)
def test_only_what_is_free_is_called_free(prices: dict[str, int], ending: str) -> None:
    """The models that the owner gave a price are not offered as a way out."""
    said = refusals.model_off(order(), house(prices))
    assert said.startswith("Stable Diffusion 3.5 Large costs $0.20 a picture, and the owner")
    assert said.endswith(ending)


@pytest.mark.parametrize(("scope", "who"), [("member", "you have"), ("bot", "this bot has")])
def test_money_that_is_short_today(scope: str, who: str) -> None:
    """What it costs, what is left of how much, and when it is full again."""
    refusal = BudgetSpent(scope=scope, left=100_000, limit=1_000_000)
    assert refusals.sentence(refusal, allowance(100_000), order(3), house()) == (
        f"This set of 3 costs $0.60 and {who} $0.10 of $1.00 left for paid models today."
        " It is full again <t:60:R>; `/sdxl` and `/lightning` are free."
    )


@pytest.mark.parametrize("scope", ["member", "bot"])
def test_money_that_never_suffices(scope: str) -> None:
    """Nobody is told to wait for a day on which it costs as much as today."""
    refusal = BudgetSpent(scope=scope, left=1_000_000, limit=1_000_000)
    said = refusals.sentence(refusal, allowance(1_000_000), order(6), house(ALL_PAID))
    assert said.endswith("no more than $1.00 a day for paid models.")
    assert "again" not in said
