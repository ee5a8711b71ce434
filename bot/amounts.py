"""Money as the settings write it, dollars, and as the bot counts it: whole micro-dollars."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, DecimalException

from bot.catalog import BY_ID, OPERATIONS

MICRO = 1_000_000
MOST = 1_000_000 * MICRO  # a million dollars; beyond that a figure is a slip of the hand
LONGEST = 20  # characters: with no more digits than this, Decimal multiplies exactly


def micro(text: object) -> int:
    """Return an amount of dollars as micro-dollars, exactly.

    Raises ValueError for what is no amount from 0 to a million, or finer than a micro-dollar.
    """
    written = str(text).strip()
    if isinstance(text, bool) or len(written) > LONGEST:
        raise ValueError("not an amount")
    try:
        amount = Decimal(written) * MICRO
    except DecimalException as error:
        raise ValueError("not a number") from error
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= MOST:
        raise ValueError("not an amount")
    return int(amount)


def overrides(text: str) -> dict[str, int]:
    """Return micro-dollars by operation id from JSON: dollars by operation id or command.

    A command speaks for its stream twin too, unless the twin is named itself. Raises ValueError.
    """
    try:
        given = json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(given, dict):
        raise ValueError("not an object")
    known = BY_ID.keys() | {operation.command for operation in OPERATIONS}
    if not given.keys() <= known:
        raise ValueError("an unknown operation")
    return {
        operation.id: micro(given.get(operation.id, given.get(operation.command)))
        for operation in OPERATIONS
        if operation.id in given or operation.command in given
    }


def prices(changed: Mapping[str, int]) -> dict[str, int]:
    """Return what a picture of every operation costs: the catalogue's price, or the changed one."""
    return {operation.id: operation.price for operation in OPERATIONS} | dict(changed)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that stands twice, where JSON would silently take the last."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
