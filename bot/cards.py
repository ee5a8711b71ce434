"""What a message about a set of jobs shows: what is ready, what failed, what is awaited."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord

from bot import buttons, images, render
from bot.errors import StorageDown
from bot.studio import Studio
from storage.job import Allowance, Job


@dataclass(frozen=True, kw_only=True)
class Card:
    """A message: embeds or a text, perhaps files (name, data, alt text), perhaps buttons."""

    embeds: tuple[discord.Embed, ...] = ()
    content: str | None = None
    files: tuple[tuple[str, bytes, str], ...] = ()
    view: discord.ui.View | None = None

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(len(data) for _, data, _ in self.files)

    def open(self) -> list[discord.File]:
        """Return the files anew: discord.py closes those it has sent."""
        return [
            discord.File(io.BytesIO(data), filename=name, description=alt)
            for name, data, alt in self.files
        ]


async def card_of(studio: Studio, family: tuple[Job, ...], room: int | None = None) -> Card:
    """Return the card of a set, a set of one included.

    ``room`` bounds its files in bytes; None is the limit of the member's own uploads. Raises
    LookupError when a drawn picture is not there.
    """
    shown = [
        await _shown(studio, job, (room or job.upload_limit) // len(family))
        for job in family
        if job.state == "drawn"
    ]
    if not shown:
        return Card(embeds=(render.failure(family[0]),), view=buttons.failure(family[0]))
    allowance = await _left(studio, family[0])
    return Card(
        embeds=render.result(family, shown, allowance),
        files=tuple((one.name, one.data, render.alt_text(one.job)) for one in shown),
        view=buttons.result(family),
    )


async def _left(studio: Studio, job: Job) -> Allowance | None:
    try:
        return await studio.allowance(job.member_id, job.guild_id)
    except StorageDown:
        return None  # the card says less, and the picture is not kept waiting


async def _shown(studio: Studio, job: Job, room: int) -> render.Shown:
    """Return a job's picture, in a file of at most ``room`` bytes."""
    picture = await studio.picture(job, room)
    name = images.name(str(job.values["prompt"]), job.id, picture.extension)
    if job.spoiler:
        name = f"SPOILER_{name}"
    return render.Shown(job=job, name=name, data=picture.data, size=picture.size)
