"""Taking a picture away: from its message first, and then from what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import discord

from bot import answering, cards, rights, showing
from bot.answering import Interaction
from bot.cards import Card
from bot.fitting import fitted
from bot.patience import patiently
from bot.rights import Closed
from cogs import finding
from cogs.sharing import UNFINISHED
from storage import gallery
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

STAYS = "It is out of your gallery. Its message is out of my reach: please delete that yourself."
_locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def delete(interaction: Interaction, job: Job) -> None:
    """Take a whole set away with its message; the author may, and staff who manage messages.

    Discord tells what a member may in the channel of the press, a thread being one of its own.
    """
    staff = interaction.permissions.manage_messages
    rights.deletable(job, interaction.user.id, staff_in=interaction.channel_id if staff else None)
    siblings = await finding.of_set(interaction, job)
    if not all(one.finished for one in siblings):
        raise Closed(UNFINISHED)
    await answering.hold(interaction)
    await _gone(interaction.delete_original_response)
    if interaction.message is None or interaction.message.id != job.message_id:
        # Pressed on the private copy of a shared one.
        await _take_away(interaction.client, siblings[0])
    for one in siblings:
        await interaction.client.studio.memory.run(gallery.remove(one.id))


async def delete_one(interaction: Interaction, job: Job) -> None:
    """Take one picture of the presser's own away, and leave the rest of its set."""
    rights.deletable(job, interaction.user.id, staff_in=None)
    async with _locks.setdefault(job.request_id, asyncio.Lock()):
        siblings = await finding.of_set(interaction, job)
        rest = tuple(one for one in siblings if one.deleted_at is None and one.id != job.id)
        known = next(one for one in siblings if one.id == job.id)
        reached = await _take_out(interaction, known, rest)
        await interaction.client.studio.memory.run(gallery.remove(job.id))
    if not reached:
        raise Closed(STAYS)


async def _take_out(interaction: Interaction, job: Job, rest: tuple[Job, ...]) -> bool:
    """Take the picture out of its message; False where the bot cannot."""
    if job.private or job.message_id is None:
        return True  # only the member has it, and nobody can be sent there
    if not any(map(finding.living, rest)):
        return await _take_away(interaction.client, job)
    try:
        await _show_rest(interaction, job.message_id, rest)
    except discord.NotFound:
        return True
    except discord.Forbidden:
        return False
    return True


async def _show_rest(interaction: Interaction, message_id: int, rest: tuple[Job, ...]) -> None:
    """Show what is left of a set in its message."""
    channel = interaction.client.get_partial_messageable(rest[0].channel_id)
    links = showing.links(await patiently(lambda: channel.fetch_message(message_id)))
    drawn = {
        one.id: await interaction.client.editor.fetch(links[one.id])
        for one in rest
        if one.id in links
    }
    if not drawn:
        return  # somebody took the files out of it
    message = channel.get_partial_message(message_id)

    async def edit(card: Card) -> None:
        await message.edit(embeds=list(card.embeds), attachments=card.open(), view=card.view)

    await fitted(
        await cards.of_files(rest, drawn),
        lambda room: cards.of_files(rest, drawn, room),
        lambda card: patiently(lambda: edit(card)),
    )


async def _take_away(app: Bot, job: Job) -> bool:
    """Delete a picture's public message; False where the bot may not reach it."""
    if job.private or job.message_id is None:
        return True
    channel = app.get_partial_messageable(job.channel_id)
    try:
        await _gone(channel.get_partial_message(job.message_id).delete)
    except discord.Forbidden:
        return False
    return True


async def _gone(delete: Callable[[], Awaitable[None]]) -> None:
    """Delete what may be gone already."""
    try:
        await patiently(delete)
    except discord.NotFound:
        return
