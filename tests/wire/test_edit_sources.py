"""The menu Inpaint on every kind of message, and the button under every kind of result."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from playground.uploads import Upload
from tests.wire import edits, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")


def plain(colour: str) -> Image.Image:
    """A picture of one colour."""
    return Image.new("RGB", SIZE, colour)


async def edited(member: Person, target: Message, **more: Any) -> Message:
    """The menu, its form and Draw: everything is repainted but the right half."""
    opened = await member.menu("Inpaint", target)
    given = {"prompt": "a lion", "where": ["quick:l"], **more}
    preview = await edits.shows(await member.submit(opened.modal, given), "Draw this?")
    return await edits.drawn(member, preview)


def right_half(message: Message) -> tuple[int, ...]:
    """The colour of what was left alone."""
    pixel = scene.opened(message).convert("RGB").getpixel((SIZE[0] - 5, 5))
    assert isinstance(pixel, tuple)
    return tuple(int(value) for value in pixel)


async def test_several_pictures(ada: Person) -> None:
    """The form asks which one, and the chosen one is repainted."""
    files = [scene.upload(plain(one), f"{one}.png") for one in ("red", "lime", "blue")]
    post = await ada.say("three", files=[*files, Upload("notes.pdf", b"%PDF")])
    opened = await ada.menu("Inpaint", post)
    assert opened.modal is not None
    options = opened.modal.field("which").component["options"]
    assert [one["label"] for one in options] == ["1. red.png", "2. lime.png", "3. blue.png"]
    assert right_half(await edited(ada, post, which=["1"])) == (0, 255, 0)
    assert right_half(await edited(ada, post)) == (255, 0, 0)


async def test_one_picture_needs_no_choice(ada: Person) -> None:
    """With one picture the form does not ask which."""
    post = await ada.say("one", files=[scene.upload(plain("red"))])
    opened = await ada.menu("Inpaint", post)
    assert opened.modal is not None
    assert [field.custom_id for field in opened.modal.fields()] == ["prompt", "where", "file"]


def animation() -> bytes:
    """A GIF of two frames."""
    out = io.BytesIO()
    plain("red").save(out, "GIF", save_all=True, append_images=[plain("blue")])
    return out.getvalue()


NO_PICTURE = {
    "words": ([], "There is no picture in this message."),
    "video": ([Upload("a.mp4", b"\0\0\0\x18ftyp")], "A video cannot be repainted. Send a still"),
    "animation": ([Upload("a.gif", animation())], "An animated picture cannot be repainted."),
    "document": ([Upload("a.pdf", b"%PDF")], "This file cannot be repainted. Send a PNG"),
}


@pytest.mark.parametrize("case", NO_PICTURE)
async def test_a_message_without_a_picture(ada: Person, case: str) -> None:
    """A private sentence says what the message has instead, and what to send."""
    files, sentence = NO_PICTURE[case]
    reply = await ada.menu("Inpaint", await ada.say("look", files=files))
    assert sentence in scene.refused(reply)


async def test_a_picture_that_is_gone(ada: Person) -> None:
    """Deleted between the menu and the form, or no longer served: send it again."""
    for vanish in ("message", "file"):
        post = await ada.say("soon gone", files=[scene.upload(plain("red"))])
        opened = await ada.menu("Inpaint", post)
        if vanish == "message":
            await ada.delete(post)
        else:
            ada.world.shelf.remove(post.attachments[0])
        reply = await ada.submit(opened.modal, {"prompt": "a lion"})
        said = await edits.shows(reply, "Discord no longer has the picture")
        assert said.ephemeral_to is ada.user
        assert not any(message.loading for message in ada.messages())


async def test_an_embed_with_a_picture(shared: Stage, ada: Person) -> None:
    """Another bot's card, or a link's preview, is a picture too."""
    post = await ada.say("a card", files=[scene.upload(plain("lime"), "card.png")])
    link = shared.discord.world.shelf.link(post.attachments[0])
    post.embeds = [{"title": "Card", "image": {"url": link}}]
    post.attachments[0:] = []
    assert right_half(await edited(ada, post)) == (0, 255, 0)


async def test_results_of_every_kind(shared: Stage, ada: Person) -> None:
    """Pictures from words and edits can be repainted, by anybody, on their own quota."""
    first = await scene.drawn(await ada.command("sdxl", prompt="a start", **scene.SMALL))
    ben = shared.discord.person(f"Ben of {ada.channel.name}", ada.channel)
    opened = await ben.press(first, label="Inpaint")
    given = {"prompt": "a hat", "where": ["quick:c"]}
    preview = await edits.shows(await ben.submit(opened.modal, given), "Draw this?")
    second = await edits.drawn(ben, preview)
    assert (await scene.quota(ada)).images == 99
    assert (await scene.quota(ben)).images == 99
    assert right_half_of(first) == right_half_of(second)
    third = await edited(ada, second)
    assert scene.opened(third).size == scene.opened(first).size


def right_half_of(message: Message) -> bytes:
    """The pixels at the right edge, which no edit here touches."""
    image = scene.opened(message).convert("RGB")
    return image.crop((image.width - 20, 0, image.width, image.height)).tobytes()


async def test_the_menu_in_a_direct_talk(shared: Stage) -> None:
    """In a direct talk with the bot everything works as in a server."""
    eve = shared.discord.person("Eve", dm=True)
    post = await eve.say("mine", files=[scene.upload(plain("blue"))])
    assert right_half(await edited(eve, post)) == (0, 0, 255)


async def test_the_form_without_words(ada: Person) -> None:
    """A prompt of nothing visible is refused in private, before anything is read."""
    post = await ada.say("look", files=[scene.upload(plain("red"))])
    opened = await ada.menu("Inpaint", post)
    reply = await ada.submit(opened.modal, {"prompt": "\u200b \u200b"})
    assert "has no words" in scene.refused(reply)
