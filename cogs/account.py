"""What a member can ask about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot import answering, render
from bot.answering import Interaction
from storage import preferences

if TYPE_CHECKING:
    from bot.client import Bot


async def setup(bot: Bot) -> None:
    """Add the commands to the bot."""
    bot.tree.add_command(quota)


@app_commands.command(description="What you have left today, and when it starts anew")
async def quota(interaction: Interaction) -> None:
    """Show the member's own quota, privately."""
    studio = interaction.client.studio
    allowance = await studio.allowance(interaction.user.id, interaction.guild_id)
    defaults = await studio.memory.soon(preferences.preferences(interaction.user.id))
    await answering.reply(interaction, embed=render.quota(allowance, defaults))
