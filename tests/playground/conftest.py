"""The local Discord with a small real bot beside it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from playground.local_discord import LocalDiscord
from playground.person import Person

_BOT = Path(__file__).with_name("small_bot.py")
_ROOT = _BOT.parents[2]
StartBot = Callable[..., AbstractAsyncContextManager[asyncio.subprocess.Process]]


@asynccontextmanager
async def _started(
    discord: LocalDiscord, *, wait: bool = True, token: str | None = None, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "DISCORD_API_URL": discord.url,
        "DISCORD_TOKEN": token or discord.token,
        **settings,
    }
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(_BOT), env=environment, stdout=log, stderr=log
        )
        try:
            if wait:
                await discord.commands_synced()
            yield process
        except BaseException:
            log.seek(0)
            sys.stdout.write(log.read().decode()[-4000:])
            raise
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@pytest.fixture(scope="session")
def start_bot() -> StartBot:
    """Starts the small bot against a local Discord; environment settings by keyword."""
    return _started


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    """A local Discord of the test's own, without a bot."""
    async with LocalDiscord.open() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(start_bot: StartBot) -> AsyncIterator[LocalDiscord]:
    """A local Discord with a connected bot, shared by the tests of a module."""
    async with LocalDiscord.open() as server:
        forbidden = server.world.guild("Cat Cafe").add_channel("closed")
        forbidden.close_to_bot()
        async with start_bot(server, ELSEWHERE=forbidden.id):
            yield server


@pytest.fixture
def ada(shared: LocalDiscord) -> Person:
    """A member in a channel of the test's own."""
    return shared.person("Ada", shared.world.guild("Cat Cafe").add_channel("test"))
