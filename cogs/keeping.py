"""What can be done with a picture itself: look closer, share it, delete it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import discord

from bot import buttons, candidates, intake, render
from bot.errors import Refused
from bot.intake import Interaction
from storage import family, gallery, jobs, sharing
from storage.job import Job

_JOB = re.compile(r"job:[a-z]+:(?P<job>[0-9]{1,19})")
NOT_OURS = "This menu is for messages of this bot that show a picture."
GONE = "This picture is not known here any more."
ONLY_AUTHOR = "Only the member who asked for this picture can share it."
ONLY_STAFF = "Only the member who asked for this picture, or the server's staff, can delete it."


async def details(interaction: Interaction, job: Job) -> None:
    """Show everything about a picture, privately."""
    line = await interaction.client.studio.database.run(family.lineage(job.id))
    seen = tuple(
        one
        for one in reversed(line)
        if one.deleted_at is None and (not one.private or one.member_id == interaction.user.id)
    )
    await intake.reply(interaction, render.details(job, seen))


async def details_of_message(interaction: Interaction, message: discord.Message) -> None:
    """Show everything about the pictures of a message of the bot's, from its menu."""
    ids = list(_job_ids(message)) if message.author.id == interaction.application_id else []
    job = await interaction.client.studio.job(ids[0]) if ids else None
    if job is None:
        raise Refused(NOT_OURS)
    if job.private and job.member_id != interaction.user.id:
        raise Refused("This picture is private.")
    await details(interaction, job)


def _job_ids(message: discord.Message) -> Iterator[int]:
    """Yield the jobs that the message's buttons name."""
    for row in message.components:
        for child in getattr(row, "children", ()):
            found = _JOB.fullmatch(str(getattr(child, "custom_id", "")))
            if found:
                yield int(found["job"])


async def open_one(interaction: Interaction, job: Job) -> None:
    """Show one picture of a set on a private page, with all its buttons."""
    message = interaction.message
    siblings = await interaction.client.studio.database.run(jobs.siblings(job.request_id))
    drawn = [one.id for one in siblings if one.state == "drawn"]
    found = candidates.of(message) if message else ()
    place = drawn.index(job.id) if job.id in drawn else len(found)
    if place >= len(found):
        raise Refused(GONE)
    embed = discord.Embed(title=f"Picture {job.number + 1}").set_image(url=found[place][1])
    await interaction.response.send_message(
        embed=embed, view=buttons.single(job, page=True), ephemeral=True
    )


async def share(interaction: Interaction, job: Job) -> None:
    """Post a private result for everybody, with credit; it stays one picture with one history."""
    if job.member_id != interaction.user.id:
        raise Refused(ONLY_AUTHOR)
    if not job.private or interaction.message is None:
        raise Refused("This picture is public already.")
    app = interaction.client
    found = [(_file_name(link), link) for _, link in candidates.of(interaction.message)]
    await interaction.response.defer(thinking=True)
    files = [
        discord.File(
            io.BytesIO(await app.editor.fetch(link)), name, description=render.alt_text(job)
        )
        for name, link in found
    ]
    embeds = [embed.copy() for embed in interaction.message.embeds]
    for embed, (name, _) in zip(embeds, found, strict=False):
        if embed.image.url:
            embed.set_image(url=f"attachment://{name}")
    siblings = await app.studio.database.run(jobs.siblings(job.request_id))
    public = tuple(sharing.as_public(one) for one in siblings)
    message = await interaction.followup.send(
        content=f"Shared by <@{job.member_id}>",
        embeds=embeds,
        files=files,
        view=buttons.result(public),
        wait=True,
    )
    await app.studio.database.run(
        sharing.share(job.request_id, message_id=message.id, channel_id=message.channel.id)
    )


def _file_name(link: str) -> str:
    return PurePosixPath(urlsplit(link).path).name


async def delete(interaction: Interaction, job: Job) -> None:
    """Take the message away; the author may, and staff who manage messages."""
    author = job.member_id == interaction.user.id
    if not author and not interaction.permissions.manage_messages:
        raise Refused(ONLY_STAFF)
    app = interaction.client
    await interaction.response.defer()
    await interaction.delete_original_response()
    for one in await app.studio.database.run(jobs.siblings(job.request_id)):
        await app.studio.database.run(gallery.remove(one.id))


async def compare(interaction: Interaction, job: Job) -> None:
    """Show an edit before and after, side by side."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    data = await interaction.client.editor.compare(job.id)
    file = discord.File(
        io.BytesIO(data), filename="before-and-after.jpg", description="Before and after the edit"
    )
    await interaction.followup.send(file=file, ephemeral=True)
