"""/history: a member's pictures, newest first, with fresh links and everything one may do."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shows(reply: Reply, text: str) -> Message:
    """The page once it says that."""
    assert reply.failed is None, reply.failed
    return await reply.until(lambda one: text in one.text(), timeout=15)


async def opened(member: Person, **options: Any) -> Message:
    """The first page of the member's history."""
    reply = await member.command("history", **options)
    message = await reply.until(lambda one: "**Your " in one.text(), timeout=15)
    assert message.ephemeral_to is member.user
    return message


def previews(message: Message) -> list[str]:
    """The links of the page's thumbnails."""
    return [part["media"]["url"] for part in message.parts() if part["type"] == 11]


async def test_newest_first_page_by_page(ada: Person) -> None:
    """Four pictures a page, each with a preview that can be opened; Older and Newest turn it."""
    for number in range(5):
        await results.draw(ada, f"page fox {number}")
    page = await opened(ada)
    order = [line for line in page.text().splitlines() if line.startswith("page fox")]
    assert order == [f"page fox {number}" for number in (4, 3, 2, 1)]
    assert len(previews(page)) == 4
    reply = await ada.press(page, label="Older")
    page = await shows(reply, "page fox 0")
    assert "page fox 1" not in page.text()
    reply = await ada.press(page, label="Newest")
    await shows(reply, "page fox 4")


async def test_search_by_words_model_and_star(ada: Person) -> None:
    """Words in any order and case, one model, only the marked ones; and together."""
    await results.draw(ada, "A red Fox")
    second = await scene.drawn(await ada.command("lightning", prompt="a blue fox", **scene.SMALL))
    await results.draw(ada, "a red owl")
    page = await opened(ada, words="fox RED")
    assert "A red Fox" in page.text()
    assert "blue" not in page.text()
    page = await opened(ada, model="lightning")
    assert "a blue fox" in page.text()
    assert "red" not in page.text()
    assert "None yet." in (await opened(ada, favourites=True)).text()
    page = await opened(ada, words="blue")
    await shows(await ada.press(page, label="☆"), "★")
    page = await opened(ada, favourites=True)
    assert "a blue fox" in page.text()
    links = [part["url"] for part in page.parts() if part.get("label") == "Open"]
    assert links == [
        f"https://discord.com/channels/{second.guild_id}/{second.channel.id}/{second.id}"
    ]
    await shows(await ada.press(page, label="★"), "None yet.")


async def test_again_and_delete(shared: Stage, ada: Person) -> None:
    """Again draws a new one in the channel; Delete takes the picture and its message away."""
    message = await results.draw(ada, "here today")
    page = await opened(ada)
    again = await scene.drawn(await ada.press(page, label="Again"))
    assert scene.prompt_of(again) == "here today"
    await ada.press(again, label="Delete")
    await scene.happens(lambda: again.deleted, "the message goes")
    await shows(await ada.press(page, label="Delete"), "None yet.")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_links_that_ran_out(shared: Stage, ada: Person) -> None:
    """Discord's links live for a day: each page asks for fresh ones, so its previews open."""
    message = await results.draw(ada, "a lasting fox")
    shelf = shared.discord.world.shelf
    lifetime, shelf.lifetime = shelf.lifetime, 0.0
    (old,) = previews(await opened(ada))
    shelf.lifetime = lifetime
    (fresh,) = previews(await opened(ada))
    assert [_file(shared, link) for link in (old, fresh)] == [None, message.attachments[0].read()]


def _file(stage: Stage, link: str) -> bytes | None:
    """What a member's client gets for a link."""
    found = urlsplit(link)
    file = stage.discord.world.shelf.open(found.path, dict(parse_qsl(found.query)))
    return file.read() if file else None


async def test_what_cannot_be_previewed(ada: Person, shared: Stage) -> None:
    """A deleted message and a private picture are said in words; their buttons still work."""
    gone = await results.draw(ada, "its message is deleted")
    await results.draw(ada, "my secret", private=True)
    mo = shared.discord.person("Mo", ada.channel)
    await mo.delete(gone)
    page = await opened(ada)
    assert previews(page) == []
    assert "No preview: private." in page.text()
    assert "No preview: its message is gone." in page.text()
    assert "Open" not in results.labels(page)
    again = await scene.drawn(await ada.press(page, label="Again"))
    assert again.ephemeral_to is ada.user  # the newest is the private one


async def test_discord_is_slow_to_give_a_link(ada: Person, shared: Stage) -> None:
    """The page comes after five seconds, without the preview that Discord did not give by then."""
    await results.draw(ada, "a slow fox")
    get = r"^/channels/\d+/messages/\d+$"
    shared.discord.faults.add("GET", get, action="delay", seconds=40, times=1)
    reply = await ada.command("history")
    page = await reply.until(lambda one: "**Your " in one.text(), timeout=15)
    assert "No preview: Discord did not give it." in page.text()


async def test_each_picture_of_a_set(ada: Person) -> None:
    """Every picture of a set has its own line and its own preview, the right one."""
    reply = await ada.command("sdxl", prompt="three foxes", count=3, **scene.SMALL)
    message = await results.of_set(reply, 3)
    page = await opened(ada)
    names = [link.partition("?")[0].rpartition("/")[2] for link in previews(page)]
    assert names == [file.filename for file in reversed(message.attachments)]


async def test_spoilers_stay_hidden(ada: Person) -> None:
    """The preview of a spoiler is one too."""
    await results.draw(ada, "who did it", spoiler=True)
    page = await opened(ada)
    (preview,) = [part for part in page.parts() if part["type"] == 11]
    assert preview["spoiler"] is True


async def test_others_see_nothing(shared: Stage, ada: Person) -> None:
    """Somebody else's history has none of it."""
    await results.draw(ada, "only mine")
    ben = results.friend(shared, ada, "Ben-history")
    assert "None yet." in (await opened(ben)).text()
