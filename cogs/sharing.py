"""A private result for everybody, with credit; it stays one picture with one history."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot import answering, cards, rights, showing
from bot.answering import Interaction
from bot.cards import Card
from bot.fitting import fitted
from bot.patience import patiently
from bot.rights import Closed
from cogs import finding
from storage import sharing
from storage.job import Job

UNFINISHED = "Some of these pictures are still on their way. Wait for them, or cancel the rest."
PUBLIC = "This picture is public already."
NO_ENTRY = "I may not post in the channel where this was ordered, so it stays with you."
NONCE_MOST = 25  # characters (Discord)


async def share(interaction: Interaction, job: Job) -> None:
    """Post a private result where it was ordered."""
    rights.own(job, interaction.user.id, "share it")
    app = interaction.client
    siblings = await finding.of_set(interaction, job)
    if not all(one.finished and one.told_at for one in siblings):
        raise Closed(UNFINISHED)
    if job.request_id in app.sharing:
        await answering.hold(interaction)  # the first tap's message is on its way
        return
    if not siblings[0].private or interaction.message is None:
        raise Closed(PUBLIC)
    app.sharing.add(job.request_id)
    try:
        await _share(interaction, interaction.message, siblings)
    finally:
        app.sharing.discard(job.request_id)


async def _share(
    interaction: Interaction, private: discord.Message, siblings: tuple[Job, ...]
) -> None:
    await answering.hold(interaction)
    known = tuple(replace(one, private=False) for one in siblings if one.deleted_at is None)
    links = showing.links(private)
    drawn = {
        one.id: await interaction.client.editor.fetch(links[one.id])
        for one in known
        if one.id in links
    }
    if not drawn:
        raise Closed(rights.GONE)
    card = await cards.of_files(known, drawn)
    message = await fitted(
        card,
        lambda room: cards.of_files(known, drawn, room),
        lambda one: _post(interaction, known[0], one),
    )
    await interaction.client.studio.memory.keep(
        sharing.share(
            siblings[0].request_id, message_id=message.id, channel_id=siblings[0].channel_id
        )
    )
    await answering.show(interaction, view=card.view)


async def _post(interaction: Interaction, job: Job, card: Card) -> discord.Message:
    """Post it once, however often it takes: the nonce tells Discord what it has already."""
    channel = interaction.client.get_partial_messageable(job.channel_id)

    async def post() -> discord.Message:
        return await channel.send(
            content=f"Shared by <@{job.member_id}>",
            embeds=list(card.embeds),
            files=card.open(),
            view=card.view or discord.utils.MISSING,
            nonce=f"{job.request_id}-shared"[:NONCE_MOST],
        )

    try:
        return await patiently(post)
    except (discord.Forbidden, discord.NotFound) as error:
        raise Closed(NO_ENTRY) from error
