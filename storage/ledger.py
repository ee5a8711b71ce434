"""Quotas and money: hold at placing, settle once. Per member, server and bot, per UTC day.

Caps are conditions of the statement that holds, never constraints of the table: a lowered cap must
not stand in the way of a refund.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from storage import standing
from storage.database import Moment, Row, Steps, now, one, transaction
from storage.errors import BudgetSpent, ImagesSpent, TooManyPending
from storage.job import Allowance, Caps, Order

DAY_MS = 86_400_000
BOT = 0  # the owner of the bot's own account
SCOPES = ("member", "guild", "bot")
_UNCAPPED = 1 << 60

# What a finished job leaves in each account: (images, whether its price) spent.
LEAVES: dict[str, dict[str, tuple[int, int]]] = {
    "drawn": {"member": (1, 1), "guild": (1, 1), "bot": (1, 1)},
    "unknown": {"member": (0, 0), "guild": (0, 1), "bot": (0, 1)},
    "failed": {"member": (0, 0), "guild": (0, 0), "bot": (0, 0)},
    "cancelled": {"member": (0, 0), "guild": (0, 0), "bot": (0, 0)},
}

_HOLD = """
INSERT INTO account (scope, owner, day, images_held, images_spent, micros_held, micros_spent)
SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), 1, 0, CAST($4 AS BIGINT), 0
WHERE CAST($5 AS BIGINT) >= 1
    AND (CAST($4 AS BIGINT) = 0 OR CAST($4 AS BIGINT) <= CAST($6 AS BIGINT))
ON CONFLICT (scope, owner, day) DO UPDATE SET
    images_held = account.images_held + 1,
    micros_held = account.micros_held + CAST($4 AS BIGINT)
WHERE account.images_held + account.images_spent + 1 <= CAST($5 AS BIGINT)
    AND (CAST($4 AS BIGINT) = 0
        OR account.micros_held + account.micros_spent + CAST($4 AS BIGINT) <= CAST($6 AS BIGINT))
RETURNING owner
"""
_SETTLE = """
UPDATE account SET images_held = images_held - 1, images_spent = images_spent + CAST($4 AS BIGINT),
    micros_held = micros_held - CAST($5 AS BIGINT), micros_spent = micros_spent + CAST($6 AS BIGINT)
WHERE scope = $1 AND owner = $2 AND day = $3
"""
_PENDING = """
SELECT count(*) AS jobs FROM job
WHERE member_id = $1 AND state IN ('placed', 'queued', 'resting')
"""


def hold(order: Order, caps: Caps, day: int) -> Steps[None]:
    """Reserve an image and the price. Raises ImagesSpent or BudgetSpent: nothing is held."""
    capped = {
        "member": (caps.images_a_day, caps.member_budget),
        "guild": (_UNCAPPED, _UNCAPPED),
        "bot": (_UNCAPPED, caps.budget),
    }
    if order.price and caps.budget == 0:
        raise BudgetSpent(scope="bot", left=0, limit=0)
    for scope, owner in owners(order.member_id, order.guild_id):
        images, micros = capped[scope]
        held = yield from one(_HOLD, scope, owner, day, order.price, images, micros)
        if held is None:
            yield from _refuse(scope, owner, day, images, micros)


def _refuse(scope: str, owner: int, day: int, images: int, micros: int) -> Steps[None]:
    account = yield from _account(scope, owner, day)
    if _images_left(account, images) < 1:
        raise ImagesSpent(left=_images_left(account, images), limit=images)
    raise BudgetSpent(scope=scope, left=_micros_left(account, micros), limit=micros)


def check_pending(member_id: int, caps: Caps) -> Steps[int]:
    """How many jobs of the member wait, the one just placed among them. Raises TooManyPending.

    To be asked after hold(), whose account row keeps the member's other orders out meanwhile.
    """
    row = yield from one(_PENDING, member_id)
    pending = int(row["jobs"]) if row else 0
    if pending > caps.pending:
        raise TooManyPending(pending=pending - 1, limit=caps.pending)
    return pending


def settle(rows: Iterable[Row], state: str) -> Steps[None]:
    """Turn jobs' holds into what their final ``state`` leaves; only after that state was won.

    Accounts are locked as by hold(): members before servers before the bot.
    """
    moves = [(owner, row) for row in rows for owner in owners(row["member_id"], row["guild_id"])]
    for (scope, owner), row in sorted(moves, key=lambda move: _place(*move[0])):
        images, priced = LEAVES[state][scope]
        price = row["price"]
        yield _SETTLE, (scope, owner, row["day"], images, price, price * priced)


def _place(scope: str, owner: int) -> tuple[int, int]:
    """Where an account comes in the order of locks."""
    return SCOPES.index(scope), owner


def owners(member_id: int, guild_id: int | None) -> Iterator[tuple[str, int]]:
    """The accounts that an order of this member moves, in the order in which they are locked."""
    yield "member", member_id
    if guild_id is not None:
        yield "guild", guild_id
    yield "bot", BOT


def _account(scope: str, owner: int, day: int) -> Steps[Row | None]:
    return one(
        "SELECT * FROM account WHERE scope = $1 AND owner = $2 AND day = $3", scope, owner, day
    )


def _images_left(account: Row | None, cap: int) -> int:
    return max(0, cap - (account["images_held"] + account["images_spent"] if account else 0))


def _micros_left(account: Row | None, cap: int) -> int:
    return max(0, cap - (account["micros_held"] + account["micros_spent"] if account else 0))


@transaction
def allowance(member_id: int, guild_id: int | None, caps: Caps) -> Steps[Allowance]:
    """What the member may still ask for today, and when more becomes free."""
    moment = yield from now()
    frees_in = yield from standing.first_start(member_id, moment)
    return (yield from left(member_id, caps, moment, frees_in))


def left(member_id: int, caps: Caps, moment: Moment, frees_in: float | None) -> Steps[Allowance]:
    """The allowance at this moment."""
    day = moment.wall // DAY_MS
    member = yield from _account("member", member_id, day)
    bot = yield from _account("bot", BOT, day)
    pending = yield from one(_PENDING, member_id)
    return Allowance(
        images_left=_images_left(member, caps.images_a_day),
        images_limit=caps.images_a_day,
        images_held=member["images_held"] if member else 0,
        micros_left=_micros_left(member, caps.member_budget),
        micros_limit=caps.member_budget,
        micros_held=member["micros_held"] if member else 0,
        bot_micros_left=_micros_left(bot, caps.budget),
        bot_micros_limit=caps.budget,
        resets_at=(day + 1) * DAY_MS,
        pending=int(pending["jobs"]) if pending else 0,
        pending_limit=caps.pending,
        frees_in=frees_in,
    )
