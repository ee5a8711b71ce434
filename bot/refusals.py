"""Why an order is refused, in the member's words: what is left, and when that changes."""

from __future__ import annotations

import time

from bot import words
from storage.errors import BudgetSpent, ImagesSpent, Refusal, TooManyPending
from storage.job import Allowance, Order

BROKEN = "Something broke on our side, and the log has the details for the owner."
NO_MEMORY = "The bot's memory does not answer right now. Please try again in a minute."


def sentence(refusal: Refusal, allowance: Allowance, order: Order) -> str:
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
            what = f"This set of {order.set_size}" if order.set_size > 1 else "This picture"
            return (
                f"{what} costs {words.money(order.price * order.set_size)} and you have "
                f"{words.money(allowance.micros_left)} of {words.money(refusal.limit)} left for "
                f"paid models today. It is full again {resets}; `/sdxl` and `/lightning` are free."
            )
        case _:
            return (
                "The money that this bot may spend today on paid models is used up. "
                f"It is full again {resets}; `/sdxl` and `/lightning` are free."
            )


def _frees(allowance: Allowance) -> str:
    if allowance.frees_in is None:
        return "when one of them is drawn"
    return words.moment(int((time.time() + allowance.frees_in) * 1000))
