"""Buttons never die: they work after any restart, and on messages of any age."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.messages import Message
from playground.stage import Stage
from tests.wire import edits, results, scene
from tests.wire.conftest import OpenStage


async def press_everything(stage: Stage, message: Message) -> None:
    """Press every button of a single picture, by its author and by another member."""
    ada = stage.discord.person("Ada", message.channel)
    ben = results.friend(stage, ada)
    again = await scene.drawn(await ben.press(message, label="Again"))
    assert scene.prompt_of(again) == scene.prompt_of(message)
    told = (await ben.press(message, label="Details")).message
    assert told is not None
    assert scene.fields(told)["By"] == f"<@{ada.user.id}>"
    form = await ada.press(message, label="Edit")
    await scene.drawn(await ada.submit(form.modal, {"Prompt": "edited later"}))
    assert (await ben.press(message, label="Inpaint")).modal is not None
    asked = (await ben.press(message, label="Other model")).message
    assert asked is not None
    await ben.select(asked, results.control(asked, "model"), ["sd35"])
    reply = await ben.press(asked, label="Draw for $0.20")
    await reply.until(lambda one: one.attachments, timeout=20)
    assert "can delete it" in results.refusal(await ben.press(message, label="Delete"))
    await ada.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_every_button_after_a_restart(open_stage: OpenStage) -> None:
    """Another process answers the buttons, selects, questions and forms of the one before."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        single = await results.draw(ada, "before")
        form = await ada.press(single, label="Edit")
        asked = (await ada.press(single, label="Other model")).message
        assert asked is not None
        whole.pixazo.faults.add("empty-url")
        failed = await scene.failed(await ada.command("sdxl", prompt="unlucky", **scene.SMALL))
        private = await results.draw(ada, "hidden", private=True)
        whole_set = await results.of_set(
            await ada.command("sdxl", prompt="two", count=2, **scene.SMALL), 2
        )
        await scene.killed(whole)
        await scene.begin(whole)
        await scene.drawn(await ada.submit(form.modal, {"Prompt": "sent to another process"}))
        await ada.select(asked, results.control(asked, "model"), ["sd35"])
        await scene.killed(whole)
        await scene.begin(whole)
        reply = await ada.press(asked, label="Draw for $0.20")
        await reply.until(lambda one: one.attachments, timeout=20)
        await scene.drawn(await ada.press(failed, label="Try again"))
        await ada.press(private, label="Share")
        await ada.finds(lambda one: one.content.startswith("Shared by"))
        page = (await ada.press(whole_set, label="2")).message
        assert page is not None
        await scene.drawn(await ada.press(page, label="Again"))
        await results.of_set(await ada.press(whole_set, label="Again"), 2)
        await press_everything(whole, single)


async def test_a_year_later(open_stage: OpenStage, tmp_path: Path) -> None:
    """Rows of a year ago: every button does what it did on its first day."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        single = await results.draw(ada, "long ago")
        whole_set = await results.of_set(
            await ada.command("sdxl", prompt="old set", count=2, **scene.SMALL), 2
        )
        private = await results.draw(ada, "old secret", private=True)
        reply = await ada.command("history")
        page = await reply.until(lambda one: "long ago" in one.text())
        await whole.bot.stop()
        results.a_year_passes(tmp_path)
        (oldest,) = results.rows(tmp_path, "SELECT max(placed_at) - min(placed_at) FROM job")
        assert isinstance(oldest[0], int)
        await scene.begin(whole)
        assert (await scene.quota(ada)).images == 100
        opened = (await ada.press(whole_set, label="1")).message
        assert opened is not None
        await scene.drawn(await ada.press(opened, label="Again"))
        await results.of_set(await ada.press(whole_set, label="Again"), 2)
        told = (await ada.menu("Picture details", whole_set)).message
        assert told is not None
        assert "Seeds" in scene.fields(told)
        await ada.press(private, label="Share")
        await ada.finds(lambda one: one.content.startswith("Shared by"))
        marked = await ada.press(page, label="☆")
        await marked.until(lambda one: "★" in one.text())
        await press_everything(whole, single)


@pytest.mark.parametrize("place", ["quick", "outpaint"])
async def test_an_edit_a_year_later(open_stage: OpenStage, tmp_path: Path, place: str) -> None:
    """The member's own picture is long gone: the outcome is repainted, in the same place only."""
    where = edits.PLACES[place]
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        picture = scene.upload(scene.photo(*edits.SIZE))
        page = await edits.page(await ada.command("inpaint", prompt="a lion", image=picture))
        first = await edits.drawn(ada, await edits.previewed(ada, page, where))
        await whole.bot.stop()
        results.a_year_passes(tmp_path)
        await scene.begin(whole)
        left = "SELECT 1 FROM draft"
        await scene.happens(lambda: not results.rows(tmp_path, left), "the edit is swept")
        again = await scene.drawn(await ada.press(first, label="Again"))
        form = (await ada.press(first, label="Edit")).modal
        edited = await scene.drawn(await ada.submit(form, {"Prompt": "a bear"}))
        gallery = await (await ada.command("history")).until(lambda one: "a lion" in one.text())
        (control,) = [
            one for one in results.ids(gallery)
            if one.startswith(f"hist:again:{results.job_of(first)}:")
        ]  # fmt: skip
        from_gallery = await scene.drawn(await ada.press(gallery, custom_id=control))
        for after in (again, edited, from_gallery):
            assert scene.opened(after).size == where.size
            difference = edits.changed(scene.opened(first), scene.opened(after))
            edits.only_inside(difference, where.box, most=0.2)  # the same words look alike
