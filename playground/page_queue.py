"""Who waits in the bot's queue, read from its database without touching it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from playground.messages import Json
from playground.world import World

BUSY = 0.2  # seconds that a look waits for the bot's own writing
_LIVE = """
SELECT member_id, state, count(*) FROM job WHERE told_at IS NULL
GROUP BY member_id, state ORDER BY min(id)
"""


async def queue(world: World, path: Path) -> list[Json] | None:
    """Return the members with unfinished jobs and how many are in each state.

    None when the file is not there yet, is busy, or is laid out in another way.
    """
    try:
        rows = await asyncio.to_thread(_rows, path)
    except sqlite3.Error:
        return None
    members: dict[str, dict[str, int]] = {}
    for member, state, jobs in rows:
        members.setdefault(str(member), {})[state] = jobs
    return [
        {"id": member, "name": _name(world, member), "jobs": jobs}
        for member, jobs in members.items()
    ]


def _rows(path: Path) -> list[tuple[int, str, int]]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY)) as connection:
        return connection.execute(_LIVE).fetchall()


def _name(world: World, member: str) -> str:
    user = world.users.get(member)
    return user.name if user else member
