"""``python -m bot``: read the settings, open everything in one place, run until a signal comes."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress

import aiohttp
import discord
import httpx

import storage
from bot import check, health
from bot.client import Bot
from bot.config import Settings
from bot.dispatcher import Dispatcher
from bot.editor import Editor
from bot.errors import BadSetting, StartError
from bot.fetch import Fetch, open_client
from bot.house import House
from bot.housekeeping import keep_house
from bot.logs import logging_to_stderr
from bot.pixazo import Pixazo
from bot.studio import Studio
from storage.errors import StorageError

CONNECTIONS = httpx.Limits(max_connections=300, max_keepalive_connections=50)


def main() -> int:
    """Run the bot, or the check of its set-up; return the exit status."""
    try:
        settings = Settings.load()
    except BadSetting as error:
        print(error, file=sys.stderr)
        return 2
    with logging_to_stderr(settings.log_level, settings.log_format, settings.secrets()):
        try:
            if sys.argv[1:] == ["check"]:
                return asyncio.run(check.check(settings))
            asyncio.run(serve(settings))
        except StartError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


async def serve(settings: Settings) -> None:
    """Open the parts, connect, and serve until SIGTERM or SIGINT; raises StartError."""
    discord.http.Route.BASE = settings.discord_api_url
    stop = _stop_on_signals()
    house = House.of(settings)
    try:
        async with (
            storage.open(settings.database_url) as database,
            storage.join(database) as worker,
            httpx.AsyncClient(http2=True, limits=CONNECTIONS, trust_env=False) as http,
            open_client() as downloads,
        ):
            pixazo = Pixazo(
                http,
                url=settings.pixazo_url,
                key=settings.pixazo_api_key.get_secret_value(),
                fetch=Fetch(downloads, settings.result_hosts, only_named=True),
            )
            editor = Editor(database, Fetch(downloads, settings.result_hosts), house)
            studio = Studio(
                database=database, pixazo=pixazo, house=house, editor=editor, worker=worker.id
            )
            async with Bot(
                studio=studio,
                editor=editor,
                message_content=settings.message_content,
                shard_count=settings.shard_count,
                shard_ids=list(settings.shard_ids) if settings.shard_ids else None,
            ) as bot:
                await _login(bot, settings)
                dispatcher = Dispatcher(
                    studio=studio,
                    delivery=bot.delivery,
                    progress=bot.progress,
                    worker=worker,
                    lanes=settings.lanes(house.lanes()),
                )
                async with health.serving(settings.health_port, database, bot):
                    await _run(bot, dispatcher, studio, stop)
    except StorageError as error:
        raise StartError(f"DATABASE_URL: {error}") from error


async def _login(bot: Bot, settings: Settings) -> None:
    try:
        await bot.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure as error:
        raise StartError(
            "DISCORD_TOKEN: Discord refuses it; copy it anew from the portal"
        ) from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        where = settings.discord_api_url
        raise StartError(f"Discord cannot be reached at {where}: {error}") from error


async def _run(bot: Bot, dispatcher: Dispatcher, studio: Studio, stop: asyncio.Event) -> None:
    """Serve until one part ends or a signal comes; then stop taking orders and drain."""
    parts = {
        asyncio.create_task(bot.connect(), name="gateway"),
        asyncio.create_task(bot.progress.run(), name="progress"),
        asyncio.create_task(keep_house(studio.database), name="housekeeping"),
        asyncio.create_task(dispatcher.run(), name="dispatcher"),
    }
    signalled = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({*parts, signalled}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        signalled.cancel()
        studio.closing = True
        dispatcher.stop()
        await _settle(bot, parts)
        await studio.close()


async def _settle(bot: Bot, parts: set[asyncio.Task[None]]) -> None:
    """Wait for the drain, end the rest, and report the part that failed, if one did."""
    failed = next((part.exception() for part in parts if part.done() and part.exception()), None)
    await asyncio.wait({part for part in parts if part.get_name() == "dispatcher"})
    for part in parts:
        part.cancel()
    with suppress(aiohttp.ClientError, OSError):
        await bot.close()
    await asyncio.gather(*parts, return_exceptions=True)
    if isinstance(failed, discord.ConnectionClosed | discord.PrivilegedIntentsRequired):
        raise StartError(f"Discord closed the connection for good: {failed}") from failed
    if failed is not None:
        raise failed


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


if __name__ == "__main__":
    sys.exit(main())
