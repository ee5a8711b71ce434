"""A control whose answer has not come yet: it looks busy, and nobody presses it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.interactions import COMPONENT, SUBMIT
from playground.places import Channel
from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


def acts(playground: Playground, room: Channel, kind: int) -> int:
    """How many interactions of that kind the bot was sent from the room."""
    known = playground.stage.discord.world.interactions.values()
    return sum(it.type == kind and it.channel is room for it in known)


async def drawn(visitor: Visitor, room: Channel) -> None:
    """Have a result with buttons on the screen."""
    await visitor.arrive(room)
    await visitor.send("sdxl", prompt="a patient fox")
    await visitor.picture()


async def test_a_pressed_button_is_busy_until_it_is_answered(
    visit: Visit, playground: Playground
) -> None:
    """It looks busy, also after its message was drawn anew, and more presses are not sent."""
    room = playground.room()
    world = playground.stage.discord.world
    async with visit(playground) as visitor:
        await drawn(visitor, room)
        again = visitor.page.get_by_role("button", name="Again", exact=True)
        with playground.frozen():
            await again.press("Enter")
            await visitor.page.locator("button[data-key][aria-busy]", has_text="Again").wait_for()
            old = await again.element_handle()
            world.changes.publish("message_update", world.in_channel(room)[0])
            await visitor.page.wait_for_function("(one) => !one.isConnected", arg=old)
            assert await again.get_attribute("aria-busy") == "true"
            for _ in range(3):
                await again.press("Enter")
            await visitor.messages.get_by_text("This interaction failed").wait_for()
            assert await again.get_attribute("aria-busy") is None
        assert acts(playground, room, COMPONENT) == 1


async def test_an_impatient_press_opens_no_second_form(
    visit: Visit, playground: Playground
) -> None:
    """Enter twice on Edit opens one form, and Enter twice in it sends it once."""
    room = playground.room()
    async with visit(playground) as visitor:
        await drawn(visitor, room)
        edit = visitor.page.get_by_role("button", name="Edit", exact=True)
        with playground.frozen():
            await edit.press("Enter")
            await edit.press("Enter")
        form = visitor.page.locator("dialog.modal")
        await form.first.wait_for()
        await form.locator("textarea").first.fill("a bear")
        submit = form.get_by_role("button", name="Submit")
        with playground.frozen():
            await submit.press("Enter")
            await form.locator("button[aria-busy]").wait_for()
            await submit.press("Enter")
        await form.wait_for(state="detached")
        assert acts(playground, room, COMPONENT) == 1
        assert acts(playground, room, SUBMIT) == 1
