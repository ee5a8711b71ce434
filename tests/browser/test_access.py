"""Landmarks, roles and the keyboard's path, as those need them who do not see the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 800}
LANDMARKS = (
    ("navigation", "Servers"),
    ("navigation", "Channels"),
    ("main", "Chat"),
    ("log", "Messages"),
    ("form", "Write"),
    ("complementary", "The other side"),
)
PLACE = """() => document.activeElement
    .closest("#guilds, #channels, #top, #log, #composer, #panel")?.id"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea, select")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0)
    .filter((one) => ![one.getAttribute("aria-label"), one.textContent, one.placeholder,
        one.labels?.[0]?.textContent].some((name) => name?.trim()))
    .map((one) => one.outerHTML)"""


async def test_landmarks_roles_and_names(visit: Visit, playground: Playground) -> None:
    """Each part is a landmark with a name, messages are items of a list in the log."""
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox with a name")
        await visitor.picture()
        for role, name in LANDMARKS:
            assert await page.get_by_role(role, name=name, exact=True).count() == 1, (role, name)  # type: ignore[arg-type]  # the table's words
        log = page.get_by_role("log")
        items = log.get_by_role("list", name="Messages").get_by_role("listitem")
        assert await items.filter(has_text="a fox with a name").count() == 1
        assert await page.get_by_role("heading", level=1).count() == 1
        assert await page.evaluate(NAMELESS) == []


async def test_the_path_of_the_tab_key(visit: Visit, playground: Playground) -> None:
    """First the way past everything, then the places, the last message, the box, the panel."""
    room = playground.room()
    await playground.stage.discord.person("Ben", room).say("hello")
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(room)
        await page.reload()
        await page.wait_for_selector("body.ready")
        await page.keyboard.press("Tab")
        assert await page.locator(":focus").inner_text() == "Skip to the message box"
        await page.keyboard.press("Enter")
        assert await page.locator(":focus").get_attribute("id") == "text"
        path: list[str | None] = []
        await page.locator(".skip").focus()
        for _ in range(60):
            await page.keyboard.press("Tab")
            place = await page.evaluate(PLACE)
            if place not in path[-1:]:
                path.append(place)
            if place == "panel":
                break
        assert path == ["guilds", "channels", "top", "log", "composer", "panel"]


async def test_messages_are_walked_with_the_arrows(visit: Visit, playground: Playground) -> None:
    """Up, Down, Home and End go from message to message."""
    room = playground.room()
    ben = playground.stage.discord.person("Ben", room)
    for word in ("one", "two", "three"):
        await ben.say(word)
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(room)
        await visitor.messages.last.focus()
        for key, word in (
            ("ArrowUp", "two"),
            ("Home", "one"),
            ("ArrowDown", "two"),
            ("End", "three"),
        ):
            await page.keyboard.press(key)
            await page.locator(".message:focus", has_text=word).wait_for()


async def test_a_list_that_closed_is_named_no_more(visit: Visit, playground: Playground) -> None:
    """What the message box controls is there, or it controls nothing."""
    async with visit(playground) as visitor:
        await visitor.arrive()
        text = visitor.page.locator("#text")
        await text.fill("/")
        controlled = await text.get_attribute("aria-controls")
        await visitor.page.locator(f"[id='{controlled}']").wait_for()
        await text.press("Escape")
        assert await text.get_attribute("aria-controls") is None
        assert await text.get_attribute("aria-expanded") == "false"


async def test_escape_closes_what_lies_over_the_chat(visit: Visit, playground: Playground) -> None:
    """Panel and channels are drawers on a phone; the focus goes back to what opened them."""
    async with visit(playground, viewport=PHONE) as visitor:
        page = visitor.page
        await visitor.arrive()
        for opener, inside in (("The other side", "#times"), ("Channels and members", "#member")):
            control = page.get_by_role("button", name=opener)
            assert await control.get_attribute("aria-expanded") == "false"
            await control.press("Enter")
            await page.locator(inside).focus()
            assert await control.get_attribute("aria-expanded") == "true"
            await page.keyboard.press("Escape")
            await page.locator(inside).wait_for(state="hidden")
            assert await control.get_attribute("aria-expanded") == "false"
            assert await control.evaluate("(one) => one === document.activeElement")


async def test_a_column_stays_at_escape(visit: Visit, playground: Playground) -> None:
    """Where there is room for the panel, Escape does not take it away."""
    async with visit(playground) as visitor:
        await visitor.arrive()
        await visitor.page.locator("#times").focus()
        await visitor.page.keyboard.press("Escape")
        assert await visitor.page.locator("#times").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_large_view_keeps_long_words_on_the_screen(
    visit: Visit, playground: Playground, width: int
) -> None:
    """Picture, description and buttons are all in sight, and nothing shines through behind them."""
    async with visit(playground, viewport={"width": width, "height": 800}) as visitor:
        page = visitor.page
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a very long description " * 40)
        await visitor.picture()
        await page.get_by_role("button", name="Open the picture").click()
        large = page.get_by_role("dialog", name="Picture")
        for part in (".alt", "img", ".lightbox-row"):
            box = await large.locator(part).bounding_box()
            assert box is not None
            assert box["y"] >= 0, part
            assert box["y"] + box["height"] <= 800, part
            assert box["x"] >= 0, part
            assert box["x"] + box["width"] <= width, part
        behind = await large.evaluate(
            "(one) => getComputedStyle(one, '::backdrop').backgroundColor"
        )
        assert float(behind.rpartition(",")[2].strip(" )")) > 0.9
        await page.keyboard.press("Escape")
        await large.wait_for(state="detached")
