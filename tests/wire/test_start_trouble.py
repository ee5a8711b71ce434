"""Starting against all odds: one plain line for the owner, and a signal ends it at any moment."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from playground.listening import listening
from tests.wire import scene, starting
from tests.wire.conftest import OpenStage
from tests.wire.starting import Odd

ME, COMMANDS, GATEWAY = "/users/@me", "/commands", "/gateway/bot"
INVALID = {
    "code": 50035,
    "message": "Invalid Form Body",
    "errors": {
        str(number): {"name": {"_errors": [{"code": "X", "message": "bad"}]}}
        for number in range(40)
    },
}
LIMITED = Odd(
    path=ME,
    status=429,
    body=json.dumps({"message": "slow down", "retry_after": 300, "global": True}),
    headers={"Retry-After": "300", "Via": "1.1 google"},
)
ODDS = {
    "page": (Odd(path=ME), "What answers at {url} is not Discord: string indices must be"),
    "other": (Odd(path=ME, body='{"ok": true}'), "What answers at {url} is not Discord: "),
    "page-403": (
        Odd(path=ME, status=403),
        "The login at {url} failed: 403 Forbidden (error code: 0): <!DOCTYPE html> <html> <head>",
    ),
    "dropped": (Odd(path=ME, act="drop"), "Discord cannot be reached at {url}: "),
    "no-gateway": (Odd(path=GATEWAY, status=404), "The login at {url} failed: The gateway to"),
    "commands": (
        Odd(path=COMMANDS, status=400, body=json.dumps(INVALID)),
        "The login at {url} failed: ",
    ),
    "no-gateway-later": (
        Odd(path=GATEWAY, status=404, after=1),
        "The connection to Discord is over: The gateway to connect to discord was not found.",
    ),
}


@pytest.mark.parametrize("name", ODDS)
async def test_what_answers_is_not_discord(tmp_path: Path, name: str) -> None:
    """Exit status 1 and one short line, whatever comes in the place of Discord's answer."""
    odd, line = ODDS[name]
    async with starting.serving(replace(odd)) as url:
        status, lines = await starting.ended(tmp_path, DISCORD_API_URL=url)
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(line.format(url=url))
    assert len(lines[0]) < 300


@pytest.mark.parametrize("name", ["page", "page-403", "dropped"])
async def test_the_check_against_what_is_not_discord(tmp_path: Path, name: str) -> None:
    """The line about Discord says that it is not well and why; the others have theirs."""
    odd, line = ODDS[name]
    async with starting.serving(replace(odd)) as url:
        gateway = {"DISCORD_API_URL": url, "PIXAZO_URL": "http://127.0.0.1:1"}
        status, lines = await starting.ended(tmp_path, "check", **gateway)
    assert status == 1
    assert [one.split(":")[0] for one in lines] == ["Database", "Discord", "Pixazo"]
    assert lines[1].startswith(f"Discord: not well. {line.format(url=url)}"[:200])


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (404, "<html>", "What answers at PIXAZO_URL is not the gateway (404)."),
        (503, '{"error": "down"}', "Pixazo has a problem of its own (503). Try again in a minute."),
    ],
)
async def test_the_check_against_what_is_not_pixazo(
    open_stage: OpenStage, status: int, body: str, why: str
) -> None:
    """A page, or a gateway that is broken, does not pass for a key that is accepted."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with listening(app, 0, "127.0.0.1") as port:
        address = f"http://127.0.0.1:{port}"
        async with open_stage(started=False, PIXAZO_URL=address) as whole:
            whole.bot.arguments = ("check",)
            await whole.bot.start()
            assert await whole.bot.ended() == 1
            assert starting.said(whole.bot)[2] == f"Pixazo: not well. {why}"


@pytest.mark.parametrize("odd", [Odd(path=ME, act="hang"), LIMITED], ids=["hangs", "limited"])
async def test_a_signal_while_discord_keeps_it_waiting(tmp_path: Path, odd: Odd) -> None:
    """SIGTERM ends a login that would take minutes, with exit status 0."""
    odd = replace(odd)
    async with (
        starting.serving(odd) as url,
        starting.started(tmp_path, DISCORD_API_URL=url) as bot,
    ):
        await odd.asked.wait()
        assert await bot.stop() == 0
        assert starting.said(bot) == []


async def test_a_signal_while_the_database_is_locked(tmp_path: Path) -> None:
    """SIGTERM ends a start that waits for another process's transaction, with exit status 0."""
    file = tmp_path / "bot.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE held (by TEXT)")
        other.execute("BEGIN EXCLUSIVE")
        async with starting.started(tmp_path) as bot:
            await scene.happens(lambda: str(file) in opened(bot.pid), "the bot opens its database")
            assert await bot.stop() == 0
            assert starting.said(bot) == []


def opened(pid: int) -> set[str]:
    """The files that a process has open."""
    names = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            names.add(str(one.readlink()))
    return names


async def test_the_check_is_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends the check as it ends any command, without a traceback."""
    odd = Odd(path=ME, act="hang")
    async with (
        starting.serving(odd) as url,
        starting.started(tmp_path, "check", DISCORD_API_URL=url) as bot,
    ):
        await odd.asked.wait()
        os.kill(bot.pid, signal.SIGINT)
        assert await bot.ended() == 130
        assert [line.split(":")[0] for line in starting.said(bot)] == ["Database"]


async def test_the_health_port_is_taken(tmp_path: Path) -> None:
    """Exit status 1 and one line that names the setting."""
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104 - as the bot itself listens
        port = taken.getsockname()[1]
        status, lines = await starting.ended(tmp_path, HEALTH_PORT=str(port))
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"HEALTH_PORT: {port} cannot be had: ")


async def test_a_port_that_only_the_database_reads(tmp_path: Path) -> None:
    """An address that asyncpg finds wrong is one line that names the setting, with no password."""
    address = "postgresql://bot:hunter22@/bot?port=abc"
    status, lines = await starting.ended(tmp_path, DATABASE_URL=address)
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith("DATABASE_URL: cannot open the database: ValueError: ")
    assert "hunter22" not in lines[0]


@pytest.mark.parametrize("arguments", [("chek",), ("--help",), ("check", "now")])
async def test_an_unknown_argument(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nothing is started by a slip of the hand: exit status 2, and how it is called."""
    assert await starting.ended(tmp_path, *arguments) == (2, ["Usage: python -m bot [check]"])
