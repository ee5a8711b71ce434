"""What the tests over the wire share: pictures to send, what members read, calls made."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from bot.catalog import BY_ID
from playground.calls import Call
from playground.messages import Json, Message
from playground.person import Person
from playground.pixazo import LocalPixazo, Terms
from playground.reply import Reply
from playground.stage import KEY, Stage
from playground.uploads import Upload

# No test waits for the fair-use limit, and none runs out of the owner's money, unless it says so.
SETTINGS = {
    "PIXAZO_LIMIT": "1000",
    "PIXAZO_LIMIT_WINDOW": "1",
    "DAILY_BUDGET_USD": "1000",
    "LOG_LEVEL": "INFO",
}
SMALL: dict[str, Any] = {"width": 512, "height": 512}


def terms(**changed: float) -> Terms:
    """The local gateway's side of SETTINGS."""
    whole = {"limit": 1000, "window": 1.0, "slow": 0.3, **changed}
    return Terms(key=KEY, **whole)  # type: ignore[arg-type]  # numbers of three fields by name


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What /quota says: images left, the line about money, jobs that wait, what is held."""

    images: int
    money: str
    waiting: str
    held: str | None


async def quota(person: Person) -> Quota:
    """Ask /quota."""
    reply = await person.command("quota")
    assert reply.message is not None, reply.text()
    assert reply.ephemeral
    said = fields(reply.message)
    return Quota(
        images=int(said["Images"].split()[0].replace(",", "")),
        money=said["Paid models"],
        waiting=said["Waiting"],
        held=said.get("Held by waiting jobs"),
    )


def embed(message: Message) -> Json:
    """The one embed of a message."""
    (only,) = message.embeds
    return only


def fields(message: Message) -> dict[str, str]:
    """The fields of the message's embed."""
    return {field["name"]: field["value"] for field in embed(message)["fields"]}


def prompt_of(message: Message) -> str:
    """The card's prompt as Discord renders it: a backslash before a sign shows the sign itself."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", str(embed(message)["description"]))


def footer(message: Message) -> str:
    """The footer of the message's embed."""
    return str(embed(message)["footer"]["text"])


async def ended(reply: Reply, within: float = 20.0) -> Message:
    """The answer once it is final: a picture's card, or a card that says why there is none."""
    assert reply.failed is None, reply.failed
    return await reply.until(lambda message: message.embeds, timeout=within)


async def drawn(reply: Reply, within: float = 20.0) -> Message:
    """The answer once its picture is there."""
    message = await ended(reply, within)
    assert len(message.attachments) == 1, message.text()
    return message


async def failed(reply: Reply, within: float = 20.0) -> Message:
    """The answer once it says that there is no picture."""
    message = await ended(reply, within)
    assert not message.attachments, message.text()
    return message


def refused(reply: Reply) -> str:
    """The sentence of a private refusal, which came at once and charged nothing."""
    assert reply.message is not None, reply.text()
    assert reply.ephemeral, reply.text()
    assert embed(reply.message)["title"] == "That did not work"
    assert "charged" not in reply.text() or footer(reply.message) == "You were not charged."
    return str(embed(reply.message)["description"])


def opened(message: Message) -> Image.Image:
    """The picture that is attached, decoded to its last pixel."""
    (only,) = message.attachments
    image = Image.open(io.BytesIO(only.read()))
    image.load()
    return image


def calls(pixazo: LocalPixazo, prompt: str) -> list[Call]:
    """The calls that the gateway got with that prompt."""
    return [call for call in pixazo.calls if call.values.get("prompt") == prompt]


async def called(pixazo: LocalPixazo, prompt: str, times: int = 1) -> Call:
    """The newest call with that prompt, as soon as there are so many."""
    await happens(lambda: len(calls(pixazo, prompt)) >= times, f"{times} calls for {prompt!r}")
    return calls(pixazo, prompt)[-1]


async def happens(probe: Callable[[], object], what: str, within: float = 15.0) -> None:
    """Wait until the probe finds something true, in a process that tells nobody."""
    try:
        async with asyncio.timeout(within):
            while not probe():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise TimeoutError(f"not within {within} s: {what}") from None


def pictures(stage: Stage) -> list[Message]:
    """Every message of the bot that shows a finished picture, in all channels."""
    world = stage.discord.world
    return [
        message
        for message in world.messages.values()
        if message.author is world.bot and message.embeds and message.attachments
    ]


def shown(stage: Stage, prompt: str) -> list[Message]:
    """The messages that show a finished picture of that prompt: there must never be two."""
    return [message for message in pictures(stage) if prompt_of(message) == prompt]


async def begin(stage: Stage) -> None:
    """Start the bot (again) and wait until it is connected; a bot that ends instead is an error."""
    await stage.bot.start()
    synced = asyncio.create_task(stage.discord.commands_synced())
    ended_early = asyncio.create_task(stage.bot.ended(60))
    await asyncio.wait({synced, ended_early}, return_when=asyncio.FIRST_COMPLETED)
    ended_early.cancel()
    if not synced.done():
        synced.cancel()
        raise RuntimeError(f"the bot did not start:\n{stage.bot.log[-2000:]}")
    synced.result()


async def killed(stage: Stage) -> None:
    """End the bot as a power cut would, and wait until Discord has noticed."""
    await stage.bot.kill()
    await happens(lambda: not stage.discord.gateway.connected(), "Discord sees the bot go")


def nobody_pinged(stage: Stage) -> None:
    """No message of the bot pinged anybody."""
    world = stage.discord.world
    for message in world.messages.values():
        if message.author is world.bot:
            assert not message.pinged, message.text()
            assert not message.pinged_everyone, message.text()


def clean(stage: Stage) -> None:
    """Discord knew every request, and no secret stands in the bot's log or in a message."""
    world = stage.discord.world
    assert world.unknown == []
    secrets = [world.token, stage.pixazo.terms.key, *world.interactions]
    shown = "\n".join(message.text() for message in world.messages.values())
    for secret in secrets:
        assert secret not in stage.bot.log
        assert secret not in shown


def options(call: Call) -> set[str]:
    """The fields that the page documents for the call's operation, as its values may be named."""
    return {option.wire for option in BY_ID[call.operation].options}


# pictures that members send


def png(image: Image.Image, **how: object) -> bytes:
    """A PNG file."""
    out = io.BytesIO()
    image.save(out, "PNG", **how)
    return out.getvalue()


def photo(width: int = 512, height: int = 512) -> Image.Image:
    """A picture with something different everywhere."""
    ramp = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (ramp, ramp.rotate(180), Image.new("L", (width, height), 90)))


def mask(width: int = 512, height: int = 512) -> Image.Image:
    """Black with a white square in the middle."""
    image = Image.new("L", (width, height))
    box = (width // 4, height // 4, width * 3 // 4 - 1, height * 3 // 4 - 1)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    return image


def upload(data: bytes | Image.Image, name: str = "picture.png") -> Upload:
    """A file as a member attaches it."""
    return Upload(name, data if isinstance(data, bytes) else png(data))


def seed_of(message: Message) -> int:
    """The seed that a card shows."""
    assert re.fullmatch(r"\d+", fields(message)["Seed"])
    return int(fields(message)["Seed"])
