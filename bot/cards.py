"""What a message about a set of jobs shows: what is ready, what failed, what is awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from bot import buttons, images, metadata, render
from bot.attached import Attached
from bot.candidates import SPOILER
from bot.catalog import BY_ID
from bot.errors import StorageDown
from bot.links import missing_images
from bot.studio import Studio
from storage.job import Allowance, Job

FRAME = 512  # bytes of a file around its pixels and its settings


@dataclass(frozen=True, kw_only=True)
class Card:
    """A message: embeds or a text, perhaps files, perhaps buttons."""

    embeds: tuple[discord.Embed, ...] = ()
    content: str | None = None
    files: tuple[Attached, ...] = ()
    view: discord.ui.View | None = None

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(len(file.data) for file in self.files)

    def open(self) -> list[discord.File]:
        """Return the files anew: discord.py closes those it has sent."""
        return [file.open() for file in self.files]


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
        files=_attached(shown),
        view=buttons.result(family),
    )


async def inputs(job: Job, pictures: tuple[bytes, ...]) -> Card:
    """Return the message with the pictures that the bot made for Pixazo, so that it can fetch them.

    Of a spoiler they are covered too: the picture to repaint may be what nobody should see.
    """
    operation = BY_ID[job.operation]
    cover = SPOILER if job.spoiler else ""
    files = []
    for name, data in zip(missing_images(operation, job.values), pictures, strict=True):
        picture = await images.in_thread(images.verify, data)
        file = f"{cover}{name}-{job.id}.{picture.extension}"
        files.append(Attached(name=file, data=data, alt=f"The {name} as sent"))
    text = f"**{operation.title}** · white is what gets repainted"
    return Card(content=text, files=tuple(files))


async def of_files(
    family: tuple[Job, ...], drawn: Mapping[int, bytes], room: int | None = None
) -> Card:
    """Return the card of a set that was drawn before, from the files of its pictures by job.

    ``room`` bounds its files in bytes; None takes them as they are. Raises images.Unreadable where
    a file is no picture.
    """
    each = room // len(drawn) if room else None
    shown = [
        _as_shown(job, await images.in_thread(_of_file, drawn[job.id], each))
        for job in family
        if job.id in drawn
    ]
    return Card(
        embeds=render.result(family, shown, None),
        files=_attached(shown),
        view=buttons.result(family),
    )


async def _left(studio: Studio, job: Job) -> Allowance | None:
    try:
        return await studio.allowance(job.member_id, job.guild_id)
    except StorageDown:
        return None  # the card says less, and the picture is not kept waiting


async def _shown(studio: Studio, job: Job, room: int) -> render.Shown:
    """Return a job's picture, in a file of at most ``room`` bytes."""
    return _as_shown(job, await studio.picture(job, room))


def _of_file(data: bytes, room: int | None) -> images.Picture:
    """Return the picture of a file, in one of at most ``room`` bytes, with the same settings."""
    whole = images.verify(data)
    if room is None or len(data) <= room:
        return whole
    text = metadata.read(data) or ""
    smaller = images.shrink(whole, room - len(text.encode("utf-16")) - FRAME)
    return metadata.write(smaller, text) if text else smaller


def _as_shown(job: Job, picture: images.Picture) -> render.Shown:
    name = images.name(str(job.values["prompt"]), job.id, picture.extension)
    if job.spoiler:
        name = f"{SPOILER}{name}"
    return render.Shown(job=job, name=name, data=picture.data, size=picture.size)


def _attached(shown: Sequence[render.Shown]) -> tuple[Attached, ...]:
    return tuple(
        Attached(name=one.name, data=one.data, alt=render.alt_text(one.job)) for one in shown
    )
