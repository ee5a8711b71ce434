"""Ids of our own rows: ordered by time, with the epoch and the shape of Discord's snowflakes."""

from __future__ import annotations

import secrets

EPOCH_MS = 1_420_070_400_000
ID_MOST = (1 << 63) - 1  # what a column holds; a larger number was made up


def new_id(wall_ms: int) -> int:
    """Return a positive id below 2**63: 41 bits of milliseconds and 22 of chance."""
    return (wall_ms - EPOCH_MS) << 22 | secrets.randbits(22)


def first_id(wall_ms: int) -> int:
    """Return the least id of that millisecond."""
    return max(0, wall_ms - EPOCH_MS) << 22
