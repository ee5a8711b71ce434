"""``python -m bot check``: is everything set up right? It spends nothing and draws nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord

import storage
from bot.complaint import one_line
from bot.config import Settings
from bot.errors import BotError
from bot.fetch import Fetch
from bot.login import login
from bot.pixazo import Pixazo, open_client
from storage import audit
from storage.errors import StorageError

Look = Callable[[Settings], Awaitable[str]]


async def check(settings: Settings) -> int:
    """Look at the database, Discord and Pixazo; print a line each; return 0 when all is well."""
    looks = (("Database", _database), ("Discord", _discord), ("Pixazo", _pixazo))
    return 0 if all([await _passes(name, look, settings) for name, look in looks]) else 1


async def _passes(name: str, look: Look, settings: Settings) -> bool:
    try:
        found = await look(settings)
    except (StorageError, BotError) as error:
        print(f"{name}: not well. {one_line(error)}")  # noqa: T201 - this is a command's output
        return False
    print(f"{name}: {found}")  # noqa: T201 - the same
    return True


async def _database(settings: Settings) -> str:
    async with storage.open(settings.database_url) as database:
        counts = await database.run(audit.counts())
    return f"well, {sum(counts.values())} jobs under way"


async def _discord(settings: Settings) -> str:
    async with discord.Client(intents=discord.Intents.none()) as client:
        await login(client, settings)
        return f"well, logged in as {client.user}"


async def _pixazo(settings: Settings) -> str:
    async with open_client() as http:
        key = settings.pixazo_api_key.get_secret_value()
        pixazo = Pixazo(http, url=settings.pixazo_url, key=key, fetch=Fetch(http))
        await pixazo.check_key()
    return "well, the key is accepted"
