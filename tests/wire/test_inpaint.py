"""Inpainting with a picture and a mask: what Pixazo gets, what changes, and what is refused."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image, ImageChops, ImageFilter

from playground.faults import bomb
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import files, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

EDIT = r"^/webhooks/.*/messages/"
SEAM = 8  # pixels around the white in which the new part runs into the old picture


async def drawing(member: Person, **given: Any) -> Reply:
    """/inpaint with a picture and a mask, and Draw on its preview; the answer to Draw."""
    reply = await member.command("inpaint", **given)
    assert reply.ephemeral
    page = await reply.until(lambda message: "Draw" in message.text())
    return await member.press(page, label="Draw")


async def turned_down(member: Person, **given: Any) -> str:
    """/inpaint with something that cannot be used: the private sentence, and nothing charged."""
    reply = await member.command("inpaint", prompt="a hat", **given)
    message = await scene.ended(reply)
    assert message.ephemeral_to is member.user
    assert scene.footer(message) == "You were not charged."
    assert (await scene.quota(member)).images == 100
    assert [one for one in member.messages() if one.loading] == []
    return str(scene.embed(message)["description"])


@pytest.mark.parametrize("stream", [False, True])
async def test_an_inpainting_end_to_end(shared: Stage, ada: Person, stream: bool) -> None:
    """Pixazo gets exactly the documented fields, with two links that it can fetch."""
    negative = "negativePrompt" if stream else "negative_prompt"
    prompt = f"a hat {stream}"
    reply = await drawing(
        ada,
        prompt=prompt,
        image=scene.upload(scene.photo(), "notes.txt"),
        mask=scene.upload(scene.mask(), "mask.png"),
        negative_prompt="rain",
        steps=9,
        guidance=7,
        seed=11,
        stream=stream,
    )
    message = await scene.drawn(reply)
    (call,) = scene.calls(shared.pixazo, prompt)
    assert call.operation == ("inpaint-stream" if stream else "inpaint")
    sent = dict(call.values)
    for link in (sent.pop("imageUrl"), sent.pop("maskUrl")):
        assert str(link).startswith(shared.discord.origin)
    assert sent == {
        "prompt": prompt,
        negative: "rain",
        "width": 512,
        "height": 512,
        "num_steps": 9,
        "guidance": 7,
        "seed": 11,
    }
    assert scene.embed(message)["title"] == "SD 1.5 Inpainting"
    assert scene.prompt_of(message) == prompt
    assert scene.seed_of(message) == 11
    assert " s · free · 99 of 100 left today" in scene.footer(message)
    assert message.ephemeral_to is None


async def test_only_the_white_part_changes(ada: Person) -> None:
    """What is black stays as it is, but for the seam; what is white does not; the size stays."""
    source, mask = scene.photo(640, 576), scene.mask(640, 576)
    reply = await drawing(ada, prompt="a hat", image=scene.upload(source), mask=scene.upload(mask))
    result = scene.opened(await scene.drawn(reply)).convert("RGB")
    assert result.size == source.size
    changed = ImageChops.difference(source, result).convert("L").point([0] + [255] * 255)
    black = ImageChops.invert(mask.filter(ImageFilter.MaxFilter(2 * SEAM + 1)))
    assert ImageChops.multiply(changed, black).getbbox() is None
    inside = ImageChops.multiply(changed, mask).histogram()[255]
    assert inside > mask.histogram()[255] * 0.9


@pytest.mark.parametrize(
    ("size", "kind"), [((2000, 1500), "JPEG"), ((333, 250), "WEBP"), ((1100, 1100), "PNG")]
)
async def test_any_size_and_format(
    shared: Stage, ada: Person, size: tuple[int, int], kind: str
) -> None:
    """Pixazo gets sides of 512 to 1024, multiples of 8, under 1 MB; the member the own size."""
    out = io.BytesIO()
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1]))
    noise.save(out, kind)
    prompt = f"a hat on {kind}"
    reply = await drawing(
        ada,
        prompt=prompt,
        image=scene.upload(out.getvalue(), "a.png"),
        mask=scene.upload(scene.mask(*size)),
    )
    assert scene.opened(await scene.drawn(reply)).size == size
    (call,) = scene.calls(shared.pixazo, prompt)
    assert call.status == 200
    for side in (call.values["width"], call.values["height"]):
        assert isinstance(side, int)
        assert 512 <= side <= 1024
        assert side % 8 == 0


async def test_the_member_sees_the_mask(ada: Person) -> None:
    """What Pixazo is sent is posted with the answer: the mask is a preview of what changes."""
    reply = await drawing(
        ada, prompt="seen", image=scene.upload(scene.photo()), mask=scene.upload(scene.mask())
    )
    message = await scene.drawn(reply)
    assert any("white is what gets repainted" in old.text for old in message.history)
    assert any("mask-" in old.text for old in message.history)


async def test_a_private_inpainting(ada: Person) -> None:
    """With private: True nothing of it is seen by others."""
    reply = await drawing(
        ada,
        prompt="secret",
        private=True,
        image=scene.upload(scene.photo()),
        mask=scene.upload(scene.mask()),
    )
    message = await scene.drawn(reply)
    assert message.ephemeral_to is ada.user
    assert all(one.ephemeral_to is ada.user for one in ada.messages())


def animated() -> bytes:
    """A GIF that moves."""
    out = io.BytesIO()
    frames = [Image.new("P", (512, 512), colour) for colour in (1, 2)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


WHOLE = scene.png(scene.photo())
BAD_PICTURES = {
    "not an image": (b"Dear Sir or Madam", "is not a PNG, JPEG or WEBP"),
    "animated": (animated(), "is animated"),
    "0 bytes": (b"", "0 bytes"),
    "20,000 px": (bomb(), "is the most"),
    "truncated": (WHOLE[: len(WHOLE) // 2], "damaged or cut off"),
}


@pytest.mark.parametrize("case", BAD_PICTURES)
@pytest.mark.parametrize("which", ["image", "mask"])
async def test_a_file_that_cannot_be_used(
    shared: Stage, ada: Person, which: str, case: str
) -> None:
    """A private sentence says what to send; nothing is charged and no call is made."""
    data, sentence = BAD_PICTURES[case]
    files = {"image": scene.upload(scene.photo()), "mask": scene.upload(scene.mask())}
    calls = len(shared.pixazo.calls)
    said = await turned_down(ada, **{**files, which: scene.upload(data)})
    assert sentence.replace("is the most", "") in said or "are the most" in said
    assert "end " in said
    assert len(shared.pixazo.calls) == calls


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (scene.mask(512, 800), "shape"),
        (Image.new("L", (512, 512)), "Nothing is marked"),
        (Image.new("L", (512, 512), 255), "Nothing is marked"),
    ],
    ids=["another shape", "no white", "all white"],
)
async def test_a_mask_that_cannot_be_used(
    shared: Stage, ada: Person, mask: Image.Image, sentence: str
) -> None:
    """A mask that does not fit is refused with what to send instead."""
    calls = len(shared.pixazo.calls)
    said = await turned_down(ada, image=scene.upload(scene.photo()), mask=scene.upload(mask))
    assert sentence in said
    assert len(shared.pixazo.calls) == calls


@pytest_asyncio.fixture(loop_scope="module")
async def slow_files(shared: Stage) -> AsyncIterator[None]:
    """Discord's files take two seconds to come."""

    async def serve(request: web.Request) -> web.Response:
        await asyncio.sleep(2.0)
        return files.kept(shared, request)

    async with files.served(shared, serve):
        yield


@pytest.mark.usefixtures("slow_files")
async def test_files_that_come_slowly(ada: Person) -> None:
    """Discord hears of the order within its three seconds, however slow its files are."""
    reply = await ada.command(
        "inpaint", prompt="late", image=scene.upload(scene.photo()), mask=scene.upload(scene.mask())
    )
    page = await reply.until(lambda message: "Draw" in message.text(), timeout=20)
    await scene.drawn(await ada.press(page, label="Draw"), within=30)


@pytest.mark.usefixtures("slow_files")
async def test_a_refusal_that_comes_late(ada: Person) -> None:
    """A refusal after a slow download is private too, and leaves no "thinking…" behind."""
    empty = scene.upload(Image.new("L", (512, 512)))
    said = await turned_down(ada, image=scene.upload(scene.photo()), mask=empty)
    assert "Nothing is marked" in said


async def test_the_preview_cannot_be_posted(shared: Stage, ada: Person) -> None:
    """Discord stumbles while the pictures for Pixazo are posted: they are posted again."""
    reply = await ada.command(
        "inpaint",
        prompt="stumble",
        image=scene.upload(scene.photo()),
        mask=scene.upload(scene.mask()),
    )
    page = await reply.until(lambda message: "Draw" in message.text())
    shared.pixazo.pause()
    shared.discord.faults.add("PATCH", EDIT + r"\d+$", action="drop", times=3)
    pressed = await ada.press(page, label="Draw")
    await scene.happens(lambda: not shared.discord.faults._waiting, "the fault was acted out")
    shared.pixazo.resume()
    await scene.drawn(pressed)
    assert len(scene.calls(shared.pixazo, "stumble")) == 1
