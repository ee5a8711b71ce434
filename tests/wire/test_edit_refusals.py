"""Bad input to an edit: each a private sentence that says what to do; and large pictures."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from playground.person import Person
from playground.stage import Stage
from playground.uploads import Upload
from tests.wire import edits, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def turned_down(member: Person, image: bytes, mask: bytes | None = None) -> str:
    """The private sentence that /inpaint answers; nothing charged, no "thinking…" left."""
    files: dict[str, Any] = {"image": Upload("mine.png", image)}
    if mask is not None:
        files["mask"] = Upload("where.png", mask)
    reply = await member.command("inpaint", prompt="a hat", **files)
    message = await scene.ended(reply)
    assert message.ephemeral_to is member.user
    assert scene.footer(message) == "You were not charged."
    assert not any(one.loading for one in member.messages())
    return str(scene.embed(message)["description"])


def flat(width: int, height: int, mode: str = "L") -> bytes:
    """A PNG of one colour: small, however large the picture is."""
    return scene.png(Image.new(mode, (width, height)))


WHOLE = scene.png(scene.photo(*SIZE))


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (flat(12_001, 10), "12,001 x 10 pixels; 12,000 pixels a side and 40 megapixels are"),
        (flat(8_000, 5_001), "8,000 x 5,001 pixels; 12,000 pixels a side and 40 megapixels are"),
        (WHOLE[:-200], "damaged or cut off. Send the whole file again"),
        (b"", "empty file (0 bytes)"),
        (b"%PDF-1.7", "is not a PNG, JPEG or WEBP file. Send a PNG"),
    ],
    ids=["12,001 px", "over 40 megapixels", "broken", "empty", "document"],
)
async def test_a_picture_that_cannot_be_used(ada: Person, image: bytes, sentence: str) -> None:
    """What is wrong with it, and what to send."""
    assert sentence in await turned_down(ada, image)


async def test_a_refusal_that_comes_later_is_insisted_on(shared: Stage, ada: Person) -> None:
    """What is said after "thinking…" arrives too, over dropped connections."""
    faults = shared.discord.faults
    drops = [faults.add(method, "^/webhooks/", action="drop") for method in ("PATCH", "POST")]
    assert "is not a PNG" in await turned_down(ada, b"%PDF-1.7")
    assert any(drop in faults.acted for drop in drops)


def _repainted(colour: str) -> bytes:
    return scene.png(Image.new("RGB", SIZE, colour))


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (_repainted("black"), "Nothing is marked in that mask"),
        (_repainted("white"), "is marked in that mask"),
        (WHOLE, "That is the same picture: nothing is painted over it"),
        (scene.png(scene.photo(512, 640)), "shape"),
        (b"GIF89a", "mask is"),
    ],
    ids=["black", "white", "the same picture", "another shape", "broken"],
)
async def test_a_mask_that_cannot_be_used(ada: Person, mask: bytes, sentence: str) -> None:
    """Nothing or everything marked, the same or another picture: what to send instead."""
    said = await turned_down(ada, WHOLE, mask)
    assert sentence in said
    assert said.endswith(".")


async def test_a_mask_and_a_region(ada: Person) -> None:
    """Of two ways to say where none is passed over: give one of them."""
    image, mask = Upload("mine.png", WHOLE), Upload("where.png", edits.painted())
    reply = await ada.command("inpaint", prompt="a hat", region="left", image=image, mask=mask)
    assert "give one of them" in scene.refused(reply)


async def test_a_drawing_sent_unpainted(ada: Person) -> None:
    """A drawing of few colours is no mask: sent again as it was, nothing is painted over it."""
    drawing = Image.new("RGB", SIZE, "white")
    for place, colour in enumerate(("red", "blue", "black")):
        drawing.paste(colour, (50 + 180 * place, 100, 180 + 180 * place, 300))
    data = scene.png(drawing)
    assert "nothing is painted over it" in await turned_down(ada, data, data)


async def test_extended_beyond_what_fits(ada: Person) -> None:
    """More than 40 megapixels: refused at once, and the page stays as it was."""
    image = Upload("large.png", flat(7_000, 5_000))
    reply = await ada.command("inpaint", prompt="more", image=image, region="left")
    page = await edits.shows(reply, "Draw this?", within=60)
    more = edits.control(page, "show", "extend")
    said = await edits.shows(await ada.select(page, more, ["extend:all 50"]), "Extend it by less")
    assert said.ephemeral_to is ada.user
    assert "50% of 7000 x 5000" in page.text()
    await edits.shows(await ada.press(page, label="Invert"), "50% of 7000 x 5000")


async def test_a_large_picture_blocks_nobody(shared: Stage, ada: Person) -> None:
    """While 30 megapixels are prepared, another member's /quota is answered first."""
    noisy = Image.effect_noise((1_500, 1_250), 90).resize((6_000, 5_000)).convert("RGB")
    packed = io.BytesIO()
    noisy.save(packed, "JPEG", quality=60)
    ben = shared.discord.person(f"Ben of {ada.channel.name}", ada.channel)
    begun = await ada.command(
        "inpaint", prompt="large", image=Upload("large.jpg", packed.getvalue()), region="centre"
    )
    quick = [(await scene.quota(ben)).images for _ in range(2)]
    assert begun.message is not None
    assert begun.message.loading, "the page was there before /quota was answered"
    assert quick == [100, 100]
    page = await edits.shows(begun, "Draw this?", within=60)
    drawing = asyncio.create_task(edits.drawn(ada, page))
    assert (await scene.quota(ben)).images == 100
    assert not drawing.done()
    result = await drawing
    assert scene.opened(result).size == (6_000, 5_000)


async def test_many_large_pictures_at_once(ada: Person) -> None:
    """Two are worked on at a time, the others wait their turn, and all get their page."""
    data = flat(6_000, 5_000, "RGB")
    replies = await asyncio.gather(
        *(
            ada.command("inpaint", prompt=f"n{n}", image=Upload("a.png", data), region="left")
            for n in range(6)
        )
    )
    assert all(reply.failed is None for reply in replies)
    for reply in replies:
        await edits.shows(reply, "Draw this?", within=90)
