"""Presses on the pages of an edit: twice, by others, impatient ones, after restarts, too late."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import edits, scene
from tests.wire.edits import PLACES, SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")

OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def grid(member: Person, prompt: str = "a lion") -> Message:
    """The page with the pad, fresh."""
    picture = scene.upload(scene.photo(*SIZE))
    return await edits.page(await member.command("inpaint", prompt=prompt, image=picture))


async def preview(member: Person, prompt: str, region: str = "left") -> Message:
    """The preview of a quick region."""
    picture = scene.upload(scene.photo(*SIZE))
    reply = await member.command("inpaint", prompt=prompt, image=picture, region=region)
    return await edits.shows(reply, "Draw this?")


async def test_draw_pressed_twice_at_once(shared: Stage, ada: Person) -> None:
    """One picture, one charge, no complaint."""
    page = await preview(ada, "twice")
    first, second = await asyncio.gather(*(ada.press(page, label="Draw") for _ in range(2)))
    done = await asyncio.wait_for(_either(first, second), 20)
    assert scene.prompt_of(done) == "twice"
    assert len(scene.shown(shared, "twice")) == 1
    assert (await scene.quota(ada)).images == 99
    assert "did not work" not in first.text() + second.text()


async def _either(*replies: object) -> Message:
    waits = {asyncio.ensure_future(scene.drawn(one)) for one in replies}  # type: ignore[arg-type]  # replies
    done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for one in rest:
        one.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    return done.pop().result()


async def test_draw_closes_the_page(ada: Person) -> None:
    """After Draw nothing is left to press, and the picture is a message of its own, for all."""
    page = await preview(ada, "closed")
    result = await edits.drawn(ada, page)
    assert edits.control_ids(page) == []
    assert "Sent to be drawn" in page.text()
    assert result is not page
    assert result.ephemeral_to is None
    assert any("Sent to be drawn" in version.text for version in result.history)


async def test_two_members_edit_the_same_picture(shared: Stage, ada: Person) -> None:
    """Each has pages and a quota of their own."""
    post = await ada.say("look", files=[scene.upload(scene.photo(*SIZE))])
    ben = shared.discord.person(f"Ben of {ada.channel.name}", ada.channel)
    found = []
    for member, where in ((ada, "quick:l"), (ben, "quick:r")):
        opened = await member.menu("Inpaint", post)
        words = f"by {member.user.name}"
        reply = await member.submit(opened.modal, {"prompt": words, "where": [where]})
        found.append(await edits.shows(reply, "Draw this?"))
    one, two = await asyncio.gather(edits.drawn(ada, found[0]), edits.drawn(ben, found[1]))
    source = scene.photo(*SIZE)
    edits.only_inside(edits.changed(source, scene.opened(one)), (0, 0, 320, 512))
    edits.only_inside(edits.changed(source, scene.opened(two)), (320, 0, 640, 512))
    assert (await scene.quota(ada)).images == (await scene.quota(ben)).images == 99


async def test_nothing_is_marked(shared: Stage, ada: Person) -> None:
    """Draw says so in private, nothing is charged, and the page stays to mark something."""
    page = await grid(ada, "nowhere")
    assert "Nothing of 640 x 512 is marked yet" in page.text()
    await edits.shows(await ada.press(page, label="Preview"), "Draw this?")
    refusal = await edits.shows(await ada.press(page, label="Draw"), "Nothing is marked yet, so")
    assert refusal.ephemeral_to is ada.user
    assert scene.calls(shared.pixazo, "nowhere") == []
    assert (await scene.quota(ada)).images == 100
    await edits.shows(await ada.press(page, label="Adjust"), "Tap what should change")


async def test_impatient_taps(ada: Person) -> None:
    """Ten cells tapped at once are all chosen in the end, and the page shows just that."""
    page = await grid(ada)
    cells = set(range(3, 13))
    replies = await asyncio.gather(*(edits.tap(ada, page, cell) for cell in cells))
    assert [reply.failed for reply in replies] == [None] * 10
    await scene.happens(lambda: edits.lit(page) == cells, "all ten cells are lit")
    assert "40% of 640 x 512" in page.text()
    await edits.tap(ada, page, 3)
    await scene.happens(lambda: edits.lit(page) == cells - {3}, "a second tap takes one out")


async def test_tools(ada: Person) -> None:
    """Invert, grow, feather, finer, undo and clear do what they say, also by the drop-down."""
    page = await grid(ada)
    await edits.shows(await edits.tap(ada, page, 0), "4% of")
    pick = edits.control(page, "pick")
    await edits.shows(await ada.select(page, pick, ["invert:"]), "96% of")
    assert edits.lit(page) == set(range(1, 25))
    await edits.shows(await ada.press(page, label="Undo"), "4% of")
    await edits.shows(await ada.press(page, label="Finer"), "Zoomed in")
    assert edits.lit(page) == set(range(25))
    await edits.tap(ada, page, 24)
    await scene.happens(lambda: edits.lit(page) == set(range(24)), "a smaller cell is out")
    for lit in (range(25), range(1)):
        await ada.press(page, label="Undo")
        await scene.happens(partial(_lit, page, set(lit)), "undone")
    await edits.shows(await ada.press(page, label="Preview"), "Draw this?")
    await ada.press(page, label="Grow")
    await scene.happens(lambda: "5% of" in page.text(), "it grew")
    await ada.press(page, label="Feather")
    await edits.shows(await ada.press(page, label="Adjust"), "Tap what")
    await edits.shows(await ada.select(page, pick, ["clear:"]), "Nothing of")


def _lit(page: Message, cells: set[int]) -> bool:
    return edits.lit(page) == cells


async def test_other_words(shared: Stage, ada: Person) -> None:
    """Words… changes the prompt and what to keep out, and the preview says so."""
    page = await preview(ada, "a lion")
    opened = await ada.press(page, label="Words…")
    assert opened.modal is not None
    assert opened.modal.field("prompt").filled_in == "a lion"
    words = {"prompt": "a tiger at noon", "negative_prompt": "stripes"}
    await edits.shows(await ada.submit(opened.modal, words), "a tiger at noon")
    await edits.drawn(ada, page)
    (call,) = scene.calls(shared.pixazo, "a tiger at noon")
    assert call.values["negative_prompt"] == "stripes"


@pytest.mark.parametrize("label", ["Words…", "Upload…"])
async def test_a_form_that_comes_after_draw(ada: Person, label: str) -> None:
    """A form that was open while Draw was pressed says so, and brings no page back."""
    page = await preview(ada, f"late {label}")
    form = (await ada.press(page, label=label)).modal
    await edits.drawn(ada, page)
    values = {"prompt": "other"} if label == "Words…" else {
        "file": scene.upload(edits.mask_of(edits.BOX))
    }  # fmt: skip
    reply = await ada.submit(form, values)
    await scene.happens(lambda: reply.followups, "a sentence comes")
    assert "sent to be drawn already" in reply.text()
    assert edits.control_ids(page) == []


async def test_a_set_is_announced(ada: Person) -> None:
    """The preview says how many pictures Draw would make, and what all of them cost."""
    picture = scene.upload(scene.photo(*SIZE))
    reply = await ada.command("inpaint", prompt="a lion", image=picture, region="left", count=4)
    page = await edits.shows(reply, "Draw this?", within=30)
    assert "4 pictures, free" in page.text()


async def test_cancel(ada: Person) -> None:
    """Cancel closes the page and says that nothing was charged."""
    page = await preview(ada, "never")
    await edits.shows(await ada.press(page, label="Cancel"), "Nothing was charged")
    assert edits.control_ids(page) == []
    assert (await scene.quota(ada)).images == 100


async def test_pages_keep_to_discords_limits(ada: Person) -> None:
    """At most 40 components and 100 characters an id; no choice is offered twice."""
    page = await grid(ada, "p" * 2000)
    for label, title in (("Preview", "Draw this?"), ("Adjust", "Tap what")):
        assert len(page.parts()) <= 40
        assert all(len(one) <= 100 for one in edits.control_ids(page))
        for options in edits.dropdown(page):
            assert len({one["value"] for one in options}) == len(options)
            assert len({one["label"] for one in options}) == len(options)
        assert len(page.text()) < 1500
        await edits.shows(await ada.press(page, label=label), title)


async def test_the_quota_is_empty(open_stage: OpenStage) -> None:
    """Draw is refused in private with when it is full again; the page stays."""
    async with open_stage(USER_DAILY_IMAGES="1") as stage:
        ada = stage.discord.person("Ada")
        pages = [await preview(ada, "first"), await preview(ada, "second")]
        await edits.drawn(ada, pages[0])
        refusal = await edits.shows(await ada.press(pages[1], label="Draw"), "left today")
        assert refusal.ephemeral_to is ada.user
        assert edits.control(pages[1], "draw", "0")
        assert scene.calls(stage.pixazo, "second") == []


async def test_a_restart_between_any_two_presses(open_stage: OpenStage) -> None:
    """Killed and started after every press, the edit goes on as if nothing had happened."""
    async with open_stage() as stage:
        ada = stage.discord.person("Ada")
        page = await grid(ada, "unbroken")
        steps: tuple[tuple[str, str], ...] = (
            ("6", "4% of"), ("Finer", "Zoomed in"), ("0", "4% of"), ("Preview", "Draw this?"),
            ("Invert", "96% of"), ("Invert", "Draw this?"),
        )  # fmt: skip
        for label, says in steps:
            await _again(stage)
            cell = label.isdecimal()
            reply = await (
                edits.tap(ada, page, int(label)) if cell else ada.press(page, label=label)
            )
            await edits.shows(reply, says)
        await _again(stage)
        opened = await ada.press(page, label="Words…")
        await _again(stage)
        await edits.shows(await ada.submit(opened.modal, {"prompt": "still here"}), "still here")
        await _again(stage)
        result = await edits.drawn(ada, page)
        await _again(stage)
        compared = await ada.press(result, label="Before / after")
        shown = await compared.until(lambda message: message.attachments)
        assert shown.ephemeral_to is ada.user
        opened = await ada.press(result, label="Inpaint")
        assert opened.modal is not None
        assert len(scene.shown(stage, "still here")) == 1


async def _again(stage: Stage) -> None:
    await scene.killed(stage)
    await scene.begin(stage)


async def test_an_edit_that_expired(open_stage: OpenStage, tmp_path: Path) -> None:
    """After a day untouched a press says how to start again; nothing was charged."""
    async with open_stage() as stage:
        ada = stage.discord.person("Ada")
        page = await preview(ada, "too late")
        await scene.killed(stage)
        with sqlite3.connect(tmp_path / "bot.db") as database:
            database.execute("UPDATE draft SET touched_at = touched_at - 86400001")
        database.close()
        await scene.begin(stage)
        for label in ("Draw", "Adjust"):
            said = await edits.shows(await ada.press(page, label=label), "has expired")
            assert said.ephemeral_to is ada.user
            assert re.search(r"`/inpaint`", said.text())
        assert scene.calls(stage.pixazo, "too late") == []


@pytest.mark.parametrize("place", ["mask file", "painted copy"])
async def test_a_page_can_get_a_file_instead(ada: Person, place: str) -> None:
    """Upload… replaces what was chosen, Adjust and a tap start anew, Undo brings the file back."""
    page = await edits.previewed(ada, await grid(ada), PLACES[place])
    await edits.shows(await ada.press(page, label="Adjust"), "starts anew")
    await edits.shows(await edits.tap(ada, page, 0), "4% of")
    await edits.shows(await ada.press(page, label="Undo"), "25% of")
