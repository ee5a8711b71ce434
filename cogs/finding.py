"""The job behind a control, for whoever may see it."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot import rights, showing
from bot.answering import Interaction
from storage import jobs
from storage.ids import ID_MOST
from storage.job import Job


async def find(interaction: Interaction, job_id: int) -> Job:
    """Return the job that a control names, when the presser may see it. Raises Closed."""
    job = rights.visible(await _job(interaction, job_id), interaction.user.id)
    return _as_here(interaction, job)


async def find_of_set(interaction: Interaction, job_id: int) -> Job:
    """Return the job that a set's control names, or the next one where that was deleted.

    Raises Closed when none of the set is left.
    """
    job = await _job(interaction, job_id)
    if job is not None and job.deleted_at is not None and job.set_size > 1 and not job.number:
        siblings = await of_set(interaction, job)
        job = next((one for one in siblings if living(one)), job)
    return _as_here(interaction, rights.visible(job, interaction.user.id))


async def of_set(interaction: Interaction, job: Job) -> tuple[Job, ...]:
    """Return every job of the set that the job is of."""
    return await interaction.client.studio.memory.soon(jobs.siblings(job.request_id))


async def shown_by(interaction: Interaction, message: discord.Message) -> Job | None:
    """Return the first job that a message of the bot's shows; None for any other message."""
    user = interaction.client.user
    first = next(showing.job_ids(message), None)
    if user is None or message.author.id != user.id or first is None:
        return None
    job = await _job(interaction, first)
    return job if job is not None and rights.seen_by(job, interaction.user.id) else None


def living(job: Job) -> bool:
    """Whether the job's picture is there."""
    return job.state == "drawn" and job.deleted_at is None


def _as_here(interaction: Interaction, job: Job) -> Job:
    """Return the job as it counts here: in a server, what is of a direct talk is private."""
    elsewhere = job.guild_id is None and interaction.guild_id is not None
    return replace(job, private=True) if elsewhere else job


async def _job(interaction: Interaction, job_id: int) -> Job | None:
    return await interaction.client.studio.job(job_id) if job_id <= ID_MOST else None
