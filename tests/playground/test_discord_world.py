"""What tests and pages may ask of the world itself."""

from __future__ import annotations

from typing import Any

import pytest

from playground.local_discord import LocalDiscord
from playground.person import Person
from playground.refusal import ClientRefused
from playground.snowflakes import shard_of

StartBot = Any


async def test_changes_reach_subscribers(discord: LocalDiscord) -> None:
    """Whoever subscribes hears of messages in the order in which they come."""
    ada = discord.person("Ada")
    with discord.world.changes.subscribed() as queue:
        said = await ada.say("hello")
        await ada.delete(said)
    kinds = [queue.get_nowait().kind for _ in range(queue.qsize())]
    assert kinds == ["message_create", "message_delete"]


async def test_waiting_ends_with_what_was_there_instead(discord: LocalDiscord) -> None:
    """A wait that fails tells what the channel shows."""
    ada = discord.person("Ada")
    await ada.say("something else")
    with pytest.raises(TimeoutError, match="something else"):
        await ada.finds(lambda m: m.content == "never", timeout=0.01)


async def test_a_bot_that_is_away_fails_the_member(discord: LocalDiscord) -> None:
    """Without a bot the member is told after the time for the acknowledgement."""
    discord.world.settings.ack_seconds = 0.05
    discord.world.commands[None] = [
        {"id": "1", "name": "x", "type": 1, "description": "x", "options": []}
    ]
    reply = await discord.person("Ada").command("x")
    assert reply.failed == "The application did not respond"
    assert reply.acked_after is None


@pytest.mark.parametrize(
    ("rules", "offered"),
    [
        ({}, {"Ada", "Mo", "Owner"}),
        ({"default_member_permissions": str(1 << 13)}, {"Mo", "Owner"}),
        ({"default_member_permissions": "0"}, {"Owner"}),
        ({"contexts": [1]}, set()),
    ],
)
async def test_commands_are_offered_by_permission_and_place(
    rules: dict[str, Any], offered: set[str], discord: LocalDiscord
) -> None:
    """A member's client lists only what the member may use there."""
    command = {"id": "1", "name": "x", "type": 1, "description": "x", "options": [], **rules}
    discord.world.commands[None] = [command]
    people = [discord.person(name) for name in ("Ada", "Mo", "Owner")]
    assert {person.user.name for person in people if person.commands()} == offered


async def test_edits_are_counted_per_interaction(
    discord: LocalDiscord, start_bot: StartBot
) -> None:
    """The greatest number of edits of one interaction within two seconds is known."""
    async with start_bot(discord):
        reply = await discord.person("Ada").command("draw", prompt="x")
        await reply.until(lambda m: m.attachments)
    assert discord.world.edit_peak == 2


async def test_user_installed_application(discord: LocalDiscord, start_bot: StartBot) -> None:
    """Where only the user installed it, a sixth follow-up is 40094."""
    discord.world.settings.user_installed = True
    async with start_bot(discord):
        reply = await discord.person("Ada").command("odd", what="many_followups")
        await reply.until(lambda m: m.content == "5: 400 40094")
        assert reply.interaction.owners == {"1": reply.interaction.user.id}


async def test_new_guilds_and_roles_reach_a_connected_bot(
    discord: LocalDiscord, start_bot: StartBot
) -> None:
    """A guild that is added later works at once; mentioned roles ping their members."""
    async with start_bot(discord):
        guild = discord.world.add_guild("Late", upload_limit=1234)
        ada = discord.person("Ada", guild.add_channel("hall"))
        role = guild.add_role("artists", ada.user)
        said = await ada.say(f"<@&{role.id}>")
        assert said.pinged == [ada.user]
        reply = await ada.command("odd", what="too_large")
        await reply.until(lambda m: m.content == "413 40005 1234")


def test_guilds_spread_over_the_shards(discord: LocalDiscord) -> None:
    """The furnished guilds live on different shards."""
    guilds = list(discord.world.guilds)
    assert [shard_of(guild, 2) for guild in guilds] == [0, 1]
    assert shard_of(None, 2) == 0


async def test_modal_of_another_member_cannot_be_submitted(
    discord: LocalDiscord, start_bot: StartBot
) -> None:
    """A modal belongs to the member who opened it."""
    async with start_bot(discord):
        ada: Person = discord.person("Ada")
        message = await (await ada.command("draw", prompt="x")).until(lambda m: m.attachments)
        opened = await ada.press(message, label="Form")
        with pytest.raises(ClientRefused):
            await discord.person("Ben").submit(opened.modal)
