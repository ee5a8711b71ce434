"""Both databases, for tests that hold on both; PostgreSQL from pgserver's binaries, if they run."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from storage.connect import open_database
from storage.database import Database
from storage.schema import migrate
from storage.sqlite import SQLite
from tests.storage.world import Clock, World, careless


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def _start(folder: Path) -> subprocess.Popen[bytes]:
    import pgserver

    binaries = Path(pgserver.__file__).parent / "pginstall" / "bin"
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    nothing = subprocess.DEVNULL
    quiet: dict[str, Any] = {"stdout": nothing, "stderr": nothing, "cwd": folder}
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        timeout=60,
        **quiet,
        **_as_nobody(),
    )
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    settings += ["-c", "fsync=off", "-c", "deadlock_timeout=50ms", "-c", "timezone=UTC"]
    return subprocess.Popen([binaries / "postgres", "-D", data, *settings], **quiet, **_as_nobody())


def _start_or_skip(folder: Path) -> subprocess.Popen[bytes]:
    try:
        return _start(folder)
    except (OSError, subprocess.SubprocessError, LookupError) as error:
        pytest.skip(f"PostgreSQL skipped: it does not start here ({error})")


async def _connected(url: str) -> asyncpg.Connection:
    """A connection, as soon as the server that was just started answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return await asyncpg.connect(url, timeout=5)
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A folder with the socket of a PostgreSQL server that lives as long as the tests."""
    pytest.importorskip("pgserver", reason="PostgreSQL skipped: pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        server = _start_or_skip(folder)
        try:
            yield folder
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def fresh(folder: Path) -> str:
    """The address of a new database on the server in this folder."""
    name = f"t{time.monotonic_ns()}"
    connection = await _connected(f"postgresql://postgres@/postgres?host={folder}")
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return f"postgresql://postgres@/{name}?host={folder}"


@pytest.fixture
def postgres_url(postgres_folder: Path) -> str:
    """The address of a fresh, empty database."""
    return asyncio.run(fresh(postgres_folder))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bot.db'}"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A migrated database of either kind."""
    async with open_database(url) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """A clock that only the test moves."""
    return Clock()


@pytest.fixture
async def clocked(tmp_path: Path, clock: Clock) -> AsyncIterator[World]:
    """A world on SQLite that lives by ``clock``."""
    opened = await SQLite.connect(tmp_path / "bot.db", read_clock=clock)
    try:
        await careless(opened)
        await migrate(opened)
        yield World(opened)
    finally:
        await opened.close()


@pytest.fixture
def world(database: Database) -> World:
    """Short ways to place and claim on the database."""
    return World(database)
