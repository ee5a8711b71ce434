"""The list of messages: what is followed, how lines are grouped, what is dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.messages import Message
from playground.page_state import SHOWN
from playground.places import Channel
from playground.uploads import Upload
from tests.browser.visitor import Playground, Visitor, png

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

IN_SIGHT = """(item) => {
    const list = document.querySelector("#messages").getBoundingClientRect();
    const box = item.getBoundingClientRect();
    return box.top >= list.top && box.bottom <= list.bottom;
}"""

TOP = "document.querySelector('#messages').scrollTop"


async def far_up(visitor: Visitor, playground: Playground, room: Channel) -> None:
    """Scroll to the beginning of a channel with many messages."""
    ben = playground.stage.discord.person("Ben", room)
    for number in range(40):
        await ben.say(f"line {number}")
    await visitor.arrive(room)
    await visitor.page.locator("#messages").hover()
    await visitor.page.mouse.wheel(0, -9000)
    await visitor.page.wait_for_function("() => !document.querySelector('#messages').scrollTop")


@pytest.mark.parametrize("what", ["words", "a command"])
async def test_what_was_just_sent_is_seen(visit: Visit, playground: Playground, what: str) -> None:
    """Whoever writes far above the end is taken to the end; others' messages move nothing."""
    room = playground.room()
    async with visit(playground) as visitor:
        await far_up(visitor, playground, room)
        await playground.stage.discord.person("Ben", room).say("somebody else")
        await visitor.messages.get_by_text("somebody else").wait_for()
        assert await visitor.page.locator("#messages").evaluate("(list) => list.scrollTop") == 0
        if what == "words":
            await visitor.page.locator("#text").fill("did you see me?")
            await visitor.page.keyboard.press("Enter")
        else:
            await visitor.send("quota")
        mine = visitor.messages.filter(has_text="Ada").last
        await visitor.page.wait_for_function(IN_SIGHT, arg=await mine.element_handle())


async def test_a_reader_stays_where_they_are(visit: Visit, playground: Playground) -> None:
    """A new channel moves nothing: the place, what was revealed, and the focus are as before."""
    room = playground.room()
    ben = playground.stage.discord.person("Ben", room)
    files = [Upload("SPOILER_one.png", png(60, 40)), Upload("two.png", png(60, 40))]
    async with visit(playground) as visitor:
        await ben.say("it was ||the gardener||, not ||the cook||", files=files)
        await far_up(visitor, playground, room)
        page, first = visitor.page, visitor.messages.first
        await first.locator(".spoiler").first.click()
        await first.get_by_role("button", name="SPOILER", exact=True).click()
        await visitor.messages.nth(8).focus()
        top = await page.evaluate(TOP)
        assert top > 0
        await visitor.told_everything()
        assert await page.evaluate(TOP) == top
        revealed = await first.locator(".spoiler").evaluate_all(
            "(covers) => covers.map((cover) => cover.matches('.shown'))"
        )
        assert revealed == [True, False]
        assert await first.locator(".spoiler-picture.shown").count() == 1
        nth = "() => [...document.querySelectorAll('.message')].indexOf(document.activeElement)"
        assert await page.evaluate(nth) == 8
        await ben.say("somebody else")
        await visitor.messages.get_by_text("somebody else").wait_for()
        assert await page.evaluate(TOP) == top


async def test_news_of_the_whole_are_followed_at_the_end(
    visit: Visit, playground: Playground
) -> None:
    """Who is at the end stays there, and sees what was said meanwhile."""
    room = playground.room()
    ben = playground.stage.discord.person("Ben", room)
    async with visit(playground) as visitor:
        await far_up(visitor, playground, room)
        await visitor.page.mouse.wheel(0, 9000)
        last = visitor.messages.last
        await visitor.page.wait_for_function(IN_SIGHT, arg=await last.element_handle())
        await visitor.told_everything()
        await ben.say("the newest")
        newest = visitor.messages.filter(has_text="the newest")
        await visitor.page.wait_for_function(IN_SIGHT, arg=await newest.element_handle())


async def test_an_edit_of_what_was_not_loaded_is_no_news(
    visit: Visit, playground: Playground
) -> None:
    """A message from before the first on the screen neither appears nor makes its channel new."""
    world = playground.stage.discord.world
    room, other, third = (playground.room() for _ in range(3))
    ben = playground.stage.discord.person("Ben", room)
    first, *_ = [await ben.say(f"line {number}") for number in range(SHOWN + 1)]
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        world.edit(first, {"content": "edited"}, [])
        await ben.say("the newest")
        await visitor.messages.get_by_text("the newest").wait_for()
        assert await visitor.messages.get_by_text("edited").count() == 0
        await visitor.enter(other)
        world.edit(first, {"content": "edited again"}, [])
        await playground.stage.discord.person("Ben", third).say("news")
        await visitor.page.locator(".channel.unread", has_text=third.name).wait_for()
        channel = visitor.page.get_by_role("button", name=room.name, exact=True)
        assert await channel.get_attribute("class") == "channel"


async def test_what_comes_late_stands_in_its_place(visit: Visit, playground: Playground) -> None:
    """A message that the page hears of after a later one is put between the others."""
    world, room = playground.stage.discord.world, playground.room()
    ben, ada = (playground.stage.discord.person(name, room) for name in ("Ben", "Ada"))
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await ben.say("one")
        late = Message(id=world.ids.next(), channel=room, author=ada.user, content="two")
        await ben.say("three")
        await visitor.messages.get_by_text("three").wait_for()
        world.messages[late.id] = late
        world.changes.publish("message_update", late)
        await visitor.messages.get_by_text("two").wait_for()
        said = await visitor.messages.locator(".content").all_inner_texts()
        assert said == ["one", "two", "three"]
        assert await visitor.messages.locator(".author").all_inner_texts() == ["Ben", "Ada", "Ben"]


async def test_a_line_gets_a_heading_when_the_one_above_it_goes(
    visit: Visit, playground: Playground
) -> None:
    """After the deletion it says again who wrote it, instead of standing under somebody else."""
    room = playground.room()
    ben, ada = (playground.stage.discord.person(name, room) for name in ("Ben", "Ada"))
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await ben.say("before")
        first = await ada.say("first line")
        await ada.say("second line")
        second = visitor.messages.filter(has_text="second line")
        await second.wait_for()
        assert not await second.locator(".author").count()
        await ada.delete(first)
        await second.locator(".author", has_text="Ada").wait_for()


async def test_an_empty_day_goes_with_its_last_message(
    visit: Visit, playground: Playground
) -> None:
    """No date is left over a day without messages."""
    room = playground.room()
    ada = playground.stage.discord.person("Ada", room)
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        said = await ada.say("alone on this day")
        await visitor.page.locator("#messages .day").wait_for()
        await ada.delete(said)
        await visitor.page.locator("#messages .day").wait_for(state="detached")


async def test_one_of_two_equal_complaints_is_dismissed(
    visit: Visit, playground: Playground
) -> None:
    """Dismissing one "did not respond" leaves the other, also when the list is drawn anew."""
    room = playground.room()
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        silences = visitor.page.locator(".silence")
        with playground.frozen():
            for count in (1, 2):
                await visitor.send("quota")
                await silences.nth(count - 1).wait_for()
        await silences.first.get_by_role("button", name="Dismiss message").click()
        assert await silences.count() == 1
        await visitor.page.get_by_role("button", name="Direct messages").click()
        await visitor.page.get_by_role("heading", name="Pixbot").wait_for()
        await visitor.page.get_by_role("button", name="Cat Cafe").click()
        await visitor.enter(room)
        await silences.first.wait_for()
        assert await silences.count() == 1


async def test_a_slash_leads_to_the_message_box_from_anywhere(
    visit: Visit, playground: Playground
) -> None:
    """After a click on a message or a button "/" begins a command; in a text field it stays."""
    room = playground.room()
    await playground.stage.discord.person("Ben", room).say("click me")
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(room)
        await visitor.messages.first.click()
        await page.keyboard.press("/")
        await page.get_by_role("listbox").wait_for()
        assert await page.locator("#text").input_value() == "/"
        await page.locator("#text").fill("")
        await page.locator("#theme").focus()
        await page.keyboard.press("/")
        assert await page.locator("#text").input_value() == "/"
        await page.get_by_label("How many calls").focus()
        await page.keyboard.press("/")
        assert await page.get_by_label("How many calls").evaluate(
            "(field) => field === document.activeElement"
        )
