"""The buttons under the bot's messages: their custom ids name a job, so they outlive restarts."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from bot import buttons, candidates, render
from bot.client import answer_error
from bot.errors import Refused
from bot.intake import Interaction
from cogs.inpaint import open_form
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

GONE = "This picture is not known here any more."


async def setup(bot: Bot) -> None:
    """Register the buttons' class; presses are matched by custom id."""
    bot.add_dynamic_items(JobButton)


async def cancel(interaction: Interaction, job: Job) -> None:
    """Take a waiting job out of the line; only its author may."""
    app = interaction.client
    if job.member_id != interaction.user.id:
        raise Refused("Only the member who asked for this picture can cancel it.")
    cancelled = await app.studio.cancel(job.id, interaction.user.id)
    if cancelled is None:
        raise Refused("It is too late to cancel: the picture is being drawn.")
    app.progress.forget(job.id)
    await interaction.response.edit_message(
        content=None, embed=render.failure(cancelled), attachments=[], view=None
    )
    await app.studio.told(cancelled)


async def inpaint(interaction: Interaction, _: Job) -> None:
    """Repaint a part of the picture, on the presser's own quota."""
    if interaction.message is None:
        raise Refused(GONE)
    await open_form(interaction, candidates.of(interaction.message))


async def compare(interaction: Interaction, job: Job) -> None:
    """Show an edit before and after, side by side."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    data = await interaction.client.editor.compare(job.id)
    file = discord.File(
        io.BytesIO(data), filename="before-and-after.jpg", description="Before and after the edit"
    )
    await interaction.followup.send(file=file, ephemeral=True)


PRESSES: dict[str, Callable[[Interaction, Job], Awaitable[None]]] = {
    "cancel": cancel,
    "inpaint": inpaint,
    "compare": compare,
}


class JobButton(
    ui.DynamicItem[ui.Button[Any]], template=r"job:(?P<verb>[a-z]+):(?P<job>[0-9]{1,20})"
):
    """A button under a message about a job."""

    def __init__(self, verb: str, job_id: int) -> None:
        super().__init__(ui.Button(label=verb, custom_id=buttons.custom_id(verb, job_id)))
        self._verb = verb
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb and the job from the button."""
        return cls(match["verb"], int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says, or say why not."""
        try:
            job = await interaction.client.studio.job(self._job_id)
            if job is None or self._verb not in PRESSES:
                raise Refused(GONE)
            await PRESSES[self._verb](interaction, job)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it
            await answer_error(interaction, error)
