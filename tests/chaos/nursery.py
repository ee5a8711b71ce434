"""Starts doomed bots quickly, and hears how they end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playground.process import ROOT, BotProcess
from tests.chaos.points import Point

WITHIN = 20.0  # seconds that a process may take for anything
PAUSES = {"round": 0.5, "tick": 0.1}


@dataclass(kw_only=True)
class Child:
    """One start of the bot."""

    pid: int
    ended: asyncio.Future[int]

    @property
    def alive(self) -> bool:
        """Whether it still runs, as far as is known."""
        return not self.ended.done()

    async def kill(self, by: signal.Signals = signal.SIGKILL) -> int:
        """End it, and wait until it has ended; return its exit status."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, by)
        async with asyncio.timeout(WITHIN + 5):
            return await asyncio.shield(self.ended)


@dataclass(kw_only=True)
class Nursery:
    """The process that forks bots (doomed_bot.py), seen from here."""

    process: asyncio.subprocess.Process
    _births: asyncio.Queue[Child] = field(default_factory=asyncio.Queue)
    _living: dict[int, Child] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Nursery]:
        """Start it, and end it with all its children."""
        hidden = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")  # nothing killed is measured
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.chaos.doomed_bot",
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in hidden},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        nursery = cls(process=process)
        listening = asyncio.create_task(nursery._listen())
        try:
            yield nursery
        finally:
            process.kill()  # its children die with it
            await process.wait()
            await listening

    async def birth(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        doom: Point | None = None,
        mutant: str = "none",
        pauses: Mapping[str, float] = PAUSES,
    ) -> Child:
        """Start a bot in the folder, to die at ``doom``."""
        request = {
            "folder": str(folder),
            "environment": BotProcess(folder=folder, settings=settings)._environment(),
            "doom": [doom.label, doom.nth] if doom else None,
            "mutant": mutant,
            "pauses": dict(pauses),
        }
        assert self.process.stdin is not None
        async with self._lock, asyncio.timeout(WITHIN):
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            await self.process.stdin.drain()
            return await self._births.get()

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            if "born" in said:
                ended = asyncio.get_running_loop().create_future()
                child = self._living[said["born"]] = Child(pid=said["born"], ended=ended)
                self._births.put_nowait(child)
            else:  # its id may soon be another's
                self._living.pop(said["ended"]).ended.set_result(said["status"])
        for child in self._living.values():
            child.ended.set_result(-signal.SIGKILL)
