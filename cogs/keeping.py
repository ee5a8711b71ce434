"""What can be done with a picture itself: look closer, share it, delete it."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import discord

from bot import buttons, candidates, details, intake, render, rights
from bot.intake import Interaction
from bot.rights import Closed
from storage import family, gallery, jobs, sharing
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

_JOB = re.compile(r"job:[a-z]+:(?P<job>[0-9]{1,19})")
NOT_OURS = "This menu is for messages of this bot that show a picture."
UNFINISHED = "Some of these pictures are still on their way. Wait for them, or cancel the rest."
PUBLIC = "This picture is public already."


async def find(interaction: Interaction, job_id: int) -> Job:
    """Return the job that a control names, when the presser may see it. Raises Closed."""
    known = job_id <= rights.ID_MOST
    job = await interaction.client.studio.job(job_id) if known else None
    return rights.visible(job, interaction.user.id)


async def find_of_set(interaction: Interaction, job_id: int) -> Job:
    """Return the job that a set's control names, or the next one where that was deleted.

    Raises Closed when none of the set is left.
    """
    studio = interaction.client.studio
    job = await studio.job(job_id) if job_id <= rights.ID_MOST else None
    if job is not None and job.deleted_at is not None and job.set_size > 1 and not job.number:
        siblings = await studio.database.run(jobs.siblings(job.request_id))
        living = (one for one in siblings if one.state == "drawn" and one.deleted_at is None)
        job = next(living, job)
    return rights.visible(job, interaction.user.id)


async def show_details(interaction: Interaction, job: Job) -> None:
    """Show everything about a picture, privately."""
    await _show_details(interaction, job, ())


async def details_of_message(interaction: Interaction, message: discord.Message) -> None:
    """Show everything about the pictures of a message of the bot's, from its menu."""
    ours = interaction.client.user is not None and message.author.id == interaction.client.user.id
    first = next(job_ids(message), None) if ours else None
    if first is None:
        raise Closed(NOT_OURS)
    job = await find(interaction, first)
    siblings = await interaction.client.studio.database.run(jobs.siblings(job.request_id))
    drawn = [one for one in siblings if one.state == "drawn" and one.deleted_at is None]
    if not drawn:
        raise Closed(NOT_OURS)
    await _show_details(interaction, job if job in drawn else drawn[0], drawn)


async def _show_details(interaction: Interaction, job: Job, siblings: Sequence[Job]) -> None:
    rights.operation(job)
    database = interaction.client.studio.database
    line = await database.run(family.lineage(job.id))
    children = await database.run(family.children(job.id))
    embed = details.embed(
        job, tuple(reversed(line)), interaction.user.id, children=children, family=siblings
    )
    await intake.reply(interaction, embed)
    text = details.command(job)
    if text and len(text) > details.TYPED_SHOWN:
        file = discord.File(io.BytesIO(text.encode()), filename=details.COMMAND_FILE)
        await interaction.followup.send(file=file, ephemeral=True)


def job_ids(message: discord.Message) -> Iterator[int]:
    """Yield the jobs that the message's buttons name."""
    for row in message.components:
        for child in getattr(row, "children", ()):
            found = _JOB.fullmatch(str(getattr(child, "custom_id", "")))
            if found:
                yield int(found["job"])


def link_to(job: Job, message: discord.Message) -> str | None:
    """Return the link to a job's picture in a message: its file's name has the job's id."""
    for _, link in candidates.of(message):
        if f"-{job.id}." in _file_name(link):
            return link
    return None


async def open_one(interaction: Interaction, job: Job) -> None:
    """Show one picture of a set on a private page, with all its buttons."""
    link = link_to(job, interaction.message) if interaction.message else None
    if link is None:
        raise Closed(rights.GONE)
    embed = discord.Embed(title=f"Picture {job.number + 1}").set_image(url=link)
    await interaction.response.send_message(
        embed=embed, view=buttons.single(job, page=True), ephemeral=True
    )


async def share(interaction: Interaction, job: Job) -> None:
    """Post a private result for everybody, with credit; it stays one picture with one history."""
    rights.own(job, interaction.user.id, "share it")
    app = interaction.client
    siblings = await app.studio.database.run(jobs.siblings(job.request_id))
    if not all(one.finished and one.told_at for one in siblings):
        raise Closed(UNFINISHED)
    if not job.private or interaction.message is None or job.request_id in app.sharing:
        raise Closed(PUBLIC)
    app.sharing.add(job.request_id)
    try:
        await _share(interaction, interaction.message, siblings)
    finally:
        app.sharing.discard(job.request_id)


async def _share(
    interaction: Interaction, private: discord.Message, siblings: tuple[Job, ...]
) -> None:
    database = interaction.client.studio.database
    await intake.hold(interaction)
    job = siblings[0]
    view = buttons.result(tuple(replace(one, private=False) for one in siblings))
    message = await interaction.followup.send(
        content=f"Shared by <@{job.member_id}>",
        embeds=_shared_embeds(private, job),
        files=[file async for file in _files(interaction, private, job)],
        view=view,
        wait=True,
    )
    await database.run(
        sharing.share(job.request_id, message_id=message.id, channel_id=message.channel.id)
    )
    await interaction.edit_original_response(view=view)


async def _files(
    interaction: Interaction, private: discord.Message, job: Job
) -> AsyncIterator[discord.File]:
    for _, link in candidates.of(private):
        data = await interaction.client.editor.fetch(link)
        yield discord.File(io.BytesIO(data), _file_name(link), description=render.alt_text(job))


def _shared_embeds(private: discord.Message, job: Job) -> list[discord.Embed]:
    """Return the embeds with the files sent along; a gallery's link leads to the channel."""
    embeds = [embed.copy() for embed in private.embeds]
    for embed in embeds:
        if embed.image.url:
            embed.set_image(url=f"attachment://{_file_name(embed.image.url)}")
        if embed.url:
            embed.url = render.place(replace(job, message_id=None))
    return embeds


def _file_name(link: str) -> str:
    return PurePosixPath(urlsplit(link).path).name


async def delete(interaction: Interaction, job: Job) -> None:
    """Take the picture away with its message; the author may, and staff who manage messages."""
    staff = interaction.permissions.manage_messages
    staff_of = interaction.guild_id if staff else None
    rights.deletable(job, interaction.user.id, staff_of=staff_of)
    app = interaction.client
    siblings = await app.studio.database.run(jobs.siblings(job.request_id))
    if not all(one.finished for one in siblings):
        raise Closed(UNFINISHED)
    await intake.hold(interaction)
    for one in siblings:
        await app.studio.database.run(gallery.remove(one.id))
    await interaction.delete_original_response()
    if interaction.message is None or interaction.message.id != job.message_id:
        await take_away(app, job)  # it was pressed on the private copy of a shared picture


async def take_away(app: Bot, job: Job) -> None:
    """Delete a picture's public message, if it is there and within the bot's reach."""
    if job.private or job.message_id is None:
        return
    channel = app.get_partial_messageable(job.channel_id)
    try:
        await channel.get_partial_message(job.message_id).delete()
    except discord.HTTPException:
        return  # it is gone already, or the channel is closed to the bot


async def compare(interaction: Interaction, job: Job) -> None:
    """Show an edit before and after, side by side."""
    await intake.thinking(interaction, private=True)
    data = await interaction.client.editor.compare(job.id)
    file = discord.File(
        io.BytesIO(data), filename="before-and-after.jpg", description="Before and after the edit"
    )
    await interaction.followup.send(file=file, ephemeral=True)
