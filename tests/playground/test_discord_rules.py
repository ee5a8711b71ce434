"""Discord's refusals and limits as a real discord.py bot meets them."""

from __future__ import annotations

import pytest

from playground.local_discord import LocalDiscord
from playground.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSED = {
    "twice": "400 40060",
    "long_embed": "400 50035 Invalid Form Body",
    "too_large": "413 40005",
    "nonce": "same: True",
    "forbidden": "403 50001",
    "unknown": "501",
}


@pytest.mark.parametrize("what", REFUSED)
async def test_bot_is_refused_with_discords_code(what: str, ada: Person) -> None:
    """Each misdeed gets the status and code that Discord gives."""
    reply = await ada.command("odd", what=what)
    await reply.until(lambda m: m.content.startswith(REFUSED[what]))


async def test_a_form_error_names_the_field(ada: Person) -> None:
    """An embed over the limit is refused with the path of the field."""
    reply = await ada.command("odd", what="long_embed")
    message = await reply.until(lambda m: "50035" in m.content)
    assert "embeds.0.description: Must be 4096 or fewer in length." in message.content


async def test_unknown_routes_are_recorded(shared: LocalDiscord, ada: Person) -> None:
    """What the local Discord does not know is 501 and stands in world.unknown."""
    reply = await ada.command("odd", what="unknown")
    await reply.until(lambda m: m.content == "501")
    guild = ada.channel.guild
    assert guild
    assert f"GET /guilds/{guild.id}/emojis" in shared.world.unknown


async def test_first_followup_fills_the_placeholder(ada: Person) -> None:
    """The first follow-up after a defer edits the answer, the second is a new message."""
    reply = await ada.command("odd", what="followup")
    await reply.until(lambda m: m.content == "is new")
    assert reply.message
    assert reply.message.content == "fills the placeholder"


async def test_edit_keeps_only_the_listed_files(shared: LocalDiscord, ada: Person) -> None:
    """An edit with attachments drops those that it does not list, with their links."""
    reply = await ada.command("odd", what="replace")
    message = await reply.until(lambda m: m.attachment("two.png"))
    assert [a.filename for a in message.attachments] == ["two.png"]


async def test_dropped_connection_is_not_retried_by_discord_py(
    shared: LocalDiscord, ada: Person
) -> None:
    """A connection cut before the answer raises in the bot; nothing took effect."""
    shared.faults.add("PATCH", "/messages/@original", action="drop")
    reply = await ada.command("odd", what="dropped")
    message = await reply.until(lambda m: m.content)
    assert message.content in ("ServerDisconnectedError", "ClientOSError", "ConnectionResetError")
    assert not any("never seen" in version.text for version in message.history)


async def test_cut_after_taking_effect(shared: LocalDiscord, ada: Person) -> None:
    """drop_after: the edit is there although the bot got no answer."""
    shared.faults.add("PATCH", "/messages/@original", action="drop_after")
    reply = await ada.command("odd", what="dropped")
    message = await reply.until(lambda m: m.content and m.content != "never seen")
    assert any(version.text == "never seen" for version in message.history)


async def test_server_error_is_retried(shared: LocalDiscord, ada: Person) -> None:
    """A 500 on the delivery is tried again by discord.py and then works."""
    fault = shared.faults.add("PATCH", "/messages/@original", status=500)
    reply = await ada.command("draw", prompt="again")
    await reply.until(lambda m: m.attachments)
    assert fault in shared.faults.acted


async def test_rate_limit_answer_is_waited_for(shared: LocalDiscord, ada: Person) -> None:
    """A 429 with Retry-After and Via is obeyed."""
    shared.faults.add("PATCH", "/messages/@original", status=429, seconds=0.05)
    reply = await ada.command("draw", prompt="patience")
    await reply.until(lambda m: m.attachments)
    assert any(record.status == 429 for record in shared.wire)


async def test_no_secret_in_the_wire_log(shared: LocalDiscord, ada: Person) -> None:
    """Neither the bot's token nor an interaction's token is ever in the log."""
    reply = await ada.command("draw", prompt="quiet")
    await reply.until(lambda m: m.attachments)
    everything = " ".join(f"{r.path} {r.body} {r.answer}" for r in shared.wire)
    assert reply.interaction.id in everything
    assert shared.token not in everything
    assert reply.interaction.token not in everything
