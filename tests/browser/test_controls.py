"""Buttons, selects, forms, menus, replies, files and the brush, with the tests' small bot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.places import Channel
from playground.uploads import Upload
from tests.browser.visitor import Playground, Visitor, file_of, png

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drawn(visitor: Visitor, room: Channel) -> None:
    """Have a picture with buttons on the screen."""
    await visitor.arrive(room)
    await visitor.send("draw", prompt="a fox")
    await visitor.picture()


async def test_a_button_changes_its_message_in_place(visit: Visit, workshop: Playground) -> None:
    """A press updates the message, and the focus stays on the button that was pressed."""
    async with visit(workshop) as visitor:
        await drawn(visitor, workshop.room())
        await visitor.page.get_by_role("button", name="Update").press("Enter")
        await visitor.messages.get_by_text("updated").wait_for()
        assert await visitor.messages.count() == 1
        await visitor.page.locator("button[data-key=update]:focus").wait_for()


async def test_selects_offer_options_and_members(visit: Visit, workshop: Playground) -> None:
    """By arrows and Enter, the bot gets the option, or the member, that was chosen."""
    async with visit(workshop) as visitor:
        await drawn(visitor, workshop.room())
        await visitor.page.get_by_role("button", name="Make a selection").press("Enter")
        await visitor.page.keyboard.press("ArrowDown")
        await visitor.page.keyboard.press("Enter")
        await visitor.messages.get_by_text("picked b").wait_for()
        await visitor.page.get_by_role("button", name="Select a user").click()
        await visitor.page.get_by_role("option", name="Ben").click()
        await visitor.messages.get_by_text("chose Ben").wait_for()


async def test_a_form_takes_words_and_a_painted_copy(visit: Visit, workshop: Playground) -> None:
    """The form comes filled in; the brush changes a copy of the picture, which is uploaded."""
    async with visit(workshop) as visitor:
        await drawn(visitor, workshop.room())
        await visitor.page.get_by_role("button", name="Form", exact=True).click()
        form = visitor.page.get_by_role("dialog", name="A form")
        assert await form.get_by_label("Words").input_value() == "hello"
        await form.get_by_label("Words").fill("painted")
        await form.get_by_role("button", name="Paint over the picture").click()
        await visitor.page.locator(".paint-canvas").press("Space")
        await visitor.page.get_by_role("button", name="Use this copy").click()
        await form.get_by_text("-painted.png").wait_for()
        await form.get_by_role("button", name="Submit").click()
        answer = visitor.messages.get_by_text(re.compile(r"painted \[[1-9]\d*\]"))
        await answer.wait_for()
        await form.wait_for(state="detached")


async def test_a_form_does_not_leave_without_what_it_needs(
    visit: Visit, workshop: Playground
) -> None:
    """An empty required field is complained of beside it."""
    async with visit(workshop) as visitor:
        await drawn(visitor, workshop.room())
        await visitor.page.get_by_role("button", name="Form", exact=True).click()
        form = visitor.page.get_by_role("dialog", name="A form")
        await form.get_by_label("Words").fill("")
        await form.get_by_role("button", name="Submit").click()
        await form.get_by_text("This field is required.").wait_for()


async def test_the_brush_really_paints(visit: Visit, workshop: Playground) -> None:
    """A stroke over the open picture gives a copy of the same size with the colour in it."""
    room = workshop.room()
    ben = workshop.stage.discord.person("Ben", room)
    await ben.say("look", files=[Upload("sheet.png", png(64, 48))])
    async with visit(workshop) as visitor:
        await visitor.arrive(room)
        await visitor.page.get_by_role("button", name="Open the picture").click()
        await visitor.page.get_by_role("button", name="Paint over it").click()
        canvas = await visitor.page.locator(".paint-canvas").bounding_box()
        assert canvas is not None
        await visitor.page.mouse.move(canvas["x"] + 10, canvas["y"] + 10)
        await visitor.page.mouse.down()
        await visitor.page.mouse.move(canvas["x"] + 40, canvas["y"] + 30, steps=5)
        await visitor.page.mouse.up()
        await visitor.page.get_by_role("button", name="Use this copy").click()
        await visitor.page.get_by_text("sheet-painted.png").wait_for()
        await visitor.page.locator("#send").click()
        await visitor.messages.filter(has_text="Ada").wait_for()
    sent = workshop.stage.discord.world.in_channel(room)
    (copy,) = next(m for m in sent if m.author.name == "Ada").attachments
    assert copy.size_px is not None
    assert (copy.size_px.width, copy.size_px.height) == (64, 48)
    assert copy.data != png(64, 48)


async def test_files_are_dropped_and_pasted(
    visit: Visit, workshop: Playground, tmp_path: Path
) -> None:
    """A dropped file goes into the command's file option, a pasted one into the message."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.choose("weigh")
        give = """(kind) => {
            const data = new DataTransfer();
            data.items.add(new File(["12345"], `${kind}.txt`, { type: "text/plain" }));
            const name = kind === "drop" ? "dataTransfer" : "clipboardData";
            const Kind = kind === "drop" ? DragEvent : ClipboardEvent;
            const event = new Kind(kind, { bubbles: true, cancelable: true, [name]: data });
            document.querySelector("#composer").dispatchEvent(event);
        }"""
        await visitor.page.evaluate(give, "drop")
        await visitor.page.locator(".chip-file", has_text="drop.txt").wait_for()
        await visitor.page.locator("#send").click()
        await visitor.messages.get_by_text("drop.txt 5").wait_for()
        await visitor.page.evaluate(give, "paste")
        await visitor.page.locator(".pending", has_text="paste.txt").wait_for()
        await (
            visitor.page.locator("#attach")
            .locator("..")
            .locator("input")
            .set_input_files(file_of(tmp_path, "chosen.txt", b"123"))
        )
        await visitor.page.locator("#send").click()
        sent = visitor.messages.locator(".file-card")
        await sent.nth(1).wait_for()
        assert await sent.locator("a").all_inner_texts() == ["paste.txt", "chosen.txt"]


async def test_replies_and_mentions_reach_the_bot(visit: Visit, workshop: Playground) -> None:
    """A reply with "@" and the bot's name arrives as both; the message shows what it answers."""
    room = workshop.room()
    await workshop.stage.discord.person("Ben", room).say("a first word")
    async with visit(workshop) as visitor:
        await visitor.arrive(room)
        await visitor.messages.first.hover()
        await visitor.messages.first.get_by_role("button", name="Reply").click()
        await visitor.page.locator("#text").press_sequentially("hi @pix")
        await visitor.page.keyboard.press("Enter")
        await visitor.page.keyboard.type("!")
        await visitor.page.keyboard.press("Enter")
        mine = visitor.messages.filter(has=visitor.page.locator(".context"))
        await mine.locator(".mention", has_text="@Pixbot").wait_for()
        await mine.locator(".context", has_text="a first word").wait_for()
        await visitor.messages.filter(has_text="heard 'hi").wait_for()


async def test_context_menus_hold_the_bot_s_commands(visit: Visit, workshop: Playground) -> None:
    """The menu of a message, by the keyboard, uses the command on that message."""
    room = workshop.room()
    await workshop.stage.discord.person("Ben", room).say("quote me")
    async with visit(workshop) as visitor:
        await visitor.arrive(room)
        await visitor.messages.first.focus()
        await visitor.page.keyboard.press("Shift+F10")
        await visitor.page.get_by_role("menuitem", name="Quote").click()
        await visitor.messages.locator("blockquote", has_text="quote me").wait_for()
        assert "Ada used Quote" in (await visitor.messages.last.text_content() or "")


async def test_a_member_s_menu_holds_the_bot_s_commands(visit: Visit, workshop: Playground) -> None:
    """The menu of a member, by the keyboard, mentions them or uses the command on them."""
    room = workshop.room()
    await workshop.stage.discord.person("Ben", room).say("wave at me")
    async with visit(workshop) as visitor:
        await visitor.arrive(room)
        ben = visitor.messages.first.get_by_role("button", name="Ben")
        await ben.press("Enter")
        await visitor.page.get_by_role("menuitem", name="Wave").press("Enter")
        await visitor.messages.get_by_text("waves at Ben").wait_for()
        assert "Ada used Wave" in (await visitor.messages.last.text_content() or "")
        await ben.click()
        await visitor.page.get_by_role("menuitem", name="Mention").click()
        assert await visitor.page.locator("#text").input_value() == "@Ben "


async def test_only_the_author_and_staff_may_delete(visit: Visit, workshop: Playground) -> None:
    """Ada's client does not offer to delete Ben's message; the staff member's does."""
    room = workshop.room()
    await workshop.stage.discord.person("Ben", room).say("do not delete")
    async with visit(workshop) as visitor:
        await visitor.arrive(room)
        await visitor.messages.first.click(button="right")
        await visitor.page.get_by_role("menuitem", name="Reply").wait_for()
        assert not await visitor.page.get_by_role("menuitem", name="Delete message").count()
        await visitor.page.keyboard.press("Escape")
        await visitor.become("Mo")
        await visitor.messages.first.click(button="right")
        await visitor.page.get_by_role("menuitem", name="Delete message").click()
        await visitor.messages.filter(has_text="do not delete").wait_for(state="detached")
