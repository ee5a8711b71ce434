"""A message whose files are too large for Discord goes again with smaller ones, until it fits.

What a message may weigh is known where a member acts, not where the bot posts: servers differ.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord

from bot.cards import Card

TOO_LARGE = 413
SMALLEST = 2048  # bytes: a picture in a smaller file is none
T = TypeVar("T")


async def fitted(
    card: Card, smaller: Callable[[int], Awaitable[Card]], send: Callable[[Card], Awaitable[T]]
) -> T:
    """Send a card, with ever smaller files where they are too large.

    ``smaller`` makes the card anew with files of so many bytes at most. Raises
    discord.HTTPException where Discord refuses it for another reason, or at any size.
    """
    while True:
        try:
            return await send(card)
        except discord.HTTPException as error:
            if error.status != TOO_LARGE or card.size < SMALLEST:
                raise
        card = await smaller(card.size // 2)
