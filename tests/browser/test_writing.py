"""What is written while a message is still on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground, Visitor, file_of, png

if TYPE_CHECKING:
    from playwright.async_api import Route

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOO_LONG = "x" * 2001


@asynccontextmanager
async def sending(visitor: Visitor, words: str) -> AsyncIterator[None]:
    """Send a message whose answer comes only after the block."""
    left, free = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        left.set()
        await free.wait()
        await route.continue_()

    await visitor.page.route("**/act/say", hold)
    await visitor.page.locator("#text").fill(words)
    await visitor.page.locator("#text").press("Enter")
    await left.wait()
    try:
        yield
    finally:
        free.set()
    await visitor.page.locator("#send:not([aria-busy])").wait_for()


async def test_words_typed_meanwhile_are_still_there(visit: Visit, playground: Playground) -> None:
    """The message goes out, and the next one stands in the box as far as it was typed."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        text = visitor.page.locator("#text")
        async with sending(visitor, "the first"):
            assert await text.input_value() == ""
            await text.press_sequentially("the seco")
        await visitor.messages.get_by_text("the first").wait_for()
        await text.press_sequentially("nd")
        await text.press("Enter")
        await visitor.messages.get_by_text("the second").wait_for()
        assert await visitor.messages.count() == 2


async def test_what_was_not_sent_comes_back(
    visit: Visit, playground: Playground, tmp_path: Path
) -> None:
    """Words and files of a refused message stand in the box again, before what was typed since."""
    room = playground.room()
    said = await playground.stage.discord.person("Ben", room).say("answer me")
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await visitor.messages.first.hover()
        await visitor.messages.first.get_by_role("button", name="Reply").click()
        picker = visitor.page.locator("#attach").locator("..").locator("input")
        await picker.set_input_files(file_of(tmp_path, "mine.png", png(8, 8)))
        text = visitor.page.locator("#text")
        async with sending(visitor, TOO_LONG):
            await text.press_sequentially("and more")
        assert "2000" in await visitor.problem.inner_text()
        assert await text.input_value() == f"{TOO_LONG}\nand more"
        await visitor.page.locator(".pending", has_text="mine.png").wait_for()
        await text.fill("short")
        await text.press("Enter")
        await visitor.page.locator(".message .context", has_text="answer me").wait_for()
        (sent,) = playground.stage.discord.world.in_channel(room)[1:]
        assert (sent.content, sent.reference) == ("short", said)
        assert [file.filename for file in sent.attachments] == ["mine.png"]


async def test_what_was_not_sent_is_not_put_into_another_message(
    visit: Visit, playground: Playground
) -> None:
    """Who writes something else elsewhere by then is told the words instead."""
    room, other = playground.room(), playground.room()
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        async with sending(visitor, TOO_LONG):
            await visitor.enter(other)
            await visitor.page.locator("#text").fill("something else")
        assert f"Not sent: {TOO_LONG}" in await visitor.problem.inner_text()
        assert await visitor.page.locator("#text").input_value() == "something else"
