"""What can be seen of a picture: how it was made, one of a set by itself, an edit before it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot import answering, buttons, details, render, rights, showing
from bot.answering import Interaction
from bot.attached import Attached
from bot.candidates import SPOILER
from bot.rights import Closed
from cogs import finding
from storage import family
from storage.job import Job

NOT_OURS = "This menu is for messages of this bot that show a picture."


async def show_details(interaction: Interaction, job: Job) -> None:
    """Show everything about a picture, privately."""
    await _show_details(interaction, job, ())


async def details_of_message(interaction: Interaction, message: discord.Message) -> None:
    """Show everything about the pictures of a message of the bot's, from its menu."""
    first = await finding.shown_by(interaction, message)
    if first is None:
        raise Closed(NOT_OURS)
    drawn = [one for one in await finding.of_set(interaction, first) if finding.living(one)]
    if not drawn:
        raise Closed(NOT_OURS)
    await _show_details(interaction, first if first in drawn else drawn[0], drawn)


async def _show_details(interaction: Interaction, job: Job, siblings: Sequence[Job]) -> None:
    rights.operation(job)
    line, children = await interaction.client.studio.memory.soon(family.of(job.id))
    embed = details.embed(
        job, tuple(reversed(line)), interaction.user.id, children=children, family=siblings
    )
    text = details.command(job)
    files = []
    if text and len(text) > details.TYPED_SHOWN:
        files = [Attached(name=details.COMMAND_FILE, data=text.encode())]
    await answering.reply(interaction, embed=embed, files=files)


async def open_one(interaction: Interaction, job: Job) -> None:
    """Show one picture of a set on a private page, with all its buttons."""
    link = showing.link_to(job, interaction.message) if interaction.message else None
    if link is None:
        raise Closed(rights.GONE)
    title = f"Picture {job.number + 1}"
    view = buttons.single(job, page=True)
    if not job.spoiler:
        embed = discord.Embed(title=title).set_image(url=link)
        await answering.reply(interaction, embed=embed, view=view)
        return
    # Discord covers no picture of an embed.
    await answering.thinking(interaction, private=True)
    data = await interaction.client.editor.fetch(link)
    file = Attached(name=showing.file_name(link), data=data, alt=render.alt_text(job))
    await answering.show(interaction, content=title, files=[file], view=view)


async def compare(interaction: Interaction, job: Job) -> None:
    """Show an edit before and after, side by side."""
    await answering.thinking(interaction, private=True)
    data = await interaction.client.editor.compare(job.id)
    name = f"{SPOILER if job.spoiler else ''}before-and-after.jpg"
    file = Attached(name=name, data=data, alt="Before and after the edit")
    await answering.show(interaction, files=[file])
