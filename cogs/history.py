"""``/history``: a member's own pictures, page by page, with everything that may be done to them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui

from bot import history_view, intake, rights
from bot.catalog import COMMANDS
from bot.client import answer_error
from bot.errors import BadPicture
from bot.history_view import Look, Press
from bot.intake import Interaction
from bot.rights import Closed
from cogs import keeping, redraw
from storage import favourites, gallery, jobs
from storage.gallery import Entry
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

LINK_WITHIN = 5.0  # seconds for Discord to give a fresh link; a page without one is a page
MODELS = [app_commands.Choice(name=one.title, value=one.command) for one in COMMANDS]


async def setup(bot: Bot) -> None:
    """Add the command and its buttons."""
    bot.tree.add_command(history)
    bot.add_dynamic_items(HistoryButton)


@app_commands.command(description="Your pictures, newest first")
@app_commands.describe(
    words="Only pictures whose prompt has these words",
    model="Only pictures of this model",
    favourites="Only the ones that you marked with a star",
)
@app_commands.choices(model=MODELS)
async def history(
    interaction: Interaction,
    words: app_commands.Range[str, 1, history_view.WORDS_MOST] | None = None,
    model: str | None = None,
    favourites: bool = False,
) -> None:
    """Show the first page, privately."""
    await intake.thinking(interaction, private=True)
    look = history_view.look(words=words or "", command=model or "", favourites=favourites)
    await show(interaction, look)


async def show(interaction: Interaction, look: Look) -> None:
    """Put a page in place of the answer, with fresh links: Discord's live for a day."""
    page = await gallery.search(
        interaction.client.studio.database,
        interaction.user.id,
        words=look.words,
        operations=look.operations,
        favourites=look.favourites,
        before=look.before or None,
        most=history_view.ENTRIES,
    )
    found = await asyncio.gather(*(_link(interaction, entry) for entry in page.entries))
    links = {
        entry.job.id: link
        for entry, link in zip(page.entries, found, strict=True)
        if link is not None
    }
    view = history_view.page(page, look, links, interaction.user.id)
    await interaction.edit_original_response(view=view)


async def _link(interaction: Interaction, entry: Entry) -> str | None:
    """Return a fresh link to a picture; None when its message is gone or closed to the bot."""
    job = entry.job
    if job.private or job.message_id is None:
        return None
    channel = interaction.client.get_partial_messageable(job.channel_id)
    try:
        async with asyncio.timeout(LINK_WITHIN):
            message = await channel.fetch_message(job.message_id)
        return keeping.link_to(job, message)
    except (discord.HTTPException, OSError, TimeoutError, BadPicture):
        return None


async def act(interaction: Interaction, press: Press) -> None:
    """Do what a button says; every right is looked up, whatever the id claims."""
    studio = interaction.client.studio
    if press.verb in ("show", "newest"):
        await intake.hold(interaction)
        await show(interaction, history_view.turned(press))
        return
    job = await keeping.find(interaction, press.number)
    if press.verb == "again":
        await redraw.again(interaction, job)
        return
    if press.verb == "delete":
        await _delete(interaction, job)
    else:
        marked = press.verb == "mark"
        await studio.database.run(favourites.favourite(interaction.user.id, job.id, marked))
    await intake.hold(interaction)
    await show(interaction, press.look)


async def _delete(interaction: Interaction, job: Job) -> None:
    """Take a picture out of the gallery, and its message away when nothing else is in it."""
    rights.deletable(job, interaction.user.id, staff_of=None)
    database = interaction.client.studio.database
    await database.run(gallery.remove(job.id))
    siblings = await database.run(jobs.siblings(job.request_id))
    if not any(one.state == "drawn" and one.deleted_at is None for one in siblings):
        await keeping.take_away(interaction.client, job)


class HistoryButton(ui.DynamicItem[ui.Button[Any]], template=history_view.TEMPLATE):
    """A button of the gallery."""

    def __init__(self, pressed: str) -> None:
        super().__init__(ui.Button(label="…", custom_id=pressed))
        self._press = history_view.read(pressed)

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb, the picture and the page from the id."""
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says, or say why not."""
        try:
            if self._press is None or self._press.look.before > rights.ID_MOST:
                raise Closed(rights.GONE)
            await act(interaction, self._press)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it
            await answer_error(interaction, error)
