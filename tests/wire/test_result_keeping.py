"""Details, Share, Delete and the message menu: what can be done with a picture itself."""

from __future__ import annotations

import pytest

from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_details_say_everything(shared: Stage, ada: Person) -> None:
    """Settings, who, when, the cost, and the slash command to copy; only the asker sees it."""
    ben = results.friend(shared, ada, "Ben-details")
    message = await results.draw(ada, "a fox", seed=7, negative_prompt="dogs", steps=9)
    reply = await ben.press(message, label="Details")
    assert reply.message is not None
    assert reply.message.ephemeral_to is ben.user
    said = scene.fields(reply.message)
    assert said["Seed"] == "7"
    assert said["Kept out"] == "dogs"
    assert said["By"] == f"<@{ada.user.id}>"
    assert said["Cost"] == "free"
    typed = said["To type again"].strip("`")
    assert typed.startswith("/sdxl prompt: a fox negative_prompt: dogs")
    assert typed.endswith("steps: 9 guidance: 5 seed: 7")


async def test_the_line_of_a_picture(shared: Stage, ada: Person) -> None:
    """Details shows how a picture came to be, newest step first, with links to the messages."""
    first = await results.draw(ada, "a fox")
    second = await scene.drawn(await ada.press(first, label="Again"))
    form = await ada.press(second, label="Edit")
    third = await scene.drawn(await ada.submit(form.modal, {"Prompt": "a wolf", "Steps": "7"}))
    told = (await ada.press(third, label="Details")).message
    assert told is not None
    place = f"https://discord.com/channels/{first.guild_id}/{first.channel.id}"
    assert scene.fields(told)["Made from"].splitlines() == [
        f"edited (prompt, steps) of [a fox]({place}/{second.id})",
        f"again of [a fox]({place}/{first.id})",
    ]
    told = (await ada.press(first, label="Details")).message
    assert told is not None
    assert scene.fields(told)["Went on to"] == "1 picture"


async def test_a_private_parent_stays_private(shared: Stage, ada: Person) -> None:
    """Who looks at a shared picture does not read the prompt of the private one before it."""
    ben = results.friend(shared, ada, "Ben-parent")
    private = await results.draw(ada, "the surprise", private=True)
    form = await ada.press(private, label="Edit")
    child = await scene.drawn(await ada.submit(form.modal, {"Prompt": "harmless"}))
    await ada.press(child, label="Share")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    told = (await ben.press(public, label="Details")).message
    assert told is not None
    assert "surprise" not in told.text()
    assert scene.fields(told)["Made from"] == "edited (prompt) of a private picture"
    told = (await ada.press(child, label="Details")).message
    assert told is not None
    assert "the surprise" in scene.fields(told)["Made from"]


async def test_the_longest_prompt(ada: Person) -> None:
    """Two thousand characters of markdown fit Discord's limits: in a set's card and in Details."""
    prompt, kept_out = "*" * 2000, "_" * 2000
    reply = await ada.command(
        "sdxl", prompt=prompt, negative_prompt=kept_out, count=4, **scene.SMALL
    )
    message = await results.of_set(reply, 4)
    page = (await ada.press(message, label="1")).message
    assert page is not None
    details = await ada.press(page, label="Details")
    assert details.message is not None
    (file,) = details.message.attachments
    assert prompt in file.read().decode()
    form = await ada.press(page, label="Edit")
    assert form.modal is not None
    assert form.modal.field("Prompt").filled_in == prompt


@pytest.mark.parametrize("count", [1, 3])
async def test_share(shared: Stage, ada: Person, count: int) -> None:
    """A private result goes public with credit, files and buttons; it is one picture still."""
    ben = results.friend(shared, ada, f"Ben-share-{count}")
    reply = await ada.command("sdxl", prompt="a surprise", count=count, private=True, **scene.SMALL)
    private = await results.of_set(reply, count)
    assert "Share" in results.labels(private)
    await ada.press(private, label="Share")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    assert public.content == f"Shared by <@{ada.user.id}>"
    assert not public.pinged
    assert [file.read() for file in public.attachments] == [
        file.read() for file in private.attachments
    ]
    assert public.loose == []
    await scene.happens(lambda: "Share" not in results.labels(private), "the button goes")
    again = await results.of_set(await ben.press(public, label="Again"), count)
    assert again.ephemeral_to is None
    await ada.press(private, label="Delete")
    await scene.happens(lambda: public.deleted and private.deleted, "both go")


async def test_a_shared_spoiler_stays_hidden(shared: Stage, ada: Person) -> None:
    """Sharing does not unveil what was hidden."""
    private = await results.draw(ada, "who did it", private=True, spoiler=True)
    await ada.press(private, label="Share")
    ben = results.friend(shared, ada, "Ben-spoiled")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    assert [file.filename[:8] for file in public.loose] == ["SPOILER_"]


async def test_delete_in_direct_messages(shared: Stage) -> None:
    """The author deletes their picture in a direct talk too; it leaves the history."""
    eve = shared.discord.person("Eve-delete", dm=True)
    message = await results.draw(eve, "just us")
    assert (await eve.press(message, label="Delete")).failed is None
    await scene.happens(lambda: message.deleted, "the message goes")
    reply = await eve.command("history")
    await reply.until(lambda one: "None yet." in one.text())


async def test_the_menu_on_messages(shared: Stage, ada: Person) -> None:
    """Picture details works on every result of the bot's, sets and failures considered."""
    ben = results.friend(shared, ada, "Ben-menu")
    single = await results.draw(ada, "one fox", seed=4)
    told = (await ben.menu("Picture details", single)).message
    assert told is not None
    assert scene.fields(told)["Seed"] == "4"
    reply = await ada.command("sdxl", prompt="three", count=3, seed=8, **scene.SMALL)
    whole = await results.of_set(reply, 3)
    told = (await ben.menu("Picture details", whole)).message
    assert told is not None
    assert scene.fields(told)["Seeds"].startswith("1: 8, 2: ")
    theirs = await ada.say("just words")
    assert "messages of this bot" in results.refusal(await ben.menu("Picture details", theirs))
    shared.pixazo.faults.add("empty-url")
    failed = await scene.failed(await ada.command("sdxl", prompt="none", **scene.SMALL))
    assert "messages of this bot" in results.refusal(await ben.menu("Picture details", failed))
