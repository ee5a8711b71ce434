"""Child processes of the bench: our own modules, started from the project's folder."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


async def child(
    module: str, *arguments: str, settings: dict[str, str] | None = None
) -> asyncio.subprocess.Process:
    """Start ``python -m module``; what it writes to stderr is shown."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **(settings or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


def resident_mib(pid: int) -> float | None:
    """The memory that a process holds (VmRSS), in MiB; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    for line in status.read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None
