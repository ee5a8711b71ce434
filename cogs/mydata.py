"""What the bot knows about a member: as a file, or gone."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui

from bot import answering, words
from bot.answering import Interaction
from bot.attached import Attached
from bot.client import answer_error
from bot.export_file import ExportFile
from bot.rights import Closed
from storage import erasure, export

if TYPE_CHECKING:
    from bot.client import Bot

ASK = (
    "Delete your pictures' records, favourites, defaults and unfinished edits? Messages in "
    "channels stay: delete those with their own button first. What was spent today is kept as a "
    "number until the day is over, so that a quota is not given twice. This cannot be undone."
)
DONE = (
    "Done: {} deleted. Your id stays with what you have spent today, as numbers alone, until the "
    "hour after midnight UTC. From then on nothing here names you."
)
LIVE = "You have {} under way. Cancel them or wait for them, and ask again."

mine = app_commands.Group(name="my-data", description="What the bot knows about you")


async def setup(bot: Bot) -> None:
    """Add the commands and the button."""
    bot.tree.add_command(mine)
    bot.add_dynamic_items(EraseButton)


@mine.command(name="export", description="All that is written down about you; files by their size")
async def export_mine(interaction: Interaction) -> None:
    """Send the member every row that is stored about them, as JSON; see storage/export.py."""
    await answering.thinking(interaction, private=True)
    file, limit = ExportFile(interaction.user.id), interaction.filesize_limit
    memory = interaction.client.studio.memory
    async for table, rows in export.export(memory, interaction.user.id):
        await asyncio.to_thread(file.add, table, rows)
    name, data = await asyncio.to_thread(file.finish, limit)
    if len(data) > limit:
        raise Closed("It is more than one file here can hold. Ask the bot's owner for it.")
    await answering.show(interaction, files=[Attached(name=name, data=data)])


@mine.command(name="delete", description="Delete everything the bot knows about you")
async def delete_mine(interaction: Interaction) -> None:
    """Ask once before everything about the member goes."""
    button = ui.Button[Any](
        label="Delete everything about me",
        style=discord.ButtonStyle.danger,
        custom_id=f"erase:{interaction.user.id}",
    )
    view = ui.View(timeout=None)
    view.add_item(button)
    view.stop()
    await answering.reply(interaction, content=ASK, view=view)


class EraseButton(ui.DynamicItem[ui.Button[Any]], template=r"erase:(?P<member>[0-9]{1,19})"):
    """The consent to be forgotten; it works for the member that it names alone."""

    def __init__(self, member_id: int) -> None:
        super().__init__(ui.Button(label="Delete", custom_id=f"erase:{member_id}"))
        self._member_id = member_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the member from the button."""
        return cls(int(match["member"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Delete, or say why not."""
        try:
            await self._erase(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it
            await answer_error(interaction, error)

    async def _erase(self, interaction: Interaction) -> None:
        if interaction.user.id != self._member_id:
            raise Closed("Only the member themselves can do this.")
        await answering.hold(interaction)
        erased = await erasure.erase(interaction.client.studio.memory, self._member_id)
        if erased.live:
            raise Closed(LIVE.format(words.count(erased.live, "picture")))
        done = DONE.format(words.count(erased.jobs, "record"))
        await answering.show(interaction, content=done, view=None)
