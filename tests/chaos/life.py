"""A bot that lives as long as it may, dies and is started again, in a world of its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.spec import Operation
from playground import easel
from playground.local_discord import LocalDiscord
from playground.pixazo import LocalPixazo, Terms
from playground.results import Drawn
from playground.stage import KEY
from storage.connect import _connect
from storage.database import Rows, Steps, Transaction, transaction
from tests.chaos.nursery import WITHIN, Child, Nursery
from tests.chaos.points import Point

T = TypeVar("T")
GENEROUS = Terms(key=KEY, limit=100_000, window=1.0)
SETTINGS = {
    "DAILY_BUDGET_USD": "1000",
    "USER_DAILY_BUDGET_USD": "1000",
    "USER_DAILY_IMAGES": "100000",
    "RESULT_HOSTS": "127.0.0.1",
    "DATABASE_URL": "sqlite:///bot.db",
}


@contextmanager
def painted_once() -> Iterator[None]:
    """Let the local Pixazo paint the same request only once: hundreds of lives ask for the same."""
    paint, kept = easel.draw, dict[str, Drawn]()

    def draw(
        operation: Operation, values: Mapping[str, object], given: Mapping[str, bytes]
    ) -> Drawn:
        size = {name: value for name, value in values.items() if name not in ("prompt", "seed")}
        wanted = json.dumps([operation.id, size])
        if wanted not in kept:
            kept[wanted] = paint(operation, values, given)
        return kept[wanted]

    easel.draw = draw
    try:
        yield
    finally:
        easel.draw = paint


@dataclass(kw_only=True)
class Stall:
    """How long this process itself was held up at worst, which no bot can be blamed for."""

    worst: float = 0.0

    async def watch(self) -> None:
        """Look all the time."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.worst = max(self.worst, time.monotonic() - before - 0.01)


@transaction
def every_job() -> Steps[Rows]:
    """All rows of the table of jobs."""
    return (yield "SELECT * FROM job ORDER BY id", ())


@transaction
def untold() -> Steps[int]:
    """How many jobs still need somebody's hands."""
    (row,) = yield "SELECT count(*) AS jobs FROM job WHERE told_at IS NULL", ()
    return int(row["jobs"])


@dataclass(kw_only=True)
class Life:
    """One world with its database, over all the processes that lived in it."""

    discord: LocalDiscord
    pixazo: LocalPixazo
    folder: Path
    nursery: Nursery
    settings: dict[str, str]
    mutant: str = "none"
    deaths: int = 0
    child: Child | None = field(default=None)
    stall: Stall = field(default_factory=Stall)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        nursery: Nursery,
        folder: Path,
        *,
        settings: Mapping[str, str],
        terms: Terms = GENEROUS,
        mutant: str = "none",
    ) -> AsyncIterator[Life]:
        """An empty world; whatever happens in it, no process is left at the end."""
        async with (
            LocalDiscord.open() as discord,
            LocalPixazo.open(terms=terms) as pixazo,
        ):
            discord.world.settings.ack_seconds = WITHIN  # a busy machine is no crash
            places = {
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.url,
                "PIXAZO_API_KEY": KEY,
                "PIXAZO_URL": pixazo.url,
            }
            life = cls(
                discord=discord,
                pixazo=pixazo,
                folder=folder,
                nursery=nursery,
                settings={**SETTINGS, **places, **settings},
                mutant=mutant,
            )
            watching = asyncio.create_task(life.stall.watch())
            try:
                yield life
            finally:
                watching.cancel()
                if life.child is not None:
                    await life.child.kill()

    @property
    def alive(self) -> bool:
        """Whether the bot's process runs."""
        return self.child is not None and self.child.alive

    @property
    def url(self) -> str:
        """The database's address, as seen from this process."""
        relative, found = "sqlite:///", self.settings["DATABASE_URL"]
        if found.startswith(relative):
            return relative + str(self.folder / found.removeprefix(relative))
        return found

    @property
    def log(self) -> str:
        """What all the processes have written."""
        path = self.folder / "bot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    async def start(self, doom: Point | None = None) -> bool:
        """Start the bot; True once it is connected, False where it died before."""
        await self.until(lambda: not self.discord.gateway.connected(), "the dead one is gone")
        (self.folder / "points.log").unlink(missing_ok=True)
        self.child = await self.nursery.birth(
            self.folder, self.settings, doom=doom, mutant=self.mutant
        )
        await self.until(
            lambda: (
                not self.alive
                or (self.discord.gateway.connected() and any(self.discord.world.commands.values()))
            ),
            "the bot is connected",
        )
        return self.alive

    async def die(self) -> None:
        """Kill the bot, if it is not dead already, and count it."""
        if self.child is not None:
            await self.child.kill()
            self.deaths += 1

    async def until(self, probe: Callable[[], object], what: str, within: float = WITHIN) -> None:
        """Wait until the probe finds something true; TimeoutError says what was waited for."""
        try:
            async with asyncio.timeout(within):
                while not probe():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise TimeoutError(f"not within {within} s: {what}\n{self.log[-3000:]}") from None

    async def ask(self, asked: Transaction[T]) -> T:
        """Run a transaction beside the bot."""
        database = await _connect(self.url)
        try:
            return await database.run(asked)
        finally:
            await database.close()

    async def settled(self, within: float = WITHIN) -> bool:
        """Wait until every job was told; False where the bot died first."""
        try:
            async with asyncio.timeout(within):
                while self.alive:
                    if not await self.ask(untold()):
                        return True
                    await asyncio.sleep(0.05)
        except TimeoutError:
            left = [
                (row["id"], row["state"], row["worker"])
                for row in await self.ask(every_job())
                if row["told_at"] is None
            ]
            raise TimeoutError(f"untold after {within} s: {left}\n{self.log[-3000:]}") from None
        return False
