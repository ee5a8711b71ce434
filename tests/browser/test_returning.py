"""Pages that are loaded again, that are many, and that lose the playground for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from playground import page as page_server
from playground.stage import Stage, stage
from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOP = "document.querySelector('#messages').scrollTop"
ROWS = "[...document.querySelectorAll('.wire li')].map((row) => row.dataset.text)"


@asynccontextmanager
async def without_bot(folder: Path) -> AsyncIterator[Stage]:
    """A stage whose bot was not started; it costs next to nothing."""
    async with stage(folder, started=False) as whole:
        yield whole


async def ask(whole: Stage, *paths: str) -> None:
    """Ask the local Discord for something that shows in the wire log."""
    token = {"Authorization": f"Bot {whole.discord.token}"}
    async with httpx.AsyncClient(base_url=whole.discord.url, headers=token) as client:
        for path in paths:
            await client.get(path)


def port_of(address: str) -> int:
    """The port that the page is served on."""
    return int(address.rpartition(":")[2])


async def logged(visitor: Visitor, *paths: str) -> None:
    """Wait until the log's rows are these, newest first, each of them once."""
    wanted = [f"get {path}" for path in paths]
    await visitor.page.wait_for_function(
        f"(wanted) => JSON.stringify({ROWS}) === JSON.stringify(wanted)", arg=wanted
    )


async def lost(visitor: Visitor) -> None:
    """Wait until the page has noticed; that it tries again is no reason to complain."""
    await visitor.page.get_by_text("The playground does not answer").wait_for()


async def found_again(visitor: Visitor) -> None:
    """Wait until the page is connected again; forgive what the browser said of its attempts."""
    await visitor.page.locator("#offline", has_not_text="does not answer").wait_for(
        state="attached"
    )
    visitor.complaints[:] = [said for said in visitor.complaints if "/feed" not in said]


async def test_a_reload_leads_to_the_same_member_and_channel(
    visit: Visit, playground: Playground
) -> None:
    """Who is played, and where, is kept; an address that names nobody leads to the first."""
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive()
        await visitor.become("Ben")
        await page.get_by_role("button", name="Pixel Club").click()
        await page.get_by_role("button", name="gallery", exact=True).click()
        await page.get_by_role("heading", name="gallery").wait_for()
        await page.reload()
        await page.locator("#member", has_text="Ben").wait_for()
        await page.get_by_role("heading", name="gallery").wait_for()
        await page.goto("about:blank")
        await page.goto(f"{playground.address}/#{playground.stage.discord.world.bot.id}/7")
        await page.locator("#member", has_text="Ada").wait_for()
        await page.get_by_role("heading", name="general").wait_for()


async def test_many_tabs_are_all_alive(visit: Visit, playground: Playground) -> None:
    """Nine tabs of one browser, all of them open, and each hears what is said."""
    room = playground.room()
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        tabs = [visitor]
        for _ in range(8):
            page = await visitor.page.context.new_page()
            tabs.append(Visitor(page=page, playground=playground))
            await tabs[-1].arrive(room)
        await playground.stage.discord.person("Ben", room).say("to all of you")
        for tab in tabs:
            await tab.messages.get_by_text("to all of you").wait_for()
            assert tab.complaints == []


async def test_the_wire_log_shows_every_line_once(visit: Visit, tmp_path: Path) -> None:
    """Neither another member nor a lost connection brings lines again, and none is missed."""
    async with without_bot(tmp_path) as whole, AsyncExitStack() as serving:
        address = await serving.enter_async_context(page_server.opened(whole))
        async with visit(Playground(stage=whole, address=address)) as visitor:
            await visitor.arrive()
            await visitor.page.get_by_text("Wire log").click()
            await ask(whole, "/users/@me", "/gateway/bot")
            await logged(visitor, "/gateway/bot", "/users/@me")
            await visitor.become("Ben")
            await ask(whole, "/applications/@me")
            await logged(visitor, "/applications/@me", "/gateway/bot", "/users/@me")
            await serving.aclose()
            await lost(visitor)
            await ask(whole, "/users/@me")
            await serving.enter_async_context(page_server.opened(whole, port=port_of(address)))
            await found_again(visitor)
            await logged(visitor, "/users/@me", "/applications/@me", "/gateway/bot", "/users/@me")
            await visitor.page.locator("#member", has_text="Ben").wait_for()


async def test_a_reader_does_not_notice_a_lost_connection(visit: Visit, tmp_path: Path) -> None:
    """When it is there again the list stands where it stood, with what was said meanwhile."""
    async with without_bot(tmp_path) as whole, AsyncExitStack() as serving:
        address = await serving.enter_async_context(page_server.opened(whole))
        ben = whole.discord.person("Ben")
        for number in range(40):
            await ben.say(f"||line {number}||")
        async with visit(Playground(stage=whole, address=address)) as visitor:
            await visitor.arrive()
            await visitor.messages.nth(10).locator(".spoiler").click()
            top = await visitor.page.evaluate(TOP)
            await serving.aclose()
            await lost(visitor)
            await ben.say("meanwhile")
            await serving.enter_async_context(page_server.opened(whole, port=port_of(address)))
            await found_again(visitor)
            await visitor.messages.get_by_text("meanwhile").wait_for(state="attached")
            assert await visitor.page.evaluate(TOP) == top
            assert await visitor.messages.locator(".spoiler.shown").all_inner_texts() == ["line 10"]


async def test_a_playground_that_was_started_anew_has_a_log_of_its_own(
    visit: Visit, tmp_path: Path
) -> None:
    """The page finds the new one by itself; what the old one logged is gone, and the pace true."""
    async with AsyncExitStack() as old:
        whole = await old.enter_async_context(without_bot(tmp_path))
        address = await old.enter_async_context(page_server.opened(whole))
        async with visit(Playground(stage=whole, address=address)) as visitor:
            pace = visitor.page.get_by_label("Drawing takes")
            await visitor.arrive()
            await visitor.page.get_by_text("Wire log").click()
            await ask(whole, "/users/@me", "/gateway/bot")
            await logged(visitor, "/gateway/bot", "/users/@me")
            await pace.select_option("5 seconds")
            await old.aclose()
            await lost(visitor)
            async with (
                without_bot(tmp_path) as anew,
                page_server.opened(anew, port=port_of(address)),
            ):
                await found_again(visitor)
                await ask(anew, "/applications/@me")
                await logged(visitor, "/applications/@me")
                await visitor.page.wait_for_function(
                    "(pace) => pace.value === '0'", arg=await pace.element_handle()
                )
