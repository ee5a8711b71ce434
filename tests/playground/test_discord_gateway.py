"""Connections, sessions, shards and time limits, with real discord.py bots."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from playground.local_discord import LocalDiscord
from playground.redaction import MESSAGE_CONTENT

StartBot = Any


async def test_login_syncs_commands_once(discord: LocalDiscord, start_bot: StartBot) -> None:
    """A bot logs in, puts its commands once, and asks nothing that is unknown here."""
    async with start_bot(discord):
        names = {command["name"] for command in discord.world.commands[None]}
        assert {"draw", "odd", "Quote"} <= names
        assert discord.world.command_puts == 1
        assert discord.world.unknown == []


async def test_state_survives_the_bots_restart(discord: LocalDiscord, start_bot: StartBot) -> None:
    """Commands, messages and buttons are still there for the next process."""
    ada = discord.person("Ada")
    async with start_bot(discord):
        reply = await ada.command("draw", prompt="before")
        message = await reply.until(lambda m: m.attachments)
    async with start_bot(discord, NO_SYNC="1"):
        pressed = await ada.press(message, label="Private")
        assert pressed.message
        assert pressed.message.content == "psst"
    assert discord.world.command_puts == 1


@pytest.mark.parametrize("how", ["close", "drop", "reconnect"])
async def test_resume_replays_what_was_missed(
    how: str, discord: LocalDiscord, start_bot: StartBot
) -> None:
    """After a lost connection the bot resumes, and works on without a new identify."""
    dm = discord.person("Ada", dm=True)
    async with start_bot(discord):
        await dm.command("suggest", width=1)
        {
            "close": lambda: discord.gateway.close(4000),
            "drop": discord.gateway.drop,
            "reconnect": discord.gateway.reconnect,
        }[how]()
        await dm.say("meanwhile")
        await dm.finds(lambda m: "meanwhile" in m.content and m.author.bot)
        reply = await dm.command("suggest", width=7)
        assert reply.message
        assert [m.content for m in dm.messages()][2:] == ["heard 'meanwhile' 0 -", "7 wide"]
        assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)


async def test_invalid_session_identifies_again(discord: LocalDiscord, start_bot: StartBot) -> None:
    """Op 9 without resume makes the bot identify anew."""
    async with start_bot(discord):
        discord.gateway.invalidate()
        await discord.world.changes.when(
            lambda: discord.gateway.identified == 2, timeout=12, explain=lambda: "not again"
        )


@pytest.mark.parametrize(
    ("settings", "processes"),
    [
        pytest.param({"SHARD_COUNT": "2"}, [{}], id="one process"),
        pytest.param({"SHARD_COUNT": "2"}, [{"SHARD_IDS": "0"}, {"SHARD_IDS": "1"}], id="two"),
    ],
)
async def test_two_shards_each_serve_their_guild(
    settings: dict[str, str],
    processes: list[dict[str, str]],
    discord: LocalDiscord,
    start_bot: StartBot,
) -> None:
    """Two shards, in one process or in two, answer in their own guild, once."""
    async with asyncio.timeout(30), AsyncExitStack() as running:
        for one in processes:
            await running.enter_async_context(start_bot(discord, wait=False, **settings, **one))
        await discord.commands_synced()
        for place in ("general", "lobby"):
            ada = discord.person("Ada", discord.world.channel(place))
            reply = await ada.command("suggest", width=1)
            assert reply.message
            assert reply.failed is None
        events = discord.wire.find(">> INTERACTION_CREATE")
        assert [event.path for event in events] == ["shard 0", "shard 1"]


async def test_wrong_token_ends_the_bot(discord: LocalDiscord, start_bot: StartBot) -> None:
    """A wrong token is refused at the login: 401, the process ends."""
    async with start_bot(discord, wait=False, token="wrong") as process:
        async with asyncio.timeout(10):
            assert await process.wait() != 0


async def test_privileged_intent_is_refused_unless_switched_on(
    discord: LocalDiscord, start_bot: StartBot
) -> None:
    """The message content intent closes with 4014 unless the portal allows it."""
    async with start_bot(discord, wait=False, CONTENT="1") as process, asyncio.timeout(10):
        assert await process.wait() != 0
    discord.world.settings.privileged = MESSAGE_CONTENT
    async with start_bot(discord, CONTENT="1"):
        ada = discord.person("Ada")
        await ada.say("anything")
        await ada.finds(lambda m: m.content == "heard 'anything' 0 -")


async def test_no_answer_in_time(discord: LocalDiscord, start_bot: StartBot) -> None:
    """Without an acknowledgement the member is told, and a late one gets 10062."""
    discord.world.settings.ack_seconds = 0.3
    async with start_bot(discord, LATE="0.5"):
        ada = discord.person("Ada")
        silent = await ada.command("odd", what="silent")
        assert silent.failed == "The application did not respond"
        assert silent.message is None
        late = await ada.command("odd", what="late")
        assert late.failed
        await ada.finds(lambda m: m.content == "404 10062")


async def test_expired_token(discord: LocalDiscord, start_bot: StartBot) -> None:
    """After its life the token answers 50027, while the bot's own token still edits."""
    discord.world.settings.token_seconds = 0.5
    async with start_bot(discord, LATE="0.7"):
        reply = await discord.person("Ada").command("odd", what="expired")
        message = await reply.until(lambda m: m.attachments)
        assert message.content == "401 50027"
