"""Forms with every kind of question, answered with the keyboard and with the mouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground, Visitor, file_of, png

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def survey(visitor: Visitor, workshop: Playground) -> Locator:
    """Open the form that asks everything."""
    await visitor.arrive(workshop.room())
    await visitor.send("look", what="survey")
    form = visitor.page.get_by_role("dialog", name="A survey")
    await form.wait_for()
    return form


async def test_boxes_and_buttons_arrive_as_they_were_set(
    visit: Visit, workshop: Playground, tmp_path: Path
) -> None:
    """One of the radio buttons, any of the boxes, the single box, a select and a file."""
    async with visit(workshop) as visitor:
        form = await survey(visitor, workshop)
        assert await form.get_by_label("Frame").is_checked()
        await form.get_by_label("Small").check()
        await form.get_by_label("Big").check()
        assert not await form.get_by_label("Small").is_checked()
        await form.get_by_label("Frame").uncheck()
        await form.get_by_label("Signature").check()
        await form.get_by_role("checkbox", name="Sure").check()
        await form.get_by_role("button", name="Place: nothing").click()
        await visitor.page.get_by_role("option", name="Desk").click()
        sketch = file_of(tmp_path, "sketch.png", png(8, 8))
        await form.locator(".form-upload input").set_input_files(sketch)
        await form.get_by_text("sketch.png").wait_for()
        await form.get_by_role("button", name="Submit").click()
        said = "big ['signature'] True ['desk'] ['sketch.png']"
        await visitor.messages.get_by_text(said).wait_for()


async def test_a_form_is_filled_in_with_the_keyboard_alone(
    visit: Visit, workshop: Playground
) -> None:
    """Arrows, Space, Tab and Enter reach every question, from the first one on."""
    async with visit(workshop) as visitor:
        form = await survey(visitor, workshop)
        keys = visitor.page.keyboard
        await keys.press("Space")
        await keys.press("ArrowDown")
        for key in ("Tab", "Space", "Tab", "Space", "Tab", "Space", "Tab", "Enter", "ArrowDown"):
            await keys.press(key)
        await keys.press("Enter")
        await form.get_by_role("button", name="Place: Desk").wait_for()
        await form.get_by_role("button", name="Submit").press("Enter")
        await visitor.messages.get_by_text("big ['signature'] True ['desk'] []").wait_for()


async def test_what_is_missing_is_said_where_it_is_missing(
    visit: Visit, workshop: Playground
) -> None:
    """Each empty question is marked as wrong, the first has the focus; a later answer counts."""
    async with visit(workshop) as visitor:
        form = await survey(visitor, workshop)
        await form.get_by_role("button", name="Submit").click()
        sizes = form.get_by_role("radiogroup", name="Size")
        place = form.get_by_role("button", name="Place: nothing")
        for control in (sizes, place):
            assert await control.get_attribute("aria-invalid") == "true"
            said = form.locator(f"[id='{await control.get_attribute('aria-describedby')}']")
            assert await said.inner_text() == "This field is required."
        assert await form.get_by_label("Small").evaluate("(box) => box === document.activeElement")
        assert await form.get_by_role("group").get_attribute("aria-invalid") == "false"
        await form.get_by_label("Small").check()
        await form.get_by_role("button", name="Submit").click()
        assert await sizes.get_attribute("aria-invalid") == "false"
        assert await place.evaluate("(control) => control === document.activeElement")


async def test_the_upload_says_what_was_chosen_and_nothing_else(
    visit: Visit, workshop: Playground, tmp_path: Path
) -> None:
    """Chosen or taken away again, no words beside the field deny what the list shows."""
    async with visit(workshop) as visitor:
        form = await survey(visitor, workshop)
        field = form.locator(".form-upload")
        async with visitor.page.expect_file_chooser() as opened:
            await field.get_by_role("button", name="Sketch: choose a file").press("Enter")
        chooser = await opened.value
        await chooser.set_files(file_of(tmp_path, "sketch.png", png(8, 8)))
        await field.get_by_text("sketch.png").wait_for()
        assert await field.locator("input").evaluate("(picker) => picker.offsetWidth") <= 1
        await field.get_by_role("button", name="Remove sketch.png").click()
        await field.get_by_text("sketch.png").wait_for(state="detached")


async def choose(visitor: Visitor, control: Locator, *names: str) -> None:
    """Tick what a select with several choices offers, and close its list."""
    await control.click()
    for name in names:
        await visitor.page.get_by_role("option", name=name).click()
    await visitor.page.keyboard.press("Escape")
    await visitor.page.get_by_role("listbox").wait_for(state="detached")


async def test_a_form_says_that_too_much_was_chosen(visit: Visit, workshop: Playground) -> None:
    """Three of two at most are not taken, which stands in the form until the choice fits."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.send("look", what="order")
        form = visitor.page.get_by_role("dialog", name="An order")
        control = form.get_by_role("button", name="On top")
        await choose(visitor, control, "Ham", "Egg", "Dill")
        complaint = form.get_by_role("alert")
        assert await complaint.inner_text() == "On top: choose 1 to 2, not 3."
        await choose(visitor, control, "Ham", "Egg")
        assert await complaint.inner_text() == ""
        await form.get_by_role("button", name="Submit").click()
        await visitor.messages.get_by_text("ordered ['ham', 'egg']").wait_for()


async def test_a_message_s_select_says_that_too_much_was_chosen(
    visit: Visit, workshop: Playground
) -> None:
    """The complaint stands at the message box, and goes with a choice that fits."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.send("look", what="toppings")
        control = visitor.messages.get_by_role("button", name="Toppings")
        await choose(visitor, control, "Ham", "Egg", "Dill")
        assert await visitor.problem.inner_text() == "Toppings: choose 1 to 2, not 3."
        await choose(visitor, control, "Dill")
        await visitor.messages.get_by_text("tops it with ['dill']").wait_for()
        assert await visitor.problem.inner_text() == ""
