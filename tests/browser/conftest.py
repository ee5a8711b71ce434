"""A real browser before the whole playground. Without Chromium these tests say that they skip."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from playground import page as page_server
from playground.pixazo import Terms
from playground.stage import KEY, stage
from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from playwright.async_api import Browser

    Visit = Callable[..., AbstractAsyncContextManager[Visitor]]

PATIENCE = 15_000  # milliseconds
SMALL_BOT = Path(__file__).parent.parent / "playground" / "small_bot.py"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("browser tests skipped: there is no chromium on this machine")
    pytest.importorskip("playwright", reason="browser tests skipped: playwright is not installed")
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        launched = await driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        await launched.close()


@asynccontextmanager
async def _opened(folder: Path, *, started: bool = True) -> AsyncIterator[Playground]:
    terms = Terms(key=KEY, slow=0.3)
    async with (
        stage(folder, terms=terms, started=started, DAILY_BUDGET_USD="5") as whole,
        page_server.opened(whole) as address,
    ):
        try:
            yield Playground(stage=whole, address=address)
        finally:
            whole.pixazo.resume()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playground]:
    """The page, both servers and the real bot, shared by the tests of a module."""
    async with _opened(tmp_path_factory.mktemp("bot")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workshop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Playground]:
    """The page with the tests' small bot, which shows what the real one may never show."""
    async with _opened(tmp_path_factory.mktemp("small"), started=False) as opened:
        discord = opened.stage.discord
        places = {"DISCORD_API_URL": discord.url, "DISCORD_TOKEN": discord.token}
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SMALL_BOT), env={**os.environ, "PYTHONPATH": ".", **places},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await discord.commands_synced()
            yield opened
        finally:
            process.kill()
            await process.wait()


@pytest.fixture
def visit(browser: Browser) -> Visit:
    """Opens a page; at its end nothing may have gone wrong in it and nothing have left it."""

    @asynccontextmanager
    async def open_page(where: Playground, **how: Any) -> AsyncIterator[Visitor]:
        context = await browser.new_context(**how)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(page=await context.new_page(), playground=where)
        try:
            yield visitor
            assert visitor.complaints == []
        finally:
            await context.close()

    return open_page
