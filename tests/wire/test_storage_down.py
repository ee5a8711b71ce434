"""The bot's memory fails under it: orders are refused with a sentence, the process stays up."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from playground.stage import Stage
from tests.wire import scene
from tests.wire.conftest import OpenStage

SAID = "The bot's memory does not answer right now. Please try again in a minute."
Trouble = Callable[[Stage], AbstractContextManager[None]]


@contextmanager
def locked(whole: Stage) -> Iterator[None]:
    """Another process holds the database."""
    with closing(sqlite3.connect(whole.bot.folder / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(whole: Stage) -> Iterator[None]:
    """No file of the bot may grow or change, as on a full disk."""
    _, hard = resource.prlimit(whole.bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(whole.bot.pid, resource.RLIMIT_FSIZE, (1, hard))
    yield
    resource.prlimit(whole.bot.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def read_only(whole: Stage) -> Iterator[None]:
    """The file says of itself that it may only be read: a write version that SQLite cannot write.

    Source: SQLite's "Database File Format", bytes 18 and 19 of the header.
    """
    path = whole.bot.folder / "bot.db"
    with closing(sqlite3.connect(path)) as other:
        _empty_log(other)
        _write_version(path, 3)
        _empty_log(other)  # a new log makes the bot forget the header that it has read
    yield
    _write_version(path, 2)


def _empty_log(other: sqlite3.Connection) -> None:
    """Move everything from the write-ahead log into the file."""
    assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def _written(whole: Stage) -> bool:
    """Whether the bot has nothing left to write, which would bring the old header back."""
    with closing(sqlite3.connect(whole.bot.folder / "bot.db")) as other:
        (untold,) = other.execute("SELECT count(*) FROM job WHERE told_at IS NULL").fetchone()
    return not untold


def _write_version(path: Path, version: int) -> None:
    with path.open("r+b") as file:
        file.seek(18)
        file.write(bytes([version]))


TROUBLES: dict[str, Trouble] = {"locked": locked, "full": full, "read-only": read_only}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_an_order_is_refused(open_stage: OpenStage, trouble: str) -> None:
    """Orders and /quota get a private sentence in time; afterwards all works, nothing is lost."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="before", **scene.SMALL))
        await scene.happens(lambda: _written(whole), "what was shown is written down")
        with TROUBLES[trouble](whole):
            said = scene.refused(await ada.command("sdxl", prompt="during", **scene.SMALL))
            assert said == SAID
            reply = await ada.command("quota")
            if trouble == "locked":  # reading needs no free place and no right to write
                assert scene.refused(reply) == SAID
            assert whole.bot.running
        if trouble == "read-only":
            await scene.killed(whole)  # SQLite remembers; a disk that was mended is mounted anew
            await scene.begin(whole)
        await scene.drawn(await ada.command("sdxl", prompt="after", **scene.SMALL), within=30)
        assert (await scene.quota(ada)).images == 98
        assert scene.calls(whole.pixazo, "during") == []


@pytest.mark.parametrize("trouble", ["locked", "full"])
async def test_a_picture_that_is_being_drawn(open_stage: OpenStage, trouble: str) -> None:
    """A picture whose call was under way arrives once the database answers again, and once only."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        reply = await ada.command("sd3", prompt="under way")
        await scene.called(whole.pixazo, "under way")
        with TROUBLES[trouble](whole):
            whole.pixazo.resume()
            scene.refused(await ada.command("sdxl", prompt="no", **scene.SMALL))
            await asyncio.sleep(3)  # the answer has come, and cannot be written down
        await scene.drawn(reply, within=40)
        assert len(scene.calls(whole.pixazo, "under way")) == 1
        assert (await scene.quota(ada)).money == "$0.80 of $1.00 left"


@pytest.mark.parametrize("moment", ["ack", "edit"])
async def test_it_fails_between_two_steps(open_stage: OpenStage, moment: str) -> None:
    """Locked between the order and its place in line, or before the delivery: it goes on after."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.latency["sdxl"] = 1.0
        if moment == "ack":
            whole.discord.faults.add(
                "POST", r"^/interactions/.*/callback$", action="delay", seconds=0.5
            )
        asked = asyncio.create_task(ada.command("sdxl", prompt="goes on", **scene.SMALL))
        if moment == "ack":
            await scene.happens(lambda: whole.discord.faults.acted, "the ack is on its way")
        else:
            await scene.called(whole.pixazo, "goes on")
        with locked(whole):
            reply = await asked
            await asyncio.sleep(7)  # longer than SQLite itself waits for a lock
        await scene.drawn(reply, within=40)
        assert len(scene.calls(whole.pixazo, "goes on")) == 1
        assert len(scene.shown(whole, "goes on")) == 1
        assert (await scene.quota(ada)).images == 99
