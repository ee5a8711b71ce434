"""The switch of the bot's process: start, stop, kill, freeze and thaw, one after the other."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

from playground.process import BotEnded
from playground.stage import Stage

LOG_SHOWN = 2000


class BotSwitch:
    """Works the bot's process; ``mood`` is up, down, starting, stopping or frozen."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lock = asyncio.Lock()
        self._busy: str | None = None
        self._frozen = False
        self.trouble = ""
        self._ways: dict[str, Callable[[], Awaitable[None]]] = {
            "start": self._start, "stop": self._stop, "kill": self._kill,
            "restart": self._restart,
        }  # fmt: skip
        if hasattr(signal, "SIGSTOP"):  # Windows stops no process
            self._ways |= {"freeze": self._freeze, "thaw": self._thaw}

    @property
    def ways(self) -> list[str]:
        """The words that it knows on this system."""
        return list(self._ways)

    @property
    def mood(self) -> str:
        """How the bot is."""
        if self._busy:
            return self._busy
        if not self._stage.bot.running:
            return "down"
        if self._frozen:
            return "frozen"
        return "up" if self._stage.discord.gateway.connected() else "starting"

    async def turn(self, way: str) -> None:
        """Do one of the ways of the table; KeyError for another word."""
        doing = self._ways[way]
        async with self._lock:
            self.trouble = ""
            try:
                await doing()
            except (TimeoutError, BotEnded):
                self.trouble = f"The bot did not {way}.\n{self._stage.bot.log[-LOG_SHOWN:]}"
            finally:
                self._busy = None

    async def _start(self) -> None:
        if not self._stage.bot.running:
            self._busy = "starting"
            await self._stage.start()

    async def _stop(self) -> None:
        if self._stage.bot.running:
            self._frozen = False
            self._busy = "stopping"
            await self._stage.bot.stop()

    async def _kill(self) -> None:
        if self._stage.bot.running:
            self._frozen = False
            await self._stage.bot.kill()

    async def _restart(self) -> None:
        await self._stop()
        await self._start()

    async def _freeze(self) -> None:
        self._signal("SIGSTOP", frozen=True)

    async def _thaw(self) -> None:
        self._signal("SIGCONT", frozen=False)

    def _signal(self, name: str, *, frozen: bool) -> None:
        if self._stage.bot.running:
            os.kill(self._stage.bot.pid, signal.Signals[name])
            self._frozen = frozen
