"""Doing again what Discord failed at for a moment.

discord.py repeats 5xx answers and short rate limits itself, but no dropped connection; a 429 that
comes from Cloudflare, or once too often, it hands on (discord.py 2.7, http.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord
import stamina

TOO_MANY = 429


class Throttled(Exception):
    """Discord takes nothing for a while; to try again at once would only make it longer."""


PASSING = (Throttled, discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)
REQUEST_WITHIN = 60.0  # seconds for one request, an upload included
ATTEMPTS = 5
T = TypeVar("T")


async def patiently(act: Callable[[], Awaitable[T]], *, within: float = 120.0) -> T:
    """Do what is safe to do twice, again after passing failures, for ``within`` seconds.

    Raises discord.HTTPException where Discord refuses, or the passing failure when it lasts;
    Throttled at once.
    """
    async for attempt in stamina.retry_context(
        on=_again, attempts=ATTEMPTS, timeout=within, wait_initial=0.5, wait_max=10.0
    ):
        with attempt:
            async with asyncio.timeout(REQUEST_WITHIN):
                return await _told_apart(act)
    raise AssertionError("unreachable: the last attempt raises")


async def _told_apart(act: Callable[[], Awaitable[T]]) -> T:
    """Do it; a 429 says nothing about what was asked for."""
    try:
        return await act()
    except discord.HTTPException as error:
        if error.status != TOO_MANY:
            raise
        raise Throttled(str(error)) from error


def _again(error: Exception) -> bool:
    return isinstance(error, PASSING) and not isinstance(error, Throttled)
