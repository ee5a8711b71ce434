"""Doing again what Discord failed at for a moment.

discord.py repeats 5xx answers itself, but not a dropped connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord
import stamina

PASSING = (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)
REQUEST_WITHIN = 60.0  # seconds for one request, an upload included
ATTEMPTS = 5
T = TypeVar("T")


async def patiently(act: Callable[[], Awaitable[T]], *, within: float = 120.0) -> T:
    """Do what is safe to do twice, again after passing failures, for ``within`` seconds.

    Raises discord.HTTPException where Discord refuses, or the passing failure when it lasts.
    """
    async for attempt in stamina.retry_context(
        on=_passing, attempts=ATTEMPTS, timeout=within, wait_initial=0.5, wait_max=10.0
    ):
        with attempt:
            async with asyncio.timeout(REQUEST_WITHIN):
                return await act()
    raise AssertionError("unreachable: the last attempt raises")


def _passing(error: Exception) -> bool:
    return isinstance(error, PASSING)
