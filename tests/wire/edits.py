"""What the tests of edits share: pages, their controls, and what of a picture was changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops, ImageDraw

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.uploads import Upload
from tests.wire import scene

SIZE = (640, 512)
BOX = (160, 128, 480, 384)  # a quarter of the picture, in its middle
SEAM = 10  # pixels beyond the mask that may change: the soft edge, and rounding
Box = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Where:
    """A way to say where, as each way in takes it, and what it means.

    ``option`` and ``pick`` are how the form and the drop-down name it, ``file`` is a file instead;
    ``cells`` are tapped. ``box`` is repainted, in pixels of the outcome, whose ``size`` is given.
    """

    box: Box
    size: tuple[int, int] = SIZE
    region: str | None = None
    pick: str | None = None
    file: bytes | None = None
    cells: tuple[int, ...] = ()


def painted(picture: Image.Image | None = None) -> bytes:
    """The picture with BOX painted over in pink."""
    copy = (picture or scene.photo(*SIZE)).convert("RGB")
    ImageDraw.Draw(copy).rectangle((BOX[0], BOX[1], BOX[2] - 1, BOX[3] - 1), fill="#ff2d78")
    return scene.png(copy)


def mask_of(box: Box, size: tuple[int, int] = SIZE) -> Image.Image:
    """A mask that is white in the box."""
    mask = Image.new("L", size)
    mask.paste(255, box)
    return mask


PLACES = {
    "grid": Where(cells=(6, 7, 11, 12), box=(128, 102, 384, 308)),
    "quick": Where(region="left", pick="quick:l", box=(0, 0, 320, 512)),
    "painted copy": Where(file=painted(), box=BOX),
    "mask file": Where(file=scene.png(mask_of(BOX)), box=BOX),
    "outpaint": Where(pick="extend:right 25", box=(620, 0, 800, 512), size=(800, 512)),
}


async def page(reply: Reply, within: float = 15.0) -> Message:
    """The page of an edit, as soon as it is shown."""
    assert reply.failed is None, reply.failed
    return await reply.until(is_page, timeout=within)


def is_page(message: Message) -> bool:
    """Whether a message is a page with controls."""
    return bool(message.attachments) and any(control_ids(message))


def control_ids(message: Message) -> list[str]:
    """The custom ids of a page's controls."""
    return [part["custom_id"] for part in message.parts() if "custom_id" in part]


def control(message: Message, verb: str, argument: str = "") -> str:
    """The custom id of one control."""
    for one in control_ids(message):
        if re.fullmatch(rf"(edit|choose):{verb}:\d+:{re.escape(argument)}", one):
            return one
    raise AssertionError(f"no {verb}:{argument} in {control_ids(message)}")


async def tap(member: Person, message: Message, cell: int) -> Reply:
    """Press a cell of the pad."""
    return await member.press(message, custom_id=control(message, "cell", str(cell)))


def lit(message: Message) -> set[int]:
    """The cells that the pad shows as chosen."""
    return {
        int(part["custom_id"].rsplit(":", 1)[1])
        for part in message.parts()
        if part.get("custom_id", "").startswith("edit:cell:") and part["style"] == 1
    }


async def shows(reply: Reply, text: str, within: float = 15.0) -> Message:
    """The message of the reply that says a text, as soon as one does."""
    return await reply.until(lambda message: text in message.text(), timeout=within)


async def previewed(member: Person, message: Message, place: Where) -> Message:
    """Say where on the page itself, and end on the preview."""
    if place.file is not None:
        reply = await member.press(message, label="Upload…")
        reply = await member.submit(reply.modal, {"file": Upload("where.png", place.file)})
    elif place.pick is not None:
        reply = await member.select(message, control(message, "pick"), [place.pick])
        await shows(reply, " is repainted")
        reply = await member.press(message, label="Preview") if lettered(message) else reply
    else:
        for cell in place.cells:
            reply = await tap(member, message, cell)
        await scene.happens(lambda: lit(message) == set(place.cells), "the cells are lit")
        reply = await member.press(message, label="Preview")
    return await shows(reply, "Draw this?")


def lettered(message: Message) -> bool:
    """Whether the page is the one with the pad."""
    return any(one.startswith("edit:cell:") for one in control_ids(message))


async def drawn(member: Person, page: Message) -> Message:
    """Go on to the preview, press Draw, and wait for the picture."""
    preview = page
    if lettered(page):
        preview = await shows(await member.press(page, label="Preview"), "Draw this?")
    return await scene.drawn(await member.press(preview, label="Draw"))


def changed(before: Image.Image, after: Image.Image, slack: int = 0) -> Image.Image:
    """White where two pictures differ by more than ``slack`` (of 255) in any channel."""
    bands = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([255 if value > slack else 0 for value in range(256)])


def only_inside(difference: Image.Image, box: Box, seam: int = SEAM, most: float = 0.8) -> None:
    """Whatever changed lies in the box (and its seam), and most of the box did change."""
    wide = (box[0] - seam, box[1] - seam, box[2] + seam, box[3] + seam)
    outside = difference.copy()
    outside.paste(0, wide)
    assert outside.getbbox() is None, f"changed outside of {box}: {outside.getbbox()}"
    inside = difference.crop(box)
    share = inside.histogram()[255] / (inside.width * inside.height)
    assert share > most, f"only {share:.0%} of {box} was repainted"


def dropdown(message: Message) -> list[list[dict[str, Any]]]:
    """The options of every drop-down of a page."""
    return [part["options"] for part in message.parts() if part.get("type") == 3]
