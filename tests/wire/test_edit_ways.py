"""Every way into an edit with every way to say where: all end in a preview, and in a picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from PIL import Image

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from playground.uploads import Upload
from tests.wire import edits, scene
from tests.wire.edits import PLACES, SIZE, Where

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCE = scene.photo(*SIZE)
Started = tuple[Image.Image, Message]  # the picture, and the page
WayIn = Callable[[Person, str, Where], Awaitable[Started]]


def photo() -> Upload:
    """The picture that is repainted."""
    return scene.upload(SOURCE, "dog.png")


async def by_command(ada: Person, prompt: str, place: Where) -> Started:
    """/inpaint with mask or region where they say it, else the page's own controls."""
    mask = Upload("where.png", place.file) if place.file else None
    reply = await ada.command(
        "inpaint", prompt=prompt, image=photo(), mask=mask, region=place.region
    )
    page = await edits.page(reply)
    told = place.file is not None or place.region is not None
    return SOURCE, page if told else await edits.previewed(ada, page, place)


async def by_menu(ada: Person, prompt: str, place: Where) -> Started:
    """The menu of somebody else's message."""
    ben = ada.at(ada.channel)
    ben.user = ada.world.user("Ben")
    opened = await ada.menu("Inpaint", await ben.say("my dog", files=[photo()]))
    return SOURCE, await _by_form(ada, opened, prompt, place)


async def by_button(ada: Person, prompt: str, place: Where) -> Started:
    """The button under a result of the bot's."""
    result = await _result(ada)
    opened = await ada.press(result, label="Inpaint")
    return scene.opened(result), await _by_form(ada, opened, prompt, place)


async def by_reply(ada: Person, prompt: str, place: Where) -> Started:
    """A reply to the bot's own picture, with its words, and the page's own controls."""
    result = await _result(ada)
    await ada.say(f"@bot {prompt}", reply_to=result)
    answer = await ada.finds(lambda message: "Mark what should change" in message.content)
    page = await edits.page(await ada.press(answer, label="Choose where"))
    return scene.opened(result), await edits.previewed(ada, page, place)


async def _result(ada: Person) -> Message:
    """A picture of the bot's: the same for all."""
    everything = scene.upload(edits.mask_of((0, 0, 8, 8)), "mask.png")
    reply = await ada.command("inpaint", prompt="a start", image=photo(), mask=everything)
    return await edits.drawn(ada, await edits.page(reply))


async def _by_form(ada: Person, opened: Reply, prompt: str, place: Where) -> Message:
    given: dict[str, object] = {"prompt": prompt}
    if place.file:
        given["file"] = Upload("where.png", place.file)
    elif place.pick:
        given["where"] = [place.pick]
    page = await edits.page(await ada.submit(opened.modal, given))
    return await edits.previewed(ada, page, place) if place.cells else page


WAYS: dict[str, WayIn] = {
    "command": by_command,
    "menu": by_menu,
    "button": by_button,
    "reply": by_reply,
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("way", WAYS)
async def test_a_way_in_with_a_way_to_say_where(
    shared: Stage, ada: Person, way: str, where: str
) -> None:
    """The preview is private and says what it will cost; only what was meant is repainted."""
    place = PLACES[where]
    prompt = f"{where} by {way}"
    source, preview = await WAYS[way](ada, prompt, place)
    assert preview.ephemeral_to is ada.user
    assert f"of {place.size[0]} x {place.size[1]} is repainted" in preview.text()
    assert "free · nobody is waiting" in preview.text()
    assert scene.calls(shared.pixazo, prompt) == []
    before = (await scene.quota(ada)).images
    result = await edits.drawn(ada, preview)
    assert (await scene.quota(ada)).images == before - 1
    assert len(scene.calls(shared.pixazo, prompt)) == 1
    after = scene.opened(result)
    assert after.size == place.size
    if place.size != SIZE:
        only = edits.changed(source, after.crop((0, 0, *SIZE)))
        edits.only_inside(only, (place.box[0], 0, *SIZE))
    else:
        edits.only_inside(edits.changed(source, after), place.box)
