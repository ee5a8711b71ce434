"""Prompts of every length in the message box, on a phone and on a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visitor import Playground

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
WORDS = "lorem ipsum dolor sit amet " * 100


async def in_sight(shown: Locator, height: int = 800) -> bool:
    """Whether all of it is on the screen, though nothing was scrolled for it."""
    box = await shown.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


@pytest.mark.parametrize("length", [131, 2000])
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_long_prompt_leaves_the_page_as_it_is(
    visit: Visit, playground: Playground, screen: str, length: int
) -> None:
    """The option's name stays one word, and the box and Send stay on the screen."""
    async with visit(playground, **SCREENS[screen]) as visitor:
        await visitor.arrive()
        await visitor.choose("sdxl")
        await visitor.option("prompt").focus()
        await visitor.page.keyboard.insert_text(WORDS[:length])
        name = visitor.page.locator(".chip-name")
        text, height = await name.evaluate("(one) => [one.textContent, one.offsetHeight]")
        assert text == "prompt"
        assert height < 30
        for part in ("#send", "#top", "#composer"):
            assert await in_sight(visitor.page.locator(part)), part
        end = await visitor.page.evaluate(
            "[document.querySelector('.chip').getBoundingClientRect().bottom,"
            " document.querySelector('.command-box').getBoundingClientRect().bottom]"
        )
        assert end[0] <= end[1], "the end of the words, where the caret is, is out of sight"
        await visitor.page.keyboard.press("Enter")
        await visitor.picture()


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_prompt_that_is_too_long_is_said_to_be(
    visit: Visit, playground: Playground, screen: str
) -> None:
    """The complaint is on the screen, and so is what can be done about it."""
    async with visit(playground, **SCREENS[screen]) as visitor:
        await visitor.arrive()
        await visitor.choose("sdxl")
        await visitor.option("prompt").focus()
        await visitor.page.keyboard.insert_text(WORDS[:2100])
        await visitor.page.locator("#send").click()
        await visitor.problem.filter(has_text="at most 2000 characters; these are 2100").wait_for()
        assert await in_sight(visitor.problem)
        assert await in_sight(visitor.page.locator("#send"))
