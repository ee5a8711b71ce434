"""What the real bot offers under its results, used as a member does: with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def repaint(visitor: Visitor, *, painted: bool) -> None:
    """From a result to the preview of a mask."""
    page = visitor.page
    await page.get_by_role("button", name="Inpaint", exact=True).click()
    form = page.locator("dialog.modal")
    await form.locator("textarea").first.fill("a red scarf")
    if painted:
        await form.get_by_role("button", name="Paint over the picture").click()
        canvas = await page.locator(".paint-canvas").bounding_box()
        assert canvas is not None
        left, top, side = canvas["x"], canvas["y"], canvas["width"]
        await page.mouse.move(left + side * 0.3, top + side * 0.3)
        await page.mouse.down()
        await page.mouse.move(left + side * 0.6, top + side * 0.5, steps=8)
        await page.mouse.up()
        await page.get_by_role("button", name="Use this copy").click()
        await form.get_by_text("-painted.png").wait_for()
    await form.get_by_role("button", name="Submit").click()
    await form.wait_for(state="detached")


async def draw(visitor: Visitor) -> None:
    """Press Draw in the preview and wait for the repainted picture."""
    await visitor.page.get_by_role("button", name="Draw", exact=True).click()
    await visitor.messages.locator(".embed", has_text="a red scarf").wait_for()
    await visitor.picture()


async def test_inpainting_by_the_grid_pad(visit: Visit, playground: Playground) -> None:
    """Cells light up when tapped, the preview shows, and Draw brings the repainted picture."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox in the snow")
        await visitor.picture()
        await repaint(visitor, painted=False)
        for cell in ("B2", "C3"):
            await visitor.page.get_by_role("button", name=cell, exact=True).click()
            await visitor.page.locator("button.primary", has_text=cell).wait_for()
        await visitor.page.get_by_role("button", name="Preview", exact=True).click()
        await draw(visitor)


async def test_inpainting_by_a_painted_copy(visit: Visit, playground: Playground) -> None:
    """What was scribbled over the copy becomes the mask."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox in the snow")
        await visitor.picture()
        await repaint(visitor, painted=True)
        await visitor.messages.get_by_text("is repainted").wait_for()
        await draw(visitor)


async def test_a_set_shows_its_pictures_together(visit: Visit, playground: Playground) -> None:
    """Four pictures stand in one gallery of one answer."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("imagine", prompt="a lighthouse", count="4")
        await visitor.messages.locator(".gallery.of-4").wait_for()
        assert await visitor.messages.count() == 1
        assert await visitor.messages.locator(".gallery .picture").count() == 4


async def test_edit_opens_a_form_that_is_filled_in(visit: Visit, playground: Playground) -> None:
    """Edit shows the prompt that was used; another one gives another picture."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox in the snow")
        await visitor.picture()
        await visitor.page.get_by_role("button", name="Edit", exact=True).click()
        form = visitor.page.locator("dialog.modal")
        prompt = form.locator("[data-key=prompt], textarea").first
        assert await prompt.input_value() == "a fox in the snow"
        await prompt.fill("a bear in the snow")
        await form.get_by_role("button", name="Submit").click()
        await visitor.messages.locator(".embed img[alt*='a bear in the snow']").wait_for()
