"""A scripted visit of everything a member can do, over the wire, by the real process.

It prints the conversation as text and saves every picture to a folder; whatever goes wrong ends it
with an error.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage, stage
from playground.tour_edits import editing
from playground.tour_results import results
from playground.uploads import Upload

FOLDER = Path("tour")
PICTURE_WITHIN = 30.0


@dataclass(kw_only=True)
class Visit:
    """One run of the tour: the stage, the members, and where pictures go."""

    stage: Stage
    folder: Path
    shown: int = field(default=0, init=False)

    @property
    def ada(self) -> Person:
        """A member."""
        return self.stage.discord.person("Ada")

    @property
    def bob(self) -> Person:
        """Another member, in the same channel."""
        return self.stage.discord.person("Bob")

    def title(self, text: str) -> None:
        """Begin a part of the visit."""
        print(f"\n=== {text}")

    def act(self, text: str) -> None:
        """Say what a member does."""
        print(f"\n{text}")

    async def picture(self, who: Person, command: str, **given: object) -> Message:
        """Use a drawing command, wait for its picture and show it."""
        return await self.result(who, command, await self.use(who, command, **given))

    async def use(self, who: Person, command: str, **given: Any) -> Reply:
        """Use a command and say so; raises RuntimeError when the bot did not answer."""
        shown = " ".join(f"{name}: {_shown(value)}" for name, value in given.items())
        self.act(f"{who.user.name}: /{command} {shown}")
        reply = await who.command(command, **given)
        if reply.failed:
            raise RuntimeError(f"/{command}: {reply.failed}")
        return reply

    async def result(self, who: Person, name: str, reply: Reply) -> Message:
        """Wait for the picture that a reply promises, show it and save it."""
        message = await reply.until(finished, timeout=PICTURE_WITHIN)
        self.show(message)
        self.save(name, message)
        return message

    def show(self, message: Message | None) -> None:
        """Print a message as a member sees it."""
        if message is None:
            raise RuntimeError("the bot said nothing")
        print("\n".join(f"    {line}" for line in message.text().splitlines()))

    def save(self, name: str, message: Message) -> None:
        """Save every file of a message to the folder."""
        for attachment in message.attachments:
            self.shown += 1
            kind = Path(attachment.filename).suffix
            path = self.folder / f"{self.shown:02d}-{name.strip('/').replace(' ', '-')}{kind}"
            path.write_bytes(attachment.read())
            print(f"    saved {path}")


def finished(message: Message) -> bool:
    """Whether a message shows a picture that was drawn (and no longer the way to it)."""
    return bool(message.attachments and message.embeds and not message.loading)


def _shown(value: object) -> str:
    return f"<{value.name}>" if isinstance(value, Upload) else str(value)


async def models(visit: Visit) -> None:
    """Every model, both streams, a private answer."""
    visit.title("Every model from words")
    await visit.picture(visit.ada, "sdxl", prompt="a fox in the snow", seed=7)
    await visit.picture(
        visit.ada, "lightning", prompt="a lighthouse at dusk", width=1344, height=768
    )
    await visit.picture(visit.ada, "lightning", prompt="a lighthouse at dawn", stream=True)
    await visit.picture(visit.bob, "sd3", prompt="a paper boat on the sea", aspect_ratio="3:2")
    await visit.picture(visit.bob, "sd35", prompt="a poster that says HELLO", steps=40)
    await visit.picture(visit.bob, "sdxl", prompt="a surprise present", private=True)


async def refusals(visit: Visit) -> None:
    """What the bot says no to, and what the gateway does."""
    visit.title("What does not work, and what the member hears")
    visit.show((await visit.use(visit.ada, "sdxl", prompt="\u200b \u200b")).message)
    not_a_picture = Upload("dog.png", b"this is no picture")
    reply = await visit.use(visit.ada, "inpaint", prompt="a lion", image=not_a_picture)
    visit.show(await reply.until(lambda message: bool(message.embeds), timeout=PICTURE_WITHIN))
    visit.stage.pixazo.faults.add("empty-url")
    reply = await visit.use(visit.ada, "sdxl", prompt="a picture that never comes")
    visit.show(await reply.until(lambda message: bool(message.embeds), timeout=PICTURE_WITHIN))


async def restart(visit: Visit) -> None:
    """The bot is killed while it draws; the picture arrives all the same."""
    visit.title("The bot is killed in the middle, and started again")
    visit.stage.pixazo.pause()
    before = len(visit.stage.pixazo.calls)
    reply = await visit.use(visit.ada, "sdxl", prompt="a picture that survives")
    await visit.stage.pixazo.called(before + 1, within=PICTURE_WITHIN)
    print("    (kill -9)")
    await visit.stage.bot.kill()
    visit.stage.pixazo.resume()
    await visit.stage.start()
    await visit.result(visit.ada, "restart", reply)


async def quota(visit: Visit) -> None:
    """What is left."""
    visit.title("What is left today")
    visit.show((await visit.use(visit.ada, "quota")).message)
    visit.show((await visit.use(visit.bob, "quota")).message)


PARTS: tuple[Callable[[Visit], Awaitable[None]], ...] = (
    models,
    editing,
    results,
    refusals,
    restart,
    quota,
)


async def tour(folder: Path) -> None:
    """Visit every part; raises whatever went wrong."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        async with stage(Path(home)) as opened:
            visit = Visit(stage=opened, folder=folder)
            try:
                for part in PARTS:
                    await part(visit)
            except BaseException:
                print(f"\nThe bot's log:\n{opened.bot.log}", file=sys.stderr)
                raise
            if opened.discord.world.unknown:
                raise RuntimeError(f"routes that are not played: {opened.discord.world.unknown}")
    print(f"\nAll of it worked, in {time.monotonic() - began:.0f} s. Pictures: {folder}/")


def main(folder: Path = FOLDER) -> int:
    """Run the tour; return the exit status."""
    asyncio.run(tour(folder))
    return 0
