"""``python -m playground`` from a terminal: it says where, and Ctrl-C ends all of it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether the process is still there."""
    return Path(f"/proc/{pid}").exists()


async def test_it_says_where_and_ctrl_c_ends_everything() -> None:
    """Address and seconds are printed; the interrupt of a whole terminal leaves nothing behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--port", "0", cwd=ROOT, start_new_session=True,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
            found = re.search(r"(http://127\.0\.0\.1:\d+) \(usable after [\d.]+ s\)", line)
            assert found, line
            async with httpx.AsyncClient() as client:
                assert (await client.get(found[1])).status_code == 200
            started = children(process.pid)
            assert started
            os.killpg(process.pid, signal.SIGINT)
            rest = (await process.stdout.read()).decode()
            assert await process.wait() == 0, rest
        assert "Traceback" not in rest
        assert not any(alive(pid) for pid in started)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
