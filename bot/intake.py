"""From an interaction to an order in line: place first, then let Discord hear "thinking…"."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import discord

from bot import answering
from bot.answering import Interaction
from bot.patience import PASSING
from bot.spec import Operation
from storage.job import Job, Order, Placed

log = logging.getLogger(__name__)

SENT = "Sent to be drawn."  # true also where Discord does not tell that it took the message
Close = Callable[[Interaction], Awaitable[None]]


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


async def take(interaction: Interaction, wish: Wish, *, close: Close | None = None) -> None:
    """Accept an order and put it in line.

    Its answer is "thinking…"; where ``close`` puts something else in place of the message that was
    pressed on, the answer is a message of its own beside it. Raises Refused before Discord hears
    anything, so that a refusal can be private.
    """
    app = interaction.client
    placed = await app.studio.place(_orders(interaction, wish, told=close is None))
    if not placed[0].fresh:
        # Pressed twice, or replayed by the gateway: the order is in line already.
        await _hear_again(interaction, placed[0].job)
        return
    try:
        jobs = await _answered(interaction, wish, placed, close)
    except (discord.HTTPException, *PASSING):
        log.warning("job %s is withdrawn: Discord did not take the answer", placed[0].job.id)
        await app.studio.withdraw(placed[0].job)
        raise
    await app.enter(jobs)


async def _answered(
    interaction: Interaction, wish: Wish, placed: tuple[Placed, ...], close: Close | None
) -> tuple[Job, ...]:
    """Let Discord hear that the order was accepted; return the jobs with their answer."""
    token = interaction.token
    if close is None:
        message_id = await answering.thinking(interaction, private=wish.private)
    else:
        await close(interaction)
        message_id = await answering.beside(interaction, SENT, private=wish.private)
        token = token if message_id else ""
    return tuple(replace(one.job, message_id=message_id, token=token) for one in placed)


def _orders(interaction: Interaction, wish: Wish, *, told: bool) -> tuple[Order, ...]:
    """Return an order for each picture of the wish. Raises BadOption.

    The interaction's token is the way to its own answer: where that is ``told`` nothing of the
    order, a restart must not take the token for a way to it.
    """
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
        token=interaction.token if told else "",
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


async def _hear_again(interaction: Interaction, job: Job) -> None:
    """Answer a second press with nothing: the first one's answer is on its way."""
    if answering.acknowledged(interaction):
        # Of an event that was replayed, "thinking…" is where the picture comes.
        if job.token != interaction.token and interaction.extras.get("message_id"):
            await answering.take_away(interaction)
        return
    if interaction.message is None:
        return
    try:
        await answering.hold(interaction)
    except (discord.HTTPException, *PASSING) as error:
        log.info("a repeated press was not answered: %s", error)
