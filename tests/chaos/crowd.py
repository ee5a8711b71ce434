"""Members who keep a line of waiting pictures while the bot is killed again and again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from playground.messages import Message
from playground.person import Person
from tests.chaos.life import Life

SMALL = {"width": 512, "height": 512, "seed": 7}
# How often each is asked for, in ten; the paid one has a lane of its own.
MIX: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (5, "sdxl", SMALL),
    (2, "sdxl", {**SMALL, "private": True}),
    (2, "lightning", SMALL),
    (1, "sd3", {}),
)


@dataclass(kw_only=True)
class Crowd:
    """Asks for pictures while a bot is there, so that about ``waiting`` are on their way."""

    life: Life
    people: list[Person]
    waiting: int = 45
    open: bool = True
    placed: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    _answers: list[Message] = field(default_factory=list)
    _asking: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Ask until ``open`` is false; unanswered acts end with the block."""
        try:
            while self.open:
                if self.life.alive and self.life.discord.gateway.connected():
                    for _ in range(min(6, self.waiting - self._on_their_way())):
                        self._ask()
                await asyncio.sleep(0.02)
        finally:
            for task in self._asking:
                task.cancel()
            await asyncio.gather(*self._asking, return_exceptions=True)

    def _on_their_way(self) -> int:
        self._answers = [message for message in self._answers if not message.embeds]
        return len(self._answers) + len(self._asking)

    def _ask(self) -> None:
        weights = [times for times, _, _ in MIX]
        _, command, values = self.chance.choices(MIX, weights)[0]
        self.placed += 1
        person = self.people[self.placed % len(self.people)]
        prompt = f"{command} {self.placed}"
        task = asyncio.create_task(self._one(person, command, {**values, "prompt": prompt}))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _one(self, person: Person, command: str, values: dict[str, Any]) -> None:
        asking = asyncio.ensure_future(person.command(command, **values))
        child = self.life.child
        try:
            while not asking.done() and child is not None and child.alive:
                await asyncio.sleep(0.02)
            if asking.done() and (message := asking.result().message) is not None:
                self._answers.append(message)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
