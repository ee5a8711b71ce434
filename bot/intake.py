"""From an interaction to an order in line: place first, then let Discord hear "thinking…"."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

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


class Acknowledge(Protocol):
    """How Discord hears that an order was accepted; returns the answer's message id, if known."""

    async def __call__(self, interaction: Interaction, *, private: bool) -> int | None:
        """Answer the interaction."""


async def take(
    interaction: Interaction,
    operation: Operation,
    given: Mapping[str, object],
    *,
    private: bool = False,
    inputs: tuple[bytes, ...] = (),
    draft_id: int | None = None,
    acknowledge: Acknowledge | None = None,
) -> None:
    """Accept an order and put it in line.

    A draft is ordered once, however often Draw is pressed. ``acknowledge`` is how Discord hears of
    it, "thinking…" by default. Raises Refused before that, so that a refusal can be private.
    """
    app = interaction.client
    values = operation.validate(given)
    placed = await app.studio.place(
        Order(
            request_id=draft_id or interaction.id,
            member_id=interaction.user.id,
            guild_id=interaction.guild_id,
            channel_id=interaction.channel_id or 0,
            operation=operation.id,
            values=values,
            lane=app.studio.house.lane(operation),
            price=app.studio.house.price(operation),
            private=private,
            application_id=interaction.application_id,
            token=interaction.token,
            upload_limit=interaction.filesize_limit,
            draft_id=draft_id,
            inputs=inputs,
        )
    )
    if not placed.fresh:
        return  # the gateway replayed the event: the order is in line already
    try:
        message_id = await (acknowledge or thinking)(interaction, private=private)
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        log.warning("job %s is withdrawn: Discord did not take the answer", placed.job.id)
        await app.studio.withdraw(placed.job)
        raise
    await app.enter(replace(placed.job, message_id=message_id))


async def thinking(interaction: Interaction, *, private: bool) -> int | None:
    """Let Discord show "thinking…", also over a dropped connection; return the answer's message id.

    None when a try was heard but its answer was lost. Raises discord.NotFound when Discord has
    stopped waiting: the member has read that the application did not respond.
    """
    if interaction.response.is_done():
        known: int | None = interaction.extras.get("message_id")
        return known
    async for attempt in stamina.retry_context(
        on=(aiohttp.ClientError, OSError), attempts=4, timeout=ACK_WITHIN, wait_initial=0.05
    ):
        with attempt:
            interaction.extras["message_id"] = await _defer(interaction, private=private)
    return interaction.extras["message_id"]  # type: ignore[no-any-return] # set by the attempt that passed


async def _defer(interaction: Interaction, *, private: bool) -> int | None:
    try:
        heard = await interaction.response.defer(ephemeral=private, thinking=True)
    except discord.HTTPException as error:
        if error.code == ALREADY_ACKED:
            return None
        raise
    return heard.message_id if heard else None
