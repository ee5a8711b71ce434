"""Starting: exit status and one plain line for what is wrong, the check, and the health pages."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from playground.stage import Stage
from tests.wire import scene
from tests.wire.conftest import OpenStage
from tests.wire.starting import ended, said

NOWHERE = "http://127.0.0.1:1"

BAD = [
    ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is missing."),
    ({"PIXAZO_API_KEY": ""}, "PIXAZO_API_KEY is missing."),
    ({"PIXAZO_LIMIT": "none"}, "PIXAZO_LIMIT 'none' is not allowed. It must be a whole number"),
    ({"PIXAZO_LIMIT_SCOPE": "ip"}, "PIXAZO_LIMIT_SCOPE 'ip' is not allowed. It must be key or"),
    ({"PRICE_USD": "{"}, "PRICE_USD '{' is not allowed."),
    ({"DAILY_BUDGET_USD": "-1"}, "DAILY_BUDGET_USD '-1' is not allowed."),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL 'mysql:…' is not allowed."),
    ({"SHARD_IDS": "3"}, "SHARD_IDS '3' is not allowed."),
    ({"HEALTH_PORT": "70000"}, "HEALTH_PORT '70000' is not allowed."),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL 'LOUD' is not allowed."),
]


@pytest.mark.parametrize(("settings", "sentence"), BAD, ids=[next(iter(row[0])) for row in BAD])
async def test_a_setting_that_is_wrong(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    """Exit status 2, and one line that names the setting, its value and what is allowed."""
    status, lines = await ended(tmp_path, **settings)
    assert status == 2
    assert len(lines) == 1
    assert lines[0].startswith(sentence)


async def test_a_bad_secret_is_not_shown(tmp_path: Path) -> None:
    """A token with a space in it is refused, and not repeated."""
    status, lines = await ended(tmp_path, DISCORD_TOKEN="top secret")
    assert status == 2
    assert lines == [
        "DISCORD_TOKEN is not allowed. It must be the bot's token from Discord's developer portal."
    ]


async def test_a_token_that_discord_refuses(open_stage: OpenStage) -> None:
    """Exit status 1 and one line, no traceback."""
    async with open_stage(started=False, DISCORD_TOKEN="wrong-token") as whole:
        await whole.bot.start()
        assert await whole.bot.ended() == 1
        assert "Traceback" not in whole.bot.log
        last = whole.bot.log.splitlines()[-1]
        assert last == "DISCORD_TOKEN: Discord refuses it; copy it anew from the portal"
        assert "wrong-token" not in whole.bot.log


async def test_discord_cannot_be_reached(tmp_path: Path) -> None:
    """Exit status 1 and one line with the address."""
    status, lines = await ended(tmp_path, DISCORD_API_URL=NOWHERE)
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"Discord cannot be reached at {NOWHERE}: ")


async def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    """Exit status 1 and one line that names the setting."""
    (tmp_path / "folder.db").mkdir()
    status, lines = await ended(tmp_path, DATABASE_URL="sqlite:///folder.db")
    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith("DATABASE_URL: ")


async def _checked(whole: Stage) -> tuple[int, list[str]]:
    whole.bot.arguments = ("check",)
    await whole.bot.start()
    status = await whole.bot.ended()
    return status, said(whole.bot)


async def test_the_check_passes(open_stage: OpenStage) -> None:
    """All is well: exit status 0, a line each, and nothing was drawn or sent."""
    async with open_stage(started=False) as whole:
        status, lines = await _checked(whole)
        assert status == 0
        assert [line.split(":")[0] for line in lines] == ["Database", "Discord", "Pixazo"]
        assert all(": well" in line for line in lines)
        assert whole.pixazo.calls == []
        assert whole.discord.world.command_puts == 0


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Discord", {"DISCORD_TOKEN": "wrong-token"}),
        ("Discord", {"DISCORD_API_URL": NOWHERE}),
        ("Pixazo", {"PIXAZO_API_KEY": "wrong-key-0123456789"}),
        ("Pixazo", {"PIXAZO_URL": NOWHERE}),
    ],
)
async def test_the_check_finds_what_is_wrong(
    open_stage: OpenStage, name: str, settings: dict[str, str]
) -> None:
    """Exit status 1, and the line of the part that is not well says why."""
    async with open_stage(started=False, **settings) as whole:
        status, lines = await _checked(whole)
        assert status == 1
        unwell = [line for line in lines if ": not well. " in line]
        assert [line.split(":")[0] for line in unwell] == [name]
        assert not any(secret in whole.bot.log for secret in ("wrong-token", "wrong-key"))


async def test_commands_are_synced_when_they_changed(open_stage: OpenStage) -> None:
    """The second start sends nothing: Discord counts how often commands are created."""
    async with open_stage() as whole:
        assert whole.discord.world.command_puts == 1
        assert await whole.bot.stop() == 0
        await scene.happens(lambda: not whole.discord.gateway.connected(), "the bot is gone")
        await scene.begin(whole)
        assert whole.discord.world.command_puts == 1
        await scene.quota(whole.discord.person("Ada"))


async def test_the_health_pages(open_stage: OpenStage) -> None:
    """/healthz says ok once the bot is connected, /metrics counts the jobs."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with open_stage(HEALTH_PORT=str(port)), httpx.AsyncClient() as client:
        health = await client.get(f"http://127.0.0.1:{port}/healthz")
        assert health.status_code in (200, 503)  # discord.py is ready after 2 s of quiet
        async with asyncio.timeout(20):
            while health.status_code != 200:
                await asyncio.sleep(0.1)
                health = await client.get(f"http://127.0.0.1:{port}/healthz")
        assert health.text == "ok\n"
        metrics = await client.get(f"http://127.0.0.1:{port}/metrics")
        assert "pixazo_bot_gateway_latency_seconds" in metrics.text


async def test_no_secret_at_debug_level(open_stage: OpenStage) -> None:
    """At LOG_LEVEL=DEBUG the libraries tell all they do, and still no token and no key."""
    async with open_stage(LOG_LEVEL="DEBUG") as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="told", **scene.SMALL))
        assert "DEBUG" in whole.bot.log


async def test_a_log_of_json(open_stage: OpenStage) -> None:
    """LOG_FORMAT=json: every line is one object, without secrets."""
    async with open_stage(LOG_FORMAT="json", LOG_LEVEL="DEBUG") as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="told", **scene.SMALL))
        assert all(line.startswith('{"time"') for line in whole.bot.log.splitlines())
