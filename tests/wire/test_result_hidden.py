"""What is private or covered stays so on every way, and an edit knows what it came from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.candidates import SPOILER
from playground.messages import Message
from playground.modal import Modal
from playground.person import Person
from playground.stage import Stage
from tests.wire import edits, results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def repainted(member: Person, message: Message, prompt: str = "a lion") -> Message:
    """The outcome of the Inpaint button, with the left half marked."""
    form = await member.press(message, label="Inpaint")
    return await _of_form(member, form.modal, prompt)


async def _of_form(member: Person, form: Modal | None, prompt: str) -> Message:
    reply = await member.submit(form, {"prompt": prompt, "where": ["quick:l"]})
    page = await edits.shows(reply, "Draw this?", within=30)
    return await scene.drawn(await member.press(page, label="Draw"))


async def edited(member: Person, prompt: str, **given: Any) -> Message:
    """The outcome of /inpaint, with the left half marked."""
    reply = await member.command(
        "inpaint",
        prompt=prompt,
        image=scene.upload(scene.photo(640, 512)),
        region="left",
        **given,
    )
    page = await edits.shows(reply, "Draw this?", within=30)
    return await scene.drawn(await member.press(page, label="Draw"))


def covered(message: Message) -> bool:
    """Whether each file of the message is hidden until it is clicked, and no embed shows one."""
    shown = [part for part in message.embeds if "image" in part]
    return not shown and all(one.filename.startswith(SPOILER) for one in message.attachments)


async def test_an_edit_of_a_private_picture_is_private(ada: Person) -> None:
    """Repainting what only its member sees shows it to nobody else; the preview says so."""
    private = await results.draw(ada, "secret base", private=True)
    form = await ada.press(private, label="Inpaint")
    reply = await ada.submit(form.modal, {"prompt": "a lion", "where": ["quick:l"]})
    page = await edits.shows(reply, "only for you", within=30)
    result = await scene.drawn(await ada.press(page, label="Draw"))
    assert result.ephemeral_to is ada.user


async def test_an_edit_of_one_of_a_private_set(ada: Person) -> None:
    """So it is for a picture of a private set, from its numbered page."""
    reply = await ada.command("sdxl", prompt="hush", count=2, private=True, **scene.SMALL)
    page = (await ada.press(await results.of_set(reply, 2), label="2")).message
    assert page is not None
    assert (await repainted(ada, page)).ephemeral_to is ada.user


async def test_an_edit_by_the_menu_of_a_private_picture(ada: Person) -> None:
    """The message's menu knows it too."""
    private = await results.draw(ada, "hidden hut", private=True)
    form = await ada.menu("Inpaint", private)
    assert (await _of_form(ada, form.modal, "a tent")).ephemeral_to is ada.user


async def test_an_edit_of_a_spoiler_is_one(ada: Person) -> None:
    """What was covered is covered after the edit."""
    hidden = await results.draw(ada, "who did it", spoiler=True)
    assert covered(await repainted(ada, hidden))


async def test_an_edit_of_a_members_spoiler_is_one(shared: Stage, ada: Person) -> None:
    """So is what comes of a picture that a member posted as a spoiler."""
    ben = results.friend(shared, ada, "Ben-hides")
    file = scene.upload(scene.photo(640, 512), f"{SPOILER}x.png")
    form = await ada.menu("Inpaint", await ben.say("look", files=[file]))
    assert covered(await _of_form(ada, form.modal, "a lion"))


async def test_a_reply_to_a_members_spoiler(shared: Stage) -> None:
    """So is what comes of a reply to one, and the source that is posted while it waits."""
    eve = shared.discord.person("Eve", dm=True)  # where Discord shows the bot every picture
    file = scene.upload(scene.photo(1600, 1200), f"{SPOILER}x.png")
    said = await eve.say("@bot make it winter", reply_to=await eve.say("look", files=[file]))
    asked = await eve.finds(lambda message: message.reference is said)
    page = await edits.page(await eve.press(asked, label="Choose where"))
    await edits.shows(await edits.tap(eve, page, 12), "4% of")
    await edits.shows(await eve.press(page, label="Preview"), "behind a spoiler")
    shared.pixazo.pause()
    pressed = await eve.press(page, label="Draw")
    assert covered(await pressed.until(lambda one: len(one.attachments) == 2, timeout=20))
    shared.pixazo.resume()
    assert covered(await pressed.until(lambda one: one.embeds, timeout=30))


@pytest.mark.parametrize("label", ["Edit", "Again", "Inpaint"])
async def test_what_comes_of_a_hidden_edit(ada: Person, label: str) -> None:
    """Every button of a private, covered edit leads to a private, covered picture."""
    first = await edited(ada, f"from {label}", private=True, spoiler=True)
    if label == "Inpaint":
        result = await repainted(ada, first)
    else:
        reply = await ada.press(first, label=label)
        if label == "Edit":
            reply = await ada.submit(reply.modal, {"Prompt": "something else"})
        result = await scene.drawn(reply)
    assert result.ephemeral_to is ada.user
    assert covered(result)


async def test_the_picture_before_a_spoiler(shared: Stage, ada: Person) -> None:
    """While an edit waits that is to be covered, its source is not shown openly either."""
    shared.pixazo.pause()
    reply = await ada.command(
        "inpaint",
        prompt="hid",
        image=scene.upload(scene.photo(1600, 1200)),
        region="left",
        spoiler=True,
    )
    page = await edits.shows(reply, "behind a spoiler", within=30)
    pressed = await ada.press(page, label="Draw")
    shown = await pressed.until(lambda one: len(one.attachments) == 2, timeout=20)
    assert covered(shown)
    shared.pixazo.resume()
    result = await pressed.until(lambda one: one.embeds, timeout=30)
    compared = await ada.press(result, label="Before / after")
    assert covered(await compared.until(lambda one: one.attachments))


async def test_one_of_a_covered_set(ada: Person) -> None:
    """The numbered page of a covered set covers the picture, and has all its buttons."""
    reply = await ada.command("sdxl", prompt="twins", count=2, spoiler=True, **scene.SMALL)
    opened = await ada.press(await results.of_set(reply, 2), label="2")
    page = await opened.until(lambda one: one.attachments)
    assert covered(page)
    assert "Inpaint" in results.labels(page)
    assert covered(await repainted(ada, page))


async def test_an_edit_knows_its_parent(ada: Person) -> None:
    """Details name the picture that was repainted, and of a set the right one."""
    reply = await ada.command("sdxl", prompt="parents", count=2, **scene.SMALL)
    message = await results.of_set(reply, 2)
    first, second = [(await ada.press(message, label=label)).message for label in ("1", "2")]
    assert first is not None
    assert second is not None
    told = (await ada.press(await repainted(ada, second), label="Details")).message
    assert told is not None
    assert scene.fields(told)["Made from"].startswith("repainted part of [parents](")
    form = await ada.menu("Inpaint", message)
    sent = {"which": ["1"], "prompt": "a lion", "where": ["quick:l"]}
    page = await edits.shows(await ada.submit(form.modal, sent), "Draw this?", within=30)
    await scene.drawn(await ada.press(page, label="Draw"))
    told = (await ada.press(second, label="Details")).message
    assert told is not None
    assert scene.fields(told)["Went on to"] == "2 pictures"
    told = (await ada.press(first, label="Details")).message
    assert told is not None
    assert "Went on to" not in scene.fields(told)
