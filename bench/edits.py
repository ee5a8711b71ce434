"""What edits of large photos do to everybody else: the acknowledgement of a plain command.

While some members have previews made and pictures put back without a pause, another one asks for
pictures, of our bot and of a bare one in turn. The bare bot alone, before, is the measure.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, quantile
from bench.latency import Subject, bare_bot, our_bot
from bench.preview import large_photo, packed
from bench.scale import Scale
from playground.uploads import Upload

LINE = "event-to-ack of /sdxl while 12-megapixel photos are edited / a bare bot's alone,"
EDITORS = 4
WITHIN = 120.0


@dataclass(kw_only=True)
class Editing:
    """Members who edit one photo after the other; ``done`` counts the pictures that came."""

    subject: Subject
    photo: bytes = field(repr=False)
    done: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def go_on(self, name: str) -> None:
        """Preview and draw, for ever."""
        member = self.subject.discord.person(name)
        photo = Upload("photo.jpg", self.photo)
        while True:
            reply = await member.command("inpaint", prompt="a hat", image=photo, region="centre")
            page = await reply.until(lambda message: "Draw this?" in message.text(), WITHIN)
            drawn = await member.press(page, label="Draw")
            await drawn.until(lambda message: message.embeds and message.attachments, WITHIN)
            self.done += 1
            self.begun.set()


@asynccontextmanager
async def _edited(editing: Editing) -> AsyncIterator[None]:
    """Let the members edit, from when the first picture has come."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(editing.go_on(f"Editor {n}")) for n in range(EDITORS)]
        await editing.begun.wait()
        yield
        for task in tasks:
            task.cancel()


async def measure(scale: Scale) -> list[Figure]:
    """The lines about acknowledgement beside edits."""
    photo, times = packed(large_photo(), "JPEG"), scale.acks // 2
    with TemporaryDirectory(prefix="bench") as name:
        async with our_bot(Path(name)) as ours, bare_bot() as bare:
            for subject in (ours, bare):  # first acquaintance: imports, connections
                await subject.one()
            for _ in range(times):
                bare.alone.append(await bare.one())
            editing = Editing(subject=ours, photo=photo)
            async with _edited(editing):
                before = editing.done
                for _ in range(times):
                    for subject in (ours, bare):
                        subject.crowded.append(await subject.one())
            return _figures(ours, bare, editing.done - before)


def _figures(ours: Subject, bare: Subject, edits: int) -> list[Figure]:
    return [
        Figure(
            line=f"{LINE} p{share * 100:.0f}",
            value=quantile(ours.crowded, share) / quantile(bare.alone, share),
            sense="<=",
            goal=1.5,
            digits=2,
            detail=f"{quantile(ours.crowded, share) * 1000:.1f} and"
            f" {quantile(bare.alone, share) * 1000:.1f} ms, {len(ours.crowded)} each; {edits}"
            f" pictures came meanwhile. The bare bot on the same machine beside the same edits:"
            f" {quantile(bare.crowded, share) * 1000:.1f} ms",
        )
        for share in (0.5, 0.99)
    ]
