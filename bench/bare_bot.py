"""The bare bot that ours is measured against: no queue, no limit, no ledger, no recovery."""

from __future__ import annotations

import io
import os

import aiohttp
import discord
import yarl
from discord import app_commands

from bench.worker import KEY_HEADER
from bot.catalog import BY_ID

discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
CALL = os.environ["PIXAZO_URL"] + BY_ID["sdxl"].path
KEY = {KEY_HEADER: os.environ["PIXAZO_API_KEY"]}


class BareBot(discord.Client):
    """Two commands: defer, call, download, upload; and the last picture once more."""

    last = b""

    async def setup_hook(self) -> None:
        """Add the command, and find the local gateway."""
        _, address, _ = await self.http.get_bot_gateway()
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
        self.web = aiohttp.ClientSession()
        tree = app_commands.CommandTree(self)
        tree.command(name="sdxl", description="Draw a picture")(sdxl)
        tree.command(name="again", description="Show the last one again")(again)
        await tree.sync()


async def sdxl(interaction: discord.Interaction[BareBot], prompt: str, width: int = 1024,
               height: int = 1024) -> None:  # fmt: skip
    """Draw one picture."""
    await interaction.response.defer(thinking=True)
    web, body = interaction.client.web, {"prompt": prompt, "width": width, "height": height}
    async with web.post(CALL, json=body, headers=KEY) as answer:
        link = (await answer.json())["imageUrl"]
    async with web.get(link) as picture:
        interaction.client.last = await picture.read()
    await _upload(interaction)


async def again(interaction: discord.Interaction[BareBot]) -> None:
    """Upload the last picture: what remains when the bytes are at hand."""
    await interaction.response.defer(thinking=True)
    await _upload(interaction)


async def _upload(interaction: discord.Interaction[BareBot]) -> None:
    file = discord.File(io.BytesIO(interaction.client.last), "picture.png")
    await interaction.edit_original_response(attachments=[file])


if __name__ == "__main__":
    BareBot(intents=discord.Intents(guilds=True)).run(os.environ["DISCORD_TOKEN"], log_handler=None)
