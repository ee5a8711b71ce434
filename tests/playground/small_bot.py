"""A small discord.py bot, run as its own process against the local Discord by the tests."""

# ruff: noqa: D102, D103, S310

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands

from tests.playground.looks import look, wave
from tests.playground.odd_deeds import ODD, picture

API = os.environ["DISCORD_API_URL"]


def point_discord_at(url: str, token: str) -> None:
    """What the real bot does at its start: the REST base, and the gateway's address from it."""
    discord.http.Route.BASE = url
    asked = urllib.request.Request(f"{url}/gateway/bot", headers={"Authorization": f"Bot {token}"})
    with urllib.request.urlopen(asked, timeout=5) as reply:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(json.load(reply)["url"])


class Form(discord.ui.Modal, title="A form"):
    """Asks for a text and a file."""

    words: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Words", component=discord.ui.TextInput(custom_id="words", default="hello")
    )
    file: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="File", component=discord.ui.FileUpload(custom_id="file", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        words, file = self.words.component, self.file.component
        assert isinstance(words, discord.ui.TextInput)
        assert isinstance(file, discord.ui.FileUpload)
        sizes = [len(await attachment.read()) for attachment in file.values]
        await interaction.response.send_message(f"{words.value} {sizes}")


class Buttons(discord.ui.View):
    """Buttons and a select that work for ever."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Update", custom_id="update")
    async def update(self, it: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await it.response.edit_message(content="updated")

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, it: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await it.response.send_modal(Form())

    @discord.ui.button(label="Private", custom_id="private")
    async def private(self, it: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await it.response.send_message("psst", ephemeral=True)

    @discord.ui.select(
        custom_id="pick", options=[discord.SelectOption(label=x, value=x) for x in ("a", "b")]
    )
    async def pick(self, it: discord.Interaction, select: discord.ui.Select[Buttons]) -> None:
        await it.response.send_message(f"picked {select.values[0]}")

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who")
    async def who(self, it: discord.Interaction, select: discord.ui.UserSelect[Buttons]) -> None:
        await it.response.send_message(f"chose {select.values[0].display_name}")


class SmallBot(commands.AutoShardedBot):
    """Just enough of a bot to try every road."""

    def __init__(self) -> None:
        ids = os.environ.get("SHARD_IDS")
        shards: dict[str, Any] = {"shard_ids": [int(i) for i in ids.split(",")]} if ids else {}
        count = os.environ.get("SHARD_COUNT")
        intents = discord.Intents.none()
        intents.guilds = intents.messages = True
        intents.message_content = bool(os.environ.get("CONTENT"))
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=intents,
            **shards,
            shard_count=int(count) if count else None,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def setup_hook(self) -> None:
        self.add_view(Buttons())
        for command in COMMANDS:
            self.tree.add_command(command)
        if not os.environ.get("NO_SYNC"):
            await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No five seconds of waiting between shards."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author.id == self.application_id or message.author.bot:
            return
        above = message.reference.resolved if message.reference else None
        seen = above.content if isinstance(above, discord.Message) else "-"
        await message.channel.send(f"heard {message.content!r} {len(message.attachments)} {seen}")


@app_commands.command(description="Draws")
async def draw(
    it: discord.Interaction,
    prompt: app_commands.Range[str, 1, 100],
    steps: app_commands.Range[int, 1, 50] = 20,
    private: bool = False,
) -> None:
    await it.response.defer(ephemeral=private, thinking=True)
    await it.edit_original_response(content="1st in the queue")
    embed = discord.Embed(title="A fox", description=prompt)
    embed.add_field(name="Steps", value=str(steps)).set_image(url="attachment://fox.png")
    await it.edit_original_response(
        content=None, embed=embed, attachments=[picture(description="a fox")], view=Buttons()
    )


@app_commands.command(description="Misbehaves in many ways")
async def odd(it: discord.Interaction, what: str) -> None:
    await ODD[what](it)


@app_commands.command(description="Suggests")
async def suggest(it: discord.Interaction, width: int) -> None:
    await it.response.send_message(f"{width} wide")


@suggest.autocomplete("width")
async def _widths(_: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
    sizes = [512, 768, 1024]
    return [app_commands.Choice(name=f"{n} px", value=n) for n in sizes if typed in str(n)]


@app_commands.command(description="Measures a file")
async def weigh(it: discord.Interaction, file: discord.Attachment) -> None:
    await it.response.send_message(f"{file.filename} {len(await file.read())} {file.content_type}")


@app_commands.context_menu(name="Quote")
async def quote(it: discord.Interaction, message: discord.Message) -> None:
    await it.response.send_message(f"> {message.content} {len(message.attachments)}")


COMMANDS: tuple[Any, ...] = (draw, odd, suggest, weigh, quote, look, wave)

if __name__ == "__main__":
    secret = os.environ["DISCORD_TOKEN"]
    point_discord_at(API, secret)
    SmallBot().run(secret, log_handler=None)
