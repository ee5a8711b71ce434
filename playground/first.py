"""The first of several things to happen; the others are called off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def first(*doings: Coroutine[Any, Any, Any]) -> int:
    """Run them side by side until one ends; return its place, or raise what it raised."""
    tasks = [asyncio.ensure_future(doing) for doing in doings]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    place = next(number for number, task in enumerate(tasks) if task in done)
    tasks[place].result()
    return place
