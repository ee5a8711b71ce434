"""The whole on one machine: a local Discord, a local Pixazo, and the real bot between them."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.first import first
from playground.local_discord import LocalDiscord
from playground.pixazo import LocalPixazo, Terms
from playground.process import BotEnded, BotProcess

KEY = f"playground-{secrets.token_hex(16)}"  # another one in every process: nobody can know it
SETTINGS = {
    "DAILY_BUDGET_USD": "5",
    "RESULT_HOSTS": "127.0.0.1",
    "DATABASE_URL": "sqlite:///bot.db",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Everything that is needed to play."""

    discord: LocalDiscord
    pixazo: LocalPixazo
    bot: BotProcess

    async def start(self) -> None:
        """Start the bot (again) and wait until it is connected.

        Raises TimeoutError, or BotEnded when there is nothing left to wait for.
        """
        await self.bot.start()
        if await first(self.discord.commands_synced(), self.bot.exit()):
            raise BotEnded(f"it ended with status {await self.bot.exit()}")


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    terms: Terms | None = None,
    discord_port: int = 0,
    pixazo_port: int = 0,
    started: bool = True,
    **settings: str,
) -> AsyncIterator[Stage]:
    """Open both servers, start the bot in the folder, and end all of it when the block ends.

    ``settings`` are the bot's, by name; the gateway's own ``terms`` follow them in nothing.
    """
    async with (
        LocalDiscord.open(port=discord_port) as discord,
        LocalPixazo.open(port=pixazo_port, terms=terms or Terms(key=KEY)) as pixazo,
    ):
        places = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.url,
            "PIXAZO_API_KEY": pixazo.terms.key,
            "PIXAZO_URL": pixazo.url,
        }
        bot = BotProcess(folder=folder, settings={**SETTINGS, **places, **settings})
        whole = Stage(discord=discord, pixazo=pixazo, bot=bot)
        try:
            if started:
                await whole.start()
            yield whole
        finally:
            if bot.running:
                await bot.stop()
