"""Components of the second version: the bot's own /history, and every kind there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def size(shown: Locator) -> tuple[float, float]:
    """Width and height on the screen."""
    box = await shown.bounding_box()
    assert box is not None
    return box["width"], box["height"]


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_history_can_be_read(visit: Visit, playground: Playground, width: int) -> None:
    """Beside a small picture the words have room: hidden or not, on a desk or on a phone."""
    async with visit(playground, viewport={"width": width, "height": 800}) as visitor:
        await visitor.arrive()
        await visitor.send("sdxl", prompt="a fox that is remembered")
        await visitor.picture()
        await visitor.send("sdxl", prompt="a fox that hides", spoiler="True")
        await visitor.messages.locator(".spoiler-picture").first.wait_for()
        await visitor.send("history")
        sections = visitor.messages.last.locator(".section")
        await sections.nth(1).wait_for()
        for section in await sections.all():
            assert max(await size(section.locator(".accessory"))) <= 85
            words, _ = await size(section.locator(".section-words"))
            assert words > 150
        seen = sections.filter(has_text="remembered").first
        await visitor.page.wait_for_function(
            "(image) => image.naturalWidth > 0", arg=await seen.locator("img").element_handle()
        )


async def test_an_embed_s_thumbnail_is_small(visit: Visit, workshop: Playground) -> None:
    """A thumbnail that is a plain link to a large file is no larger than Discord's."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.send("look", what="thumbnail")
        thumbnail = visitor.messages.locator(".embed-thumbnail img")
        await thumbnail.wait_for()
        assert await size(thumbnail) == (80, 60)


async def test_every_kind_of_component_is_shown(visit: Visit, workshop: Playground) -> None:
    """Container, sections, separator, gallery and file stand in their places, and a press works."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.send("look", what="container")
        box = visitor.messages.locator(".container.accented")
        await box.get_by_role("heading", name="In a box").wait_for()
        assert await size(box.get_by_alt_text("a small one")) == (85, 63.75)
        assert await box.locator("hr.separator.line.wide").count() == 1
        assert await box.locator(".gallery.of-2 img").count() == 2
        hidden = box.locator(".spoiler-picture")
        await hidden.get_by_role("button", name="SPOILER").click()
        await hidden.get_by_role("button", name="Open the picture: two of two").wait_for()
        assert await box.get_by_role("link", name="notes.txt").get_attribute("download")
        await box.get_by_role("button", name="Beside").click()
        await visitor.messages.get_by_text("is beside it").wait_for()
