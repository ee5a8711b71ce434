"""What a page shows to whom, and that nothing typed is ever more than text."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from playground.refusal import ClientRefused
from playground.stage import KEY
from playground.uploads import Upload
from tests.browser.visitor import Playground, file_of, png

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


async def test_a_private_answer_is_seen_by_its_member_only(
    visit: Visit, playground: Playground
) -> None:
    """Two pages side by side and a change of member: the private answer shows in one of them."""
    room = playground.room()
    async with visit(playground) as ada, visit(playground) as ben:
        await ada.arrive(room)
        await ben.arrive()
        await ben.become("Ben")
        await ben.enter(room)
        await ada.send("quota")
        await ada.messages.get_by_text("Only you can see this").wait_for()
        await ada.page.locator("#text").fill("anybody here?")
        await ada.page.keyboard.press("Enter")
        await ben.messages.get_by_text("anybody here?").wait_for()
        assert "quota" not in (await ben.page.locator("#messages").inner_text()).lower()
        await ada.become("Ben")
        await ada.messages.get_by_text("anybody here?").wait_for()
        assert not await ada.messages.get_by_text("Only you can see this").count()
        await ada.become("Ada")
        await ada.page.get_by_role("button", name="Dismiss message").click()
        await ada.messages.get_by_text("Only you can see this").wait_for(state="detached")


async def test_scripts_in_prompts_names_and_files_stay_text(
    visit: Visit, playground: Playground, tmp_path: Path
) -> None:
    """Script tags in a prompt, a message, a file name and a member's name do nothing."""
    room = playground.room()
    discord = playground.stage.discord
    assert room.guild is not None
    mallory = room.guild.join(discord.world.add_user("<b onclick=alert(1)>Mallory</b>"))
    person = discord.person(mallory.name, room)
    await person.say(SCRIPT, files=[Upload('"><script>alert(1)</script>.html', SCRIPT.encode())])
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await (
            visitor.page.locator("#attach")
            .locator("..")
            .locator("input")
            .set_input_files(file_of(tmp_path, "<img src=x onerror=alert(1)>.png", png(32, 32)))
        )
        await visitor.page.locator("#text").fill(SCRIPT)
        await visitor.page.keyboard.press("Enter")
        await visitor.messages.nth(1).wait_for()
        await visitor.send("sdxl", prompt=SCRIPT)
        await visitor.messages.locator(".embed img").wait_for()
        assert "owned" not in await visitor.page.title()
        assert SCRIPT in await visitor.messages.first.inner_text()
        for element in ("script", "b[onclick]", "img[onerror]", "[onerror]"):
            assert not await visitor.page.locator(f"#messages {element}").count()


async def test_the_wire_log_shows_no_secret(visit: Visit, playground: Playground) -> None:
    """After commands and presses, no line and no body holds the tokens or the key."""
    room = playground.room()
    world = playground.stage.discord.world
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await visitor.send("sdxl", prompt="a fox that keeps secrets")
        await visitor.picture()
        await visitor.page.get_by_text("Wire log").click()
        row = visitor.page.locator(".wire li", has_text="callback").first
        await row.locator("summary").click()
        await row.locator("pre").first.wait_for()
        shown = await visitor.page.locator("body").inner_text()
    secrets = [world.token, KEY, *world.interactions]
    async with httpx.AsyncClient(base_url=playground.address) as client:
        numbers = range(1, len(world.wire) + 1)
        bodies = await asyncio.gather(*(client.get(f"/wire/{n}") for n in numbers))
    everything = shown + "".join(body.text for body in bodies)
    assert "callback" in everything
    for secret in secrets:
        assert secret not in everything


async def test_channels_and_direct_messages_are_kept_apart(
    visit: Visit, playground: Playground
) -> None:
    """What is drawn in the direct talk is not in the channel, and the other way round."""
    room = playground.room()
    async with visit(playground) as visitor:
        await visitor.arrive(room)
        await visitor.page.get_by_role("button", name="Direct messages").click()
        await visitor.page.get_by_role("heading", name="Pixbot").wait_for()
        await visitor.send("sdxl", prompt="a fox for me alone")
        await visitor.picture()
        await visitor.page.get_by_role("button", name="Cat Cafe").click()
        await visitor.enter(room)
        assert not await visitor.messages.count()


async def test_the_staff_s_channel_is_the_staff_s(visit: Visit, playground: Playground) -> None:
    """Plain members neither see it nor what is said there; who is of the staff does."""
    channel = playground.stage.discord.world.channel("staff-only")
    await playground.stage.discord.person("Mo", channel).say("among ourselves")
    async with visit(playground) as visitor:
        await visitor.arrive()
        channels = visitor.page.get_by_role("navigation", name="Channels")
        await channels.get_by_role("button", name="general").wait_for()
        assert not await channels.get_by_role("button", name="staff-only").count()
        with pytest.raises(ClientRefused):
            await playground.stage.discord.person("Ada", channel).say("let me in")
        await visitor.become("Mo")
        await visitor.enter(channel)
        await visitor.messages.get_by_text("among ourselves").wait_for()
