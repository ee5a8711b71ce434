"""What the members do in a scripted life: six orders, one of them cancelled while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from playground.messages import Message
from playground.reply import Reply
from tests.chaos.life import Life

SMALL = {"width": 512, "height": 512, "seed": 7}
# Five free turns at once; who comes sixth waits for most of a second.
LIMITS = {"PIXAZO_LIMIT": "5", "PIXAZO_LIMIT_WINDOW": "0.8"}


@dataclass(frozen=True, kw_only=True)
class Order:
    """Who asks for what; the prompt is its name."""

    prompt: str
    member: str
    command: str
    values: dict[str, Any] = field(default_factory=dict)


ORDERS = (
    Order(prompt="plain", member="Ada", command="sdxl", values=SMALL),
    Order(prompt="paid", member="Ada", command="sd35"),
    Order(prompt="private", member="Ben", command="sdxl", values={**SMALL, "private": True}),
    Order(prompt="failing", member="Ben", command="lightning", values=SMALL),
    Order(prompt="set", member="Ben", command="sdxl", values={**SMALL, "count": 2}),
    Order(prompt="cancelled", member="Ada", command="sdxl", values=SMALL),
)


@dataclass(kw_only=True)
class Script:
    """How far the members have come. They wait for a bot that is there, and ask only once."""

    life: Life
    asked: int = 0
    pressed: bool = False

    async def play(self) -> bool:
        """Go on, until everything is done and told; False where the bot died meanwhile."""
        self.life.pixazo.faults.clear()
        self.life.pixazo.faults.add("400-text", "lightning", times=9)
        while self.asked < len(ORDERS) and self.life.alive:
            order = ORDERS[self.asked]
            self.asked += 1
            person = self.life.discord.person(order.member)
            await self._act(person.command(order.command, prompt=order.prompt, **order.values))
        if not self.pressed:
            await self._cancel()
        return await self.life.settled()

    async def _cancel(self) -> None:
        """Press Cancel as soon as it is shown, unless the picture is faster."""
        await self.life.until(
            lambda: not self.life.alive or self._waiting() or self._ended(), "Cancel is shown"
        )
        message = self._waiting()
        if self.life.alive and message is not None:
            self.pressed = True
            person = self.life.discord.person("Ada")
            await self._act(person.press(message, label="Cancel"))

    def _waiting(self) -> Message | None:
        """The last order's message, while it has the button."""
        for message in self._answers():
            if any(part.get("label") == "Cancel" for part in message.parts()):
                return message
        return None

    def _ended(self) -> bool:
        return any(message.embeds for message in self._answers()) or self._lost()

    def _lost(self) -> bool:
        """Whether the last order was not accepted before the bot died: nothing will be shown."""
        return not any(
            it.original for it in self.life.discord.world.interactions.values() if _is_last(it.data)
        )

    def _answers(self) -> list[Message]:
        its = self.life.discord.world.interactions.values()
        return [it.original for it in its if _is_last(it.data) and it.original]

    async def _act(self, act: Coroutine[Any, Any, Reply]) -> None:
        """Wait for the acknowledgement, or for the bot's death."""
        acting = asyncio.ensure_future(act)
        try:
            await self.life.until(lambda: acting.done() or not self.life.alive, "an answer")
        finally:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)


def _is_last(data: dict[str, Any]) -> bool:
    given = {option["name"]: option.get("value") for option in data.get("options", [])}
    return given.get("prompt") == ORDERS[-1].prompt
