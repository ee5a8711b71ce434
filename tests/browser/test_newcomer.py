"""From an empty page to a picture, as somebody who has never seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_newcomer_gets_a_picture_with_the_keyboard_alone(
    visit: Visit, playground: Playground
) -> None:
    """Tab, "/", arrows and Enter are enough; the picture has its alt text."""
    async with visit(playground) as visitor:
        await visitor.arrive()
        keys = visitor.page.keyboard
        await keys.press("/")
        await visitor.page.locator("#text:focus").wait_for()
        await keys.type("sdx")
        await visitor.page.get_by_role("option", name="/sdxl", exact=False).first.wait_for()
        await keys.press("Enter")
        await keys.type("a fox in the snow")
        await keys.press("Enter")
        image = await visitor.picture()
        assert "a fox in the snow" in (await image.get_attribute("alt") or "")
        assert "Ada used /sdxl" in (await visitor.messages.last.text_content() or "")


async def test_the_list_shows_every_command_with_its_description(
    visit: Visit, playground: Playground
) -> None:
    """What "/" offers is what the bot registered."""
    offered = playground.stage.discord.world.commands_in(None)
    async with visit(playground) as visitor:
        await visitor.arrive()
        await visitor.page.locator("#text").fill("/")
        shown = await visitor.page.get_by_role("listbox").inner_text()
        for command in offered:
            if command["type"] == 1:
                subs = [o for o in command.get("options", []) if o["type"] == 1]
                assert f"/{command['name']}" in shown
                for said in subs or [command]:
                    assert said["description"] in shown


async def test_values_out_of_range_do_not_leave_the_client(
    visit: Visit, playground: Playground
) -> None:
    """A range, a missing value and a wrong kind are complained of; the bot hears of none."""
    room = playground.room()
    heard = len(playground.stage.discord.world.interactions)
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await visitor.send("sdxl")
        assert "required" in await visitor.problem.inner_text()
        await visitor.option("prompt").fill("a fox")
        await visitor.add_option("steps")
        for value in ("1000000", "many"):
            await visitor.option("steps").fill(value)
            await visitor.page.locator("#send").click()
            assert "steps" in await visitor.problem.inner_text()
            await visitor.problem.filter(
                has_text="valu" if value == "1000000" else "number"
            ).wait_for()
    assert len(playground.stage.discord.world.interactions) == heard


async def test_choices_are_picked_from_a_list(visit: Visit, playground: Playground) -> None:
    """A yes-or-no option offers its two values, and what is picked is what the bot gets."""
    room = playground.room()
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await visitor.choose("sdxl")
        await visitor.option("prompt").fill("a private fox")
        await visitor.add_option("private")
        await visitor.page.get_by_role("option", name="True").click()
        await visitor.page.locator("#send").click()
        await visitor.picture()
        assert "Only you can see this" in await visitor.messages.last.inner_text()


async def test_suggestions_come_from_the_bot(visit: Visit, playground: Playground) -> None:
    """Typing in an option with autocomplete shows the bot's own answer."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.choose("sdxl")
        await visitor.add_option("width")
        await visitor.option("width").press_sequentially("7")
        first = visitor.page.get_by_role("option").first
        await first.wait_for()
        picked = await first.inner_text()
        await visitor.page.keyboard.press("ArrowDown")
        await visitor.page.keyboard.press("Enter")
        assert await visitor.option("width").input_value() == picked.strip()


async def test_a_command_that_was_copied_is_understood(
    visit: Visit, playground: Playground
) -> None:
    """Pasting "/sdxl prompt: … steps: …" fills the options in."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.page.locator("#text").fill("/sdxl prompt: a fox: red steps: 12")
        assert await visitor.option("prompt").input_value() == "a fox: red"
        assert await visitor.option("steps").input_value() == "12"


async def test_it_is_usable_at_phone_width(visit: Visit, playground: Playground) -> None:
    """At 390 pixels nothing sticks out, and channels, box and picture are within reach."""
    room = playground.room()
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    async with visit(playground, **phone) as visitor:
        await visitor.arrive()
        await visitor.page.get_by_role("button", name="Channels and members").tap()
        await visitor.page.get_by_role("button", name=room.name, exact=True).tap()
        await visitor.page.get_by_role("heading", name=room.name).wait_for()
        await visitor.send("sdxl", prompt="a fox on a phone")
        image = await visitor.picture()
        box = await image.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        wide = await visitor.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
