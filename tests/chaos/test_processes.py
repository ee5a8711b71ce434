"""Several processes on one database: one dies, the others finish its work within the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from playground.person import Person
from playground.pixazo import Terms
from playground.places import Guild
from playground.stage import KEY
from tests.chaos.life import Life, every_job, painted_once
from tests.chaos.nursery import WITHIN, Child, Nursery
from tests.chaos.verdict import cards, verdict

SHARDS = 4
ORDERS = 8  # of every member; there is a member on each shard
SMALL: dict[str, Any] = {"width": 512, "height": 512, "seed": 7}
TERMS = Terms(key=KEY, limit=20, window=2.0, jitter=0.02)
LIMITS = {"PIXAZO_LIMIT": "20", "PIXAZO_LIMIT_WINDOW": "2", "SHARD_COUNT": str(SHARDS)}


class Company:
    """Processes that share the shards of one bot, and a member for each of the shards."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.children: list[Child] = []
        world = life.discord.world
        guilds = [*world.guilds.values()]
        guilds += [world.add_guild(f"Guild {number}") for number in range(SHARDS - len(guilds))]
        self.people = [self._member(number, guild) for number, guild in enumerate(guilds)]

    def _member(self, number: int, guild: Guild) -> Person:
        channel = guild.channels[0] if guild.channels else guild.add_channel("general")
        return self.life.discord.person(f"Member {number}", channel)

    async def start(self, processes: int) -> None:
        """Start them one after the other, each with its share of the shards."""
        share = SHARDS // processes
        for number in range(processes):
            ids = range(number * share, (number + 1) * share)
            settings = {**self.life.settings, "SHARD_IDS": ",".join(map(str, ids))}
            folder = self.life.folder
            self.children.append(await self.life.nursery.birth(folder, settings))
        await self.life.until(self.life.discord.gateway.connected, "every shard is connected")

    async def order(self) -> None:
        """Every member asks for pictures, and one of them for a paid one."""
        asking = [
            person.command("sdxl", prompt=f"{person.user.name} {number}", **SMALL)
            for person in self.people
            for number in range(ORDERS)
        ]
        asking.append(self.people[-1].command("sd3", prompt="the paid one"))
        for reply in await asyncio.gather(*asking):
            assert reply.message is not None, reply.text()

    def told(self) -> int:
        """How many orders have been answered for good."""
        return len(cards(self.life))

    async def end(self) -> None:
        """Leave nothing running."""
        for child in self.children:
            await child.kill()


@asynccontextmanager
async def company(
    nursery: Nursery, folder: Path, processes: int, **settings: str
) -> AsyncIterator[Company]:
    """That many processes in a world of their own."""
    async with AsyncExitStack() as stack:
        stack.enter_context(painted_once())
        life = await stack.enter_async_context(
            Life.open(nursery, folder, settings={**LIMITS, **settings}, terms=TERMS)
        )
        opened = Company(life)
        stack.push_async_callback(opened.end)
        await opened.start(processes)
        yield opened


async def survives(opened: Company) -> None:
    """One process dies in the midst of it; all orders end, once, within the limit."""
    life = opened.life
    await opened.order()
    await life.until(lambda: opened.told() >= ORDERS, "some pictures are there")
    life.child = opened.children[1]  # one that lives, for settled()
    await opened.children[0].kill()
    life.deaths += 1
    assert await life.settled(within=2 * WITHIN), life.log[-3000:]
    rows = await life.ask(every_job())
    assert len(rows) == SHARDS * ORDERS + 1
    await opened.end()
    assert "\n".join(await verdict(life)) == ""
    assert len(life.pixazo.calls) <= len(rows) + ORDERS * 2


@pytest.mark.parametrize("processes", [2, 4])
async def test_the_living_finish_a_dead_ones_work(
    nursery: Nursery, tmp_path: Path, processes: int
) -> None:
    """On one SQLite file, with one limit for all of them."""
    async with company(nursery, tmp_path, processes) as opened:
        await survives(opened)


async def test_the_living_finish_a_dead_ones_work_on_postgres(
    nursery: Nursery, tmp_path: Path, postgres_url: str
) -> None:
    """The same with two processes on PostgreSQL."""
    async with company(nursery, tmp_path, 2, DATABASE_URL=postgres_url) as opened:
        await survives(opened)
