"""PostgreSQL: a whole fair admission beside one bare UPDATE, on a server started for it."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import storage
from bench.admission import WORKER, fill
from bench.figures import Figure, median, skipped
from bench.orders import LANE
from bench.scale import Scale
from storage import queue
from storage.database import Database
from storage.window import Limit

LINE = "PostgreSQL admission / bare UPDATE"
# The server's clock cannot be set, so the window is too short to wait for: 60 slots all the same.
FAST = {LANE: Limit(calls=60, window_ms=1, margin_ms=0, burst=60)}


async def measure(scale: Scale) -> list[Figure]:
    """Admissions a second over UPDATEs of one row a second; skipped where no server starts."""
    for module in ("asyncpg", "pgserver"):
        if find_spec(module) is None:
            return [skipped(LINE, f"{module} is not installed")]
    try:
        async with _server() as url:
            return [await _compare(scale, url)]
    except (OSError, subprocess.SubprocessError, LookupError, TimeoutError) as error:
        return [skipped(LINE, f"no server starts here: {type(error).__name__}: {error}")]


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """The address of a new server with its usual durability, reached through a socket file."""
    import pgserver

    programs = Path(pgserver.__file__).parent / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        data = folder / "data"
        initdb = await asyncio.create_subprocess_exec(
            programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            cwd=folder, **quiet, **_user())  # fmt: skip
        if await initdb.wait():
            raise OSError("initdb failed")
        server = await asyncio.create_subprocess_exec(
            programs / "postgres", "-D", data, "-c", "listen_addresses=",
            "-c", f"unix_socket_directories={folder}", cwd=folder, **quiet, **_user())  # fmt: skip
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            await _answers(url)
            yield url
        finally:
            server.terminate()
            await server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _answers(url: str) -> None:
    import asyncpg  # type: ignore[import-untyped]  # it ships no types

    async with asyncio.timeout(30):
        while True:
            try:
                connection = await asyncpg.connect(url, timeout=5)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return


async def _compare(scale: Scale, url: str) -> Figure:
    import asyncpg

    ours, bare = [], []
    plain = await asyncpg.connect(url)
    try:
        await plain.execute("CREATE TABLE counter (id BIGINT PRIMARY KEY, calls BIGINT)")
        await plain.execute("INSERT INTO counter VALUES (1, 0)")
        async with storage.open(url) as database:
            await fill(database, scale.calls * (scale.rounds + 1))
            await plain.execute("ANALYZE")
            for _ in range(scale.rounds + 1):
                bare.append(await _bare(plain, scale.calls))
                ours.append(await _admissions(database, scale.calls))
    finally:
        await plain.close()
    ratios = [one / other for one, other in zip(ours[1:], bare[1:], strict=True)]  # first: warm up
    return Figure(
        line=LINE,
        value=median(ratios),
        sense=">=",
        goal=0.55,
        digits=2,
        detail=f"median of {scale.rounds} rounds in turn: {median(ours[1:]):,.0f} and"
        f" {median(bare[1:]):,.0f} a second, fsync on",
    )


async def _admissions(database: Database, calls: int) -> float:
    began, taken = time.perf_counter(), 0
    while taken < calls:
        taken += len((await database.run(queue.claim(WORKER, FAST, 1))).jobs)
    return calls / (time.perf_counter() - began)


async def _bare(plain: Any, calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        await plain.fetch("UPDATE counter SET calls = calls + 1 WHERE id = $1 RETURNING calls", 1)
    return calls / (time.perf_counter() - began)
