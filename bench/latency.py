"""What a member feels: from the command to "thinking…", and from the picture to its place.

The real bot with its default settings (but a high limit) and a bare one, each with a local Discord
and a local Pixazo of its own, are asked in turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, quantile
from bench.process import child
from bench.scale import Scale
from playground.local_discord import LocalDiscord
from playground.pixazo import LocalPixazo, Terms
from playground.reply import Reply
from playground.results import Drawn, Results
from playground.stage import KEY, stage

CROWD = 50
WITHIN = 60.0
TERMS = Terms(key=KEY, limit=100_000)
READY = "picture-ready-to-delivered"
SMALL, LARGE = 512, 1024  # pixels a side


class Stopwatch(Results):
    """The host of the results, which notes when each picture was ready (monotonic seconds)."""

    def __init__(self, inner: Results) -> None:
        super().__init__()
        self.ready: list[float] = []
        self._inner = inner

    def keep(self, name: str, drawn: Drawn, *, road: str = "results", private: bool = False) -> str:
        """Keep a picture, as the host does."""
        self.ready.append(time.monotonic())
        return self._inner.keep(name, drawn, road=road, private=private)


@dataclass(kw_only=True)
class Subject:
    """A bot under measurement, and its times in seconds."""

    discord: LocalDiscord
    pixazo: LocalPixazo
    stopwatch: Stopwatch
    alone: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)
    uploaded: list[float] = field(default_factory=list)  # the bytes at hand -> shown
    shown: list[float] = field(default_factory=list)  # made by the gateway -> shown

    async def ask(self, side: int) -> Reply:
        """Ada asks for a picture; returns at the acknowledgement."""
        reply = await self.discord.person("Ada").command(
            "sdxl", prompt="a fox", width=side, height=side
        )
        if reply.failed:
            raise TimeoutError(reply.failed)
        return reply

    async def one(self) -> float:
        """Ask once, and wait for the picture; the seconds until the acknowledgement."""
        reply = await self.ask(SMALL)
        await _arrived(reply)
        return reply.acked_after or 0.0

    async def crowd(self) -> list[float]:
        """Ask 50 times at once; no picture is drawn before all are acknowledged."""
        self.pixazo.pause()
        try:
            replies = await asyncio.gather(*(self.ask(SMALL) for _ in range(CROWD)))
        finally:
            self.pixazo.resume()
        for reply in replies:
            await _arrived(reply)
        return [reply.acked_after or 0.0 for reply in replies]

    async def picture(self) -> float:
        """Ask for a full-size picture; note how long it took from the gateway to the channel.

        Returns when it was shown (Unix seconds).
        """
        await _arrived(await self.ask(LARGE))
        self.shown.append(time.monotonic() - self.stopwatch.ready[-1])
        return time.time()

    async def again(self) -> None:
        """Let the bare bot upload the same bytes again, timed from its acknowledgement."""
        reply = await self.discord.person("Ada").command("again")
        await _arrived(reply)
        self.uploaded.append(time.monotonic() - (reply.interaction.acked_at or 0.0))


async def _arrived(reply: Reply) -> None:
    await reply.until(lambda message: message.attachments and not message.loading, WITHIN)


def _subject(discord: LocalDiscord, pixazo: LocalPixazo) -> Subject:
    stopwatch = Stopwatch(pixazo.results)
    pixazo.results = stopwatch
    return Subject(discord=discord, pixazo=pixazo, stopwatch=stopwatch)


def _drawn_at(path: Path) -> float:
    """When the bot had its latest picture verified, before it was stored (Unix seconds)."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        latest: int = connection.execute("SELECT max(drawn_at) FROM job").fetchone()[0]
    return latest / 1000


@asynccontextmanager
async def our_bot(folder: Path) -> AsyncIterator[Subject]:
    """The real bot, with a limit that is not felt."""
    async with stage(
        folder,
        terms=TERMS,
        PIXAZO_LIMIT="60",  # as many slots as by default, free again at once
        PIXAZO_LIMIT_WINDOW="0.5",
        USER_DAILY_IMAGES="1000000",
        USER_PENDING_JOBS="1000",
    ) as whole:
        yield _subject(whole.discord, whole.pixazo)


@asynccontextmanager
async def bare_bot() -> AsyncIterator[Subject]:
    """The bare one, with servers of its own."""
    async with LocalDiscord.open() as discord, LocalPixazo.open(terms=TERMS) as pixazo:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.url,
            "PIXAZO_URL": pixazo.url,
            "PIXAZO_API_KEY": KEY,
        }
        process = await child("bench.bare_bot", settings=settings)
        try:
            await discord.commands_synced()
            yield _subject(discord, pixazo)
        finally:
            process.terminate()
            await process.wait()


async def measure(scale: Scale) -> list[Figure]:
    """The lines about acknowledgement and delivery."""
    with TemporaryDirectory(prefix="bench") as name:
        return await _compare(scale, Path(name))


async def _compare(scale: Scale, folder: Path) -> list[Figure]:
    async with our_bot(folder) as ours, bare_bot() as bare:
        for subject in (ours, bare):  # first acquaintance: imports, connections, threads
            await subject.one()
            await subject.crowd()
        for _ in range(scale.acks):
            for subject in (ours, bare):
                subject.alone.append(await subject.one())
        for _ in range(scale.crowds):
            for subject in (ours, bare):
                subject.crowded.extend(await subject.crowd())
        for _ in range(scale.pictures):
            ours.uploaded.append(await ours.picture() - _drawn_at(folder / "bot.db"))
            await bare.picture()
            await bare.again()
    return _figures(ours, bare)


def _figures(ours: Subject, bare: Subject) -> list[Figure]:
    pairs = (
        ("event-to-ack of /sdxl / a bare bot's, one at a time,", ours.alone, bare.alone, 1.5),
        (
            f"event-to-ack of /sdxl / a bare bot's, {CROWD} at once,",
            ours.crowded,
            bare.crowded,
            1.5,
        ),
        (f"{READY} / a bare bot's upload of the same bytes,", ours.uploaded, bare.uploaded, 1.2),
    )
    ratios = [
        Figure(
            line=f"{line} p{share * 100:.0f}",
            value=quantile(one, share) / quantile(other, share),
            sense="<=",
            goal=goal,
            digits=2,
            detail=f"{quantile(one, share) * 1000:.1f} and {quantile(other, share) * 1000:.1f} ms,"
            f" {len(one)} each",
        )
        for line, one, other, goal in pairs
        for share in (0.5, 0.99)
    ]
    return [*ratios, _whole_way(ours.shown, bare.shown)]


def _whole_way(ours: list[float], bare: list[float]) -> Figure:
    """The same pictures from the moment at which the gateway had them."""
    told = [
        f"{quantile(times, share) * 1000:.1f}" for times in (ours, bare) for share in (0.5, 0.99)
    ]
    return Figure(
        line="from the gateway's picture to the channel, p50",
        value=quantile(ours, 0.5) * 1000,
        unit=" ms",
        digits=1,
        detail=f"fetched, every pixel verified, stored, shown; p50 and p99 {told[0]} and {told[1]}"
        f" ms; the bare bot, which verifies and stores nothing: {told[2]} and {told[3]} ms",
    )
