"""How much memory the bot holds: idle, and with ten thousand jobs waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import storage
from bench.figures import Figure, skipped
from bench.orders import queue_up
from bench.process import resident_mib
from bench.scale import Scale
from playground.stage import stage

JOBS = 10_000
MEMBERS = 500
SETTLED_S = 3.0
LINE = "resident memory of the bot"
DEAD = "0" * 16  # a worker that is gone: the bot takes over its jobs


async def measure(scale: Scale) -> list[Figure]:
    """Both figures, in MiB, for a bot that has started and connected."""
    idle, waiting = await _resident(0), await _resident(JOBS)
    if idle is None or waiting is None:
        return [skipped(LINE, f"this system has no /proc ({scale.name})")]
    return [
        Figure(line=f"{LINE}, idle", value=idle, unit=" MiB", digits=1),
        Figure(line=f"{LINE}, {JOBS:,} jobs waiting", value=waiting, unit=" MiB", digits=1,
               detail=f"{(waiting - idle) * 1024 / JOBS:.1f} KiB a job; {MEMBERS} members"),
    ]  # fmt: skip


async def _resident(jobs: int) -> float | None:
    with TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        async with storage.open(f"sqlite:///{folder / 'bot.db'}") as database:
            for _ in range(jobs // MEMBERS):
                await database.run(queue_up(range(1, MEMBERS + 1), DEAD))
        # One call a day: the jobs go on waiting.
        async with stage(folder, PIXAZO_LIMIT="1", PIXAZO_LIMIT_WINDOW="86400") as whole:
            await asyncio.sleep(SETTLED_S)
            return resident_mib(whole.bot.pid)
