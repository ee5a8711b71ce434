"""``python -m bot``: read the settings, open everything in one place, run until a signal comes."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiohttp
import discord

import storage
from bot import check, fetch, health, pixazo
from bot.client import Bot
from bot.complaint import one_line
from bot.config import Settings
from bot.dispatcher import Dispatcher
from bot.editor import Editor
from bot.errors import BadSetting, StartError
from bot.fetch import Fetch
from bot.house import House
from bot.housekeeping import keep_house
from bot.login import login
from bot.logs import logging_to_stderr
from bot.pixazo import Pixazo
from bot.studio import Studio
from storage.errors import StorageError

log = logging.getLogger(__name__)

USAGE = "Usage: python -m bot [check]"
INTERRUPTED = 130  # what shells call the end by Ctrl-C


def main() -> int:
    """Run the bot, or the check of its set-up; return the exit status."""
    arguments = sys.argv[1:]
    if arguments not in ([], ["check"]):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        settings = Settings.load()
    except BadSetting as error:
        print(error, file=sys.stderr)
        return 2
    with logging_to_stderr(settings.log_level, settings.log_format, settings.secrets()):
        try:
            if arguments:
                return asyncio.run(check.check(settings))
            asyncio.run(serve(settings))
        except StartError as error:
            log.debug("the start ended here", exc_info=error)
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED
    return 0


async def serve(settings: Settings) -> None:
    """Open the parts, connect, and serve until SIGTERM or SIGINT; raises StartError."""
    stop = _stop_on_signals()
    try:
        async with AsyncExitStack() as stack:
            opening = asyncio.create_task(_open(settings, stack))
            if await _ends_before(stop, opening):
                await _run(*opening.result(), stop)
    except StorageError as error:
        raise StartError(f"DATABASE_URL: {one_line(error)}") from error


async def _open(settings: Settings, stack: AsyncExitStack) -> tuple[Bot, Dispatcher, Studio]:
    """Put everything together and log in; the stack closes it."""
    house = House.of(settings)
    database = await stack.enter_async_context(storage.open(settings.database_url))
    worker = await stack.enter_async_context(storage.join(database))
    http = await stack.enter_async_context(pixazo.open_client())
    downloads = await stack.enter_async_context(fetch.open_client())
    gateway = Pixazo(
        http,
        url=settings.pixazo_url,
        key=settings.pixazo_api_key.get_secret_value(),
        fetch=Fetch(downloads, settings.result_hosts, only_named=True),
    )
    editor = Editor(database, Fetch(downloads, settings.result_hosts), house)
    studio = Studio(database=database, pixazo=gateway, house=house, editor=editor, worker=worker.id)
    bot = await stack.enter_async_context(
        Bot(
            studio=studio,
            editor=editor,
            message_content=settings.message_content,
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) if settings.shard_ids else None,
        )
    )
    await stack.enter_async_context(health.serving(settings.health_port, database, bot))
    await login(bot, settings)
    dispatcher = Dispatcher(
        studio=studio,
        delivery=bot.delivery,
        progress=bot.progress,
        worker=worker,
        lanes=settings.lanes(house.lanes()),
    )
    return bot, dispatcher, studio


async def _ends_before(stop: asyncio.Event, opening: asyncio.Task[Any]) -> bool:
    """Wait for the start to end; False where a signal came first, and then it is cut short."""
    signalled = asyncio.create_task(stop.wait())
    await asyncio.wait({opening, signalled}, return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    if opening.done():
        return True
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    return False


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
    failed = next((part for part in parts if part.done() and part.exception()), None)
    await asyncio.wait({part for part in parts if part.get_name() == "dispatcher"})
    for part in parts:
        part.cancel()
    with suppress(aiohttp.ClientError, OSError):
        await bot.close()
    await asyncio.gather(*parts, return_exceptions=True)
    if failed is not None:
        await _reported(failed)


async def _reported(failed: asyncio.Task[None]) -> None:
    """Raise what ended a part: Discord's last word as a StartError, a defect of ours as it is."""
    try:
        await failed
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        if failed.get_name() != "gateway":
            raise
        raise StartError(f"The connection to Discord is over: {one_line(error)}") from error


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # the loop of Windows takes no handlers
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


if __name__ == "__main__":
    sys.exit(main())
