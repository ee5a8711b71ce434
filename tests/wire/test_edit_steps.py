"""Presses on an edit's pages that lead nowhere or change nothing, and what Undo brings back."""

from __future__ import annotations

import pytest

from bot.inpainting.regions import MOST_STEPS
from playground.messages import Message
from playground.person import Person
from tests.wire import edits, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def grid(member: Person, prompt: str = "a lion") -> Message:
    """The page with the pad, fresh."""
    picture = scene.upload(scene.photo(*SIZE))
    return await edits.page(await member.command("inpaint", prompt=prompt, image=picture))


async def preview(member: Person, prompt: str) -> Message:
    """The preview of the left half."""
    picture = scene.upload(scene.photo(*SIZE))
    reply = await member.command("inpaint", prompt=prompt, image=picture, region="left")
    return await edits.shows(reply, "Draw this?")


async def test_presses_that_lead_nowhere(ada: Person) -> None:
    """A private sentence says why, and the page stays as it was."""
    page = await grid(ada)
    said = await edits.shows(await ada.press(page, label="Undo"), "nothing to undo")
    assert said.ephemeral_to is ada.user
    await edits.shows(await ada.press(page, label="Finer"), "cannot get finer")
    pick = edits.control(page, "pick")
    wide = scene.upload(scene.photo(1280, 720))
    page = await edits.page(await ada.command("inpaint", prompt="wide", image=wide))
    await edits.shows(
        await ada.select(page, edits.control(page, "pick"), ["extend:16:9"]), "already is 16:9"
    )
    await edits.shows(await edits.tap(ada, page, 0), "4% of")
    assert pick != edits.control(page, "pick")


async def test_presses_that_change_nothing(ada: Person) -> None:
    """A private sentence says so, and Undo still takes back the last change that was one."""
    page = await preview(ada, "no further")
    for _ in range(MOST_STEPS):
        await _changed(ada, page, "Grow")
    text = page.text()
    for label, says in (("Grow", "as far as it goes"), ("Grow", "as far as it goes")):
        said = await edits.shows(await ada.press(page, label=label), says)
        assert said.ephemeral_to is ada.user
    show = edits.control(page, "show")
    await edits.shows(await ada.select(page, show, ["quick:r"]), "50% of")
    await edits.shows(await ada.select(page, show, ["quick:r"]), "marked already")
    await _changed(ada, page, "Undo")
    assert page.text() == text
    await _changed(ada, page, "Undo")
    assert page.text() != text


async def _changed(member: Person, page: Message, label: str) -> None:
    """Press, and wait until the page was edited."""
    before = len(page.history)
    await member.press(page, label=label)
    await scene.happens(lambda: len(page.history) > before, f"{label} shows another page")


async def test_extended_room_is_not_inverted(ada: Person) -> None:
    """Invert on an extended picture is refused in private, with what to do instead."""
    page = await preview(ada, "more")
    more = edits.control(page, "show", "extend")
    await edits.shows(await ada.select(page, more, ["extend:right 25"]), "of 800 x 512")
    said = await edits.shows(await ada.press(page, label="Invert"), "cannot be inverted")
    assert said.ephemeral_to is ada.user
    await edits.shows(await ada.press(page, label="Undo"), "50% of 640 x 512")


async def test_undo_after_a_second_upload(ada: Person) -> None:
    """Undo brings the first file's mask back, and Draw repaints just that."""
    first, second = (edits.mask_of(box) for box in (edits.BOX, (0, 0, 320, 512)))
    page = await grid(ada, "the first file")
    for mask, says in ((first, "25% of"), (second, "50% of")):
        form = (await ada.press(page, label="Upload…")).modal
        await edits.shows(await ada.submit(form, {"file": scene.upload(mask)}), says)
    await edits.shows(await ada.press(page, label="Undo"), "25% of")
    after = scene.opened(await edits.drawn(ada, page))
    edits.only_inside(edits.changed(scene.photo(*SIZE), after), edits.BOX)
