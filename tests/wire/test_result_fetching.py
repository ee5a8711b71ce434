"""What no way led to its member is fetched from /history: the whole of it, privately, and once."""

from __future__ import annotations

import asyncio

import pytest

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNTOLD = "SELECT count(*) FROM job WHERE options LIKE ? AND told_at IS NULL"


async def undelivered(stage: Stage, member: Person, prompt: str, count: int) -> Message:
    """The page of /history with a set that could not be delivered."""
    settings = stage.discord.world.settings
    alive = settings.token_seconds
    stage.pixazo.pause()
    await member.command("sdxl", prompt=prompt, count=count, private=True, **scene.SMALL)
    await scene.called(stage.pixazo, prompt, count)
    member.user.dms_open, settings.token_seconds = False, 0.0
    stage.pixazo.resume()
    folder = stage.bot.folder
    await scene.happens(
        lambda: results.rows(folder, UNTOLD, f'%"{prompt}"%') == [(0,)], "it is given up"
    )
    member.user.dms_open, settings.token_seconds = True, alive
    return await (await member.command("history")).until(lambda one: prompt in one.text())


def to_fetch(page: Message) -> list[str]:
    """The ids of the page's buttons that fetch a picture."""
    return [one for one in results.ids(page) if one.startswith("hist:fetch:")]


async def fetched(member: Person, page: Message, place: int = 0) -> Message:
    """The private message with what a picture's Fetch brings."""
    reply = await member.press(page, custom_id=to_fetch(page)[place])
    message = await reply.until(lambda one: one.attachments)
    assert message.ephemeral_to is member.user
    return message


async def looked(member: Person) -> Message:
    """The first page of the member's history."""
    return await (await member.command("history")).until(lambda one: "**Your" in one.text())


async def test_a_set_comes_whole(shared: Stage, ada: Person) -> None:
    """Fetch on one picture brings all of its set, so that Delete loses nothing unseen."""
    page = await undelivered(shared, ada, "a lost pair", 2)
    message = await fetched(ada, page)
    assert len(message.attachments) == 2
    assert {"1", "2", "Share", "Delete"} <= set(results.labels(message))
    async with asyncio.timeout(15):
        while to_fetch(page):  # the card is shown a moment before the rows say so
            page = await looked(ada)
    await ada.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_what_was_deleted_is_not_fetched(shared: Stage, ada: Person) -> None:
    """Of a set that lost a picture, the rest comes with the buttons of what it is."""
    page = await undelivered(shared, ada, "half a lost pair", 2)
    deletes = [one for one in results.ids(page) if one.startswith("hist:delete:")]
    pressed = await ada.press(page, custom_id=deletes[0])
    page = await pressed.until(lambda one: one.text().count("half a lost pair") == 1)
    message = await fetched(ada, page)
    assert len(message.attachments) == 1
    assert {"Share", "Delete"} <= set(results.labels(message))


async def test_what_was_fetched_and_shared_stays_public(shared: Stage, ada: Person) -> None:
    """Fetching the other picture afterwards finds nothing, and hides nothing that is public."""
    ben = results.friend(shared, ada, "Ben-fetch")
    page = await undelivered(shared, ada, "shared later", 2)
    message = await fetched(ada, page)
    await scene.happens(
        lambda: results.rows(
            shared.bot.folder, "SELECT 1 FROM picture WHERE kind = 'undelivered'"
        ) == [],
        "it is kept no more",
    )  # fmt: skip
    await ada.press(message, label="Share")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    assert len(public.attachments) == 2
    reply = await ada.press(page, custom_id=to_fetch(page)[1])
    await reply.until(lambda one: "fetched already" in one.text())
    opened = (await ben.press(public, label="2")).message
    assert opened is not None
    assert "private" not in opened.text()
