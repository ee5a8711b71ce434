"""From an interaction to an order in line: place first, then let Discord hear "thinking…"."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import aiohttp
import discord
import stamina

from bot.spec import Operation
from storage.job import Order

if TYPE_CHECKING:
    from bot.client import Bot

log = logging.getLogger(__name__)

Interaction: TypeAlias = "discord.Interaction[Bot]"

ACK_WITHIN = 2.5  # seconds of tries; Discord's own limit is 3 from the event
ALREADY_ACKED = 40060
T = TypeVar("T")


class Acknowledge(Protocol):
    """How Discord hears that an order was accepted; returns the answer's message id, if known."""

    async def __call__(self, interaction: Interaction, *, private: bool) -> int | None:
        """Answer the interaction."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a member asks for, before it is checked.

    ``count`` pictures, each with a seed of its own; ``once`` is an id that may be ordered only one
    time (the interaction's by default); ``inputs`` are pictures that the bot made for Pixazo.
    """

    operation: Operation
    given: Mapping[str, object]
    private: bool = False
    spoiler: bool = False
    count: int = 1
    parent_id: int | None = None
    draft_id: int | None = None
    once: int | None = None
    inputs: tuple[bytes, ...] = ()


async def take(
    interaction: Interaction, wish: Wish, *, acknowledge: Acknowledge | None = None
) -> None:
    """Accept an order and put it in line.

    ``acknowledge`` is how Discord hears of it, "thinking…" by default. Raises Refused before that,
    so that a refusal can be private.
    """
    app = interaction.client
    placed = await app.studio.place(_orders(interaction, wish))
    if not placed[0].fresh:
        # Pressed twice, or replayed by the gateway: the order is in line already.
        await _hear_again(interaction)
        return
    try:
        message_id = await (acknowledge or thinking)(interaction, private=wish.private)
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        log.warning("job %s is withdrawn: Discord did not take the answer", placed[0].job.id)
        for one in placed:
            await app.studio.withdraw(one.job)
        raise
    await app.enter(tuple(replace(one.job, message_id=message_id) for one in placed))


def _orders(interaction: Interaction, wish: Wish) -> tuple[Order, ...]:
    """Return an order for each picture of the wish. Raises BadOption."""
    house = interaction.client.studio.house
    values = wish.operation.validate(wish.given)
    first = Order(
        request_id=wish.once or interaction.id,
        member_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        operation=wish.operation.id,
        values=values,
        lane=house.lane(wish.operation),
        price=house.price(wish.operation),
        private=wish.private,
        spoiler=wish.spoiler,
        application_id=interaction.application_id,
        token=interaction.token,
        upload_limit=interaction.filesize_limit,
        draft_id=wish.draft_id,
        parent_id=wish.parent_id,
        set_size=wish.count,
        inputs=wish.inputs,
    )
    others = (
        replace(first, number=number, values=wish.operation.another(values), inputs=())
        for number in range(1, wish.count)
    )
    return (first, *others)


async def _hear_again(interaction: Interaction) -> None:
    """Answer a second press with nothing: the first one's answer is on its way."""
    if interaction.message is None or acknowledged(interaction):
        return
    try:
        await interaction.response.defer()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.info("a repeated press was not answered: %s", error)


async def thinking(interaction: Interaction, *, private: bool) -> int | None:
    """Let Discord show "thinking…", also over a dropped connection; return the answer's message id.

    None when a try was heard but its answer was lost. Raises discord.NotFound when Discord has
    stopped waiting: the member has read that the application did not respond.
    """
    if acknowledged(interaction):
        known: int | None = interaction.extras.get("message_id")
        return known
    heard = await _insist(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    message_id = heard.message_id if heard else None
    interaction.extras["message_id"] = message_id
    return message_id


async def hold(interaction: Interaction) -> None:
    """Take a press, and leave its message as it is for now; also over a dropped connection."""
    await _insist(interaction.response.defer)
    interaction.extras |= {"message_id": None, "held": True}


def acknowledged(interaction: Interaction) -> bool:
    """Whether Discord has an answer to the interaction, be it that nobody heard it say so."""
    return interaction.response.is_done() or "message_id" in interaction.extras


async def reply(interaction: Interaction, embed: discord.Embed) -> None:
    """Answer at once and privately, also over a dropped connection."""
    await _insist(lambda: interaction.response.send_message(embed=embed, ephemeral=True))


async def _insist(answer: Callable[[], Awaitable[T]]) -> T | None:
    """Answer until Discord has heard it, in time; None when an earlier try was heard."""
    async for attempt in stamina.retry_context(
        on=(aiohttp.ClientError, OSError), attempts=4, timeout=ACK_WITHIN, wait_initial=0.05
    ):
        with attempt:
            try:
                return await answer()
            except discord.HTTPException as error:
                if error.code != ALREADY_ACKED:
                    raise
    return None
