"""What is written in Discord's markdown, as it stands on the screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITTEN = r"""# Title
## Smaller
-# small print
**bold** *italic* __under__ ~~struck~~ ***both*** `code` ``a ` tick`` \*plain\*
- one
  - inner
3. third
> quoted
```py
print("**not bold**")
```
[words](https://words.example/) <https://plain.example/> [bad](javascript:alert(1))"""
SHOWN = {
    ".heading-1": "Title",
    ".heading-2": "Smaller",
    ".subtext": "small print",
    "strong": "bold",
    "em": "italic",
    "u": "under",
    "s": "struck",
    "em strong": "both",
    "code >> nth=0": "code",
    "code >> nth=1": "a ` tick",
    "ul > li > ul > li": "inner",
    "ol[start='3'] > li": "third",
    "blockquote": "quoted",
    "pre code": 'print("**not bold**")',
    "a[href='https://words.example/']": "words",
    "a[href='https://plain.example/']": "https://plain.example/",
}


async def written(visitor: Visitor, playground: Playground, text: str) -> Locator:
    """The message that somebody else wrote."""
    room = playground.room()
    await playground.stage.discord.person("Ben", room).say(text)
    await visitor.arrive(room)
    return visitor.messages.first


async def test_every_mark_is_shown_as_discord_shows_it(
    visit: Visit, playground: Playground
) -> None:
    """Headings, lists, quotes, emphasis, code and links; what is no link stays words."""
    async with visit(playground) as visitor:
        content = (await written(visitor, playground, WRITTEN)).locator(".content")
        for where, words in SHOWN.items():
            assert await content.locator(where).first.inner_text() == words, where
        everything = await content.inner_text()
        assert "*plain*" in everything
        assert "[bad](javascript:alert(1))" in everything
        assert not await content.locator("a[href^='javascript']").count()


async def test_mentions_lead_to_what_they_name(visit: Visit, playground: Playground) -> None:
    """Members by name, channels as buttons that go there."""
    general = playground.stage.discord.world.channel("general")
    async with visit(playground) as visitor:
        message = await written(visitor, playground, f"@Ada see <#{general.id}>")
        await message.locator(".mention", has_text="@Ada").wait_for()
        await message.get_by_role("button", name="# general").click()
        await visitor.page.get_by_role("heading", name="general").wait_for()


async def test_timestamps_are_told_in_the_reader_s_time(
    visit: Visit, playground: Playground
) -> None:
    """Absolute ones in the reader's zone, relative ones in words, with the whole date on top."""
    text = "<t:1700000000:t> <t:1700000000:D> <t:1700000000:R> <t:99999999999999> <t:1700000000>"
    async with visit(playground, timezone_id="Asia/Tokyo") as visitor:
        message = await written(visitor, playground, text)
        times = message.locator(".timestamp")
        clock, day, ago, usual = await times.all_inner_texts()
        assert (clock, day) == ("07:13", "15 November 2023")
        assert ago.endswith("years ago")
        assert usual == "15 November 2023 at 07:13"
        title = await times.nth(2).get_attribute("title")
        assert title == "Wednesday, 15 November 2023 at 07:13"


async def test_a_counting_time_is_never_broken(visit: Visit, playground: Playground) -> None:
    """Wherever the line ends, "in 2 minutes" stands in one piece."""
    lines = [f"{'i ' * length} <t:1700000000:R>" for length in range(1, 50)]
    async with visit(playground, viewport={"width": 390, "height": 800}) as visitor:
        message = await written(visitor, playground, "\n".join(lines)[:2000])
        pieces = await message.locator(".timestamp").evaluate_all(
            "(times) => times.map((time) => time.getClientRects().length)"
        )
        assert len(pieces) > 20
        assert set(pieces) == {1}


@pytest.mark.parametrize("way", ["click", "Enter"])
async def test_a_spoiler_is_hidden_until_it_is_asked_for(
    visit: Visit, playground: Playground, way: str
) -> None:
    """Neither seen nor read out before; by mouse or key it is shown, and its link works then."""
    async with visit(playground) as visitor:
        message = await written(visitor, playground, "||the end https://end.example/||")
        cover = message.get_by_role("button", name="Spoiler, press to show")
        hidden = message.locator(".spoiled")
        assert await hidden.evaluate("(one) => getComputedStyle(one).opacity") == "0"
        assert await hidden.evaluate("(one) => one.inert")
        await (cover.click() if way == "click" else cover.press(way))
        await message.get_by_role("link", name="https://end.example/").wait_for()
        assert await hidden.evaluate("(one) => getComputedStyle(one).opacity") == "1"
        assert not await hidden.evaluate("(one) => one.inert")
        assert not await cover.count()


async def test_a_wall_of_backticks_is_plain_words(visit: Visit, playground: Playground) -> None:
    """However many there are, the page goes on; a run is only closed by one of its length."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.page.locator("#text").fill("`" * 2000)
        await visitor.page.keyboard.press("Enter")
        content = visitor.messages.locator(".content")
        await content.wait_for()
        assert await content.inner_text() == "`" * 2000
        async with asyncio.timeout(30):  # no measure: a page that tries every reading never ends
            many, few = await visitor.page.evaluate(
                """async () => {
                    const { markdown } = await import("/static/markdown.js");
                    const words = (text) => markdown(text).map((node) => node.outerHTML).join("");
                    return [words("`".repeat(20000)), words("a ``b ` c`` `d")];
                }"""
            )
        assert many.count("`") == 20000
        assert few == '<div class="text">a <code>b ` c</code> `d</div>'
