"""Discord hears within its three seconds, whatever the bot's memory is doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from tests.wire import edits, results, scene
from tests.wire.conftest import OpenStage
from tests.wire.test_storage_down import SAID, locked

Act = Callable[[Person, Message, Message], Awaitable[Reply]]

# What a member may do with a result and with the page of an edit.
ACTS: dict[str, Act] = {
    "/imagine": lambda ada, _, __: ada.command("imagine", prompt="during"),
    "/defaults": lambda ada, _, __: ada.command("defaults", shape="wide"),
    "/quota": lambda ada, _, __: ada.command("quota"),
    "Again": lambda ada, shown, _: ada.press(shown, label="Again"),
    "Edit": lambda ada, shown, _: ada.press(shown, label="Edit"),
    "Inpaint": lambda ada, shown, _: ada.press(shown, label="Inpaint"),
    "Other model": lambda ada, shown, _: ada.press(shown, label="Other model"),
    "Details": lambda ada, shown, _: ada.press(shown, label="Details"),
    "Delete": lambda ada, shown, _: ada.press(shown, label="Delete"),
    "menu Inpaint": lambda ada, shown, _: ada.menu("Inpaint", shown),
    "menu Picture details": lambda ada, shown, _: ada.menu("Picture details", shown),
    "a cell": lambda ada, _, page: ada.press(page, label="C3"),
    "Upload…": lambda ada, _, page: ada.press(page, label="Upload…"),
}


async def test_while_the_database_is_locked(open_stage: OpenStage) -> None:
    """Each of them gets a private sentence in time."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        picture = scene.upload(scene.photo(640, 512))
        page = await edits.page(await ada.command("inpaint", prompt="a lion", image=picture))
        shown = await results.draw(ada, "shown")
        with locked(whole):
            replies = {name: await act(ada, shown, page) for name, act in ACTS.items()}
        assert {name: reply.failed for name, reply in replies.items() if reply.failed} == {}
        assert {
            name: reply.text() for name, reply in replies.items() if SAID not in reply.text()
        } == {}
        assert not shown.deleted


async def test_what_answers_later(open_stage: OpenStage) -> None:
    """/history and the export of one's data say "thinking…", and at last that it was in vain."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        await results.draw(ada, "before")
        with locked(whole):
            asked = [await ada.command("history"), await ada.command("my-data export")]
            assert [reply.failed for reply in asked] == [None, None]
            for reply in asked:
                await scene.happens(partial(_heard, reply), "a sentence", within=30)


def _heard(reply: Reply) -> bool:
    return SAID in reply.text()


@pytest.mark.timeout(180)
async def test_a_long_past_stops_nobody(open_stage: OpenStage) -> None:
    """While one member's data of 50,000 pictures is put together, others are answered."""
    async with open_stage() as whole:
        ada, ben = whole.discord.person("Ada"), whole.discord.person("Ben")
        await results.draw(ada, "one of many " * 8)
        folder = whole.bot.folder
        told = "SELECT 1 FROM job WHERE told_at IS NOT NULL"
        await scene.happens(lambda: results.rows(folder, told), "it is written down")
        names = [str(row[1]) for row in results.rows(folder, "PRAGMA table_info(job)")]
        copied = ["n" if name in ("id", "request_id") else f"job.{name}" for name in names]
        results.rows(
            folder,
            "WITH RECURSIVE many(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 50000)"
            f" INSERT INTO job ({','.join(names)}) SELECT {','.join(copied)} FROM job, many",
        )
        reply = await ada.command("my-data export")
        answered = 0
        while not any(one.attachments for one in reply.interaction.messages):
            assert (await ben.command("quota")).failed is None
            answered += 1
        assert answered > 3
        assert "my-data-" in reply.text()
