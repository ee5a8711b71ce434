"""Why an order is refused, in the member's words: what is left, and when that changes."""

from __future__ import annotations

import time

from bot import words
from bot.catalog import BY_ID, OPERATIONS
from bot.house import House
from storage.errors import BudgetSpent, ImagesSpent, Refusal, TooManyPending
from storage.job import Allowance, Order

BROKEN = "Something broke on our side, and the log has the details for the owner."
NO_MEMORY = "The bot's memory does not answer right now. Please try again in a minute."


def model_off(order: Order, house: House) -> str:
    """Word that the owner pays for no model."""
    return (
        f"{BY_ID[order.operation].title} costs {words.money(order.price)} a picture, and the owner"
        f" of this bot has not switched paid models on.{_free(house, ' ')}"
    )


def sentence(refusal: Refusal, allowance: Allowance, order: Order, house: House) -> str:
    """Word why an order was refused, and when that changes.

    ``allowance`` is what is left now: a set is refused at the picture that is too many, which is
    why the refusal's own numbers count the pictures before it.
    """
    resets = words.moment(allowance.resets_at)
    match refusal:
        case ImagesSpent():
            left = words.count(allowance.images_left, "image")
            wanted = f", and this is a set of {order.set_size}" if order.set_size > 1 else ""
            return (
                f"You have {left} of {refusal.limit:,} left today{wanted}. "
                f"It is full again {resets}."
            )
        case TooManyPending():
            waiting = words.count(allowance.pending, "picture")
            wanted = f" (this is a set of {order.set_size})" if order.set_size > 1 else ""
            return (
                f"You have {waiting} waiting already, and {refusal.limit} is the most{wanted}. "
                f"The next place frees {_frees(allowance)}."
            )
        case BudgetSpent(scope="member"):
            return _too_dear(order, house, "you have", allowance.micros_left, refusal.limit, resets)
        case _:
            micros, limit = allowance.bot_micros_left, allowance.bot_micros_limit
            return _too_dear(order, house, "this bot has", micros, limit, resets)


def _too_dear(order: Order, house: House, who: str, left: int, limit: int, resets: str) -> str:
    price = order.price * order.set_size
    what = f"This set of {order.set_size}" if order.set_size > 1 else "This picture"
    if price > limit:
        return (
            f"{what} costs {words.money(price)}, and {who} no more than {words.money(limit)} a day "
            f"for paid models.{_free(house, ' ')}"
        )
    return (
        f"{what} costs {words.money(price)} and {who} {words.money(left)} of {words.money(limit)} "
        f"left for paid models today. It is full again {resets}{_free(house, '; ') or '.'}"
    )


def _free(house: House, before: str) -> str:
    """``before`` and which models cost nothing; no word where none is free."""
    paid = {one.command for one in OPERATIONS if house.price(one)}
    drawing = dict.fromkeys(one.command for one in OPERATIONS if not one.takes_images)
    names = [f"`/{command}`" for command in drawing if command not in paid]
    if not names:
        return ""
    return f"{before}{' and '.join(names)} {'is' if len(names) == 1 else 'are'} free."


def _frees(allowance: Allowance) -> str:
    if allowance.frees_in is None:
        return "when one of them is drawn"
    return words.moment(int((time.time() + allowance.frees_in) * 1000))
