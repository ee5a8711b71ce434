"""``python -m playground`` in a terminal of its own, and the processes that it starts."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds
STEP = 0.01  # seconds between looks at /proc, which tells nobody of its changes
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+) \(usable after [\d.]+ s\)")


def alive(pid: int) -> bool:
    """Whether the process is there and not only waits to be buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


async def until(probe: Callable[[], bool]) -> None:
    """Wait until something is so; raises TimeoutError when it never is."""
    async with asyncio.timeout(PATIENCE):
        while not probe():
            await asyncio.sleep(STEP)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """The running playground; what it prints is read line by line."""

    process: asyncio.subprocess.Process

    @property
    def bots(self) -> list[int]:
        """The processes that it has started."""
        pid = self.process.pid
        with suppress(OSError):
            return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def handles(self, name: signal.Signals, how: str) -> bool:
        """Whether the process has that signal among its SigCgt (caught) or SigIgn (ignored)."""
        with suppress(OSError):
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            return bool(int(status.split(f"{how}:")[1].split()[0], 16) >> (name - 1) & 1)
        return False

    async def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return (await self.process.stdout.readline()).decode()

    async def address(self) -> str:
        """Wait until it says where it is."""
        line = await self.line()
        found = ADDRESS.search(line)
        assert found, line
        return found[1]

    def interrupt(self) -> None:
        """Press Ctrl-C: every process of the terminal hears it."""
        os.killpg(self.process.pid, signal.SIGINT)

    async def end(self) -> tuple[int, str]:
        """Wait until it has ended; its exit status and the rest of what it printed."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            rest = (await self.process.stdout.read()).decode()
            return await self.process.wait(), rest


@asynccontextmanager
async def terminal(*arguments: str, **how: Any) -> AsyncIterator[Terminal]:
    """Start the playground; whatever is left of it at the end of the block is killed."""
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", *arguments, cwd=ROOT, start_new_session=True,
        **{**pipes, **how},
    )  # fmt: skip
    try:
        yield Terminal(process=process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
