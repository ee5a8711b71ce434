"""From the picture to its member: whatever Discord does on the way, it arrives, and once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.faultbox import Action
from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACK, EDIT = r"^/interactions/.*/callback$", r"^/webhooks/.*/messages/"
TRUE_TOKEN, TRUE_ACK = 900.0, 3.0


@pytest.fixture(autouse=True)
def usual(shared: Stage) -> Iterator[None]:
    """Whatever a test changes about Discord and Pixazo is as before at its end."""
    yield
    settings = shared.discord.world.settings
    settings.token_seconds, settings.ack_seconds = TRUE_TOKEN, TRUE_ACK
    shared.pixazo.latency["sdxl"] = 0.0


def once(stage: Stage, prompt: str) -> None:
    """One call was made, one message shows the picture, and nobody was pinged."""
    assert len(scene.calls(stage.pixazo, prompt)) == 1
    assert len(scene.shown(stage, prompt)) == 1
    scene.nobody_pinged(stage)


@pytest.mark.parametrize("limit", [20_000, 4_000])
async def test_a_picture_larger_than_the_limit(shared: Stage, limit: int) -> None:
    """The picture is made smaller than the upload limit that the interaction states."""
    small = shared.discord.world.add_guild(f"Tiny {limit}", upload_limit=limit)
    ada = shared.discord.person("Ada", small.add_channel("drawings"))
    message = await scene.drawn(await ada.command("sdxl", prompt=f"in {limit}", **scene.SMALL))
    assert message.attachments[0].size <= limit
    image = scene.opened(message)
    assert image.format == "WEBP"
    assert scene.fields(message)["Size"] == f"{image.width} x {image.height}"
    once(shared, f"in {limit}")


@pytest.mark.parametrize(
    ("action", "status", "times"),
    [("status", 500, 1), ("status", 502, 1), ("status", 503, 1), ("status", 429, 2),
     ("drop", 0, 3), ("drop_after", 0, 2), ("delay", 0, 1)],
)  # fmt: skip
async def test_discord_stumbles_over_the_answer(
    shared: Stage, ada: Person, action: Action, status: int, times: int
) -> None:
    """5xx, 429, a cut connection before or after the edit took effect: it arrives exactly once."""
    prompt = f"{action} {status}"
    reply = await _held(shared, ada, prompt)
    shared.discord.faults.add("PATCH", EDIT, action=action, status=status, times=times, seconds=0.5)
    shared.pixazo.resume()
    message = await scene.drawn(reply)
    await scene.happens(lambda: not _waiting(shared), "the fault was acted out")
    assert message is reply.message
    assert (await scene.quota(ada)).images == 99
    once(shared, prompt)


async def test_discord_is_gone_for_a_while(shared: Stage, ada: Person) -> None:
    """When every try fails, the picture stays and is delivered by a later round."""
    reply = await _held(shared, ada, "much later")
    shared.discord.faults.add("PATCH", EDIT, action="drop", times=7)
    shared.pixazo.resume()
    await scene.drawn(reply, within=45)
    once(shared, "much later")


async def test_discord_takes_nothing_for_a_while(shared: Stage, ada: Person) -> None:
    """A 429 that discord.py does not wait for closes no way: a later round delivers the picture."""
    reply = await _held(shared, ada, "banned", private=True)
    await reply.until(lambda message: "drawing…" in message.content, timeout=20)
    shared.discord.faults.add("PATCH", EDIT, action="banned")
    shared.discord.faults.add("POST", "^/users/@me/channels", action="banned")
    shared.pixazo.resume()
    assert await scene.drawn(reply, within=45) is reply.message
    once(shared, "banned")


@pytest.mark.parametrize(
    ("action", "status"), [("drop", 0), ("drop_after", 0), ("status", 500), ("status", 429)]
)
async def test_discord_stumbles_over_the_ack(
    shared: Stage, ada: Person, action: Action, status: int
) -> None:
    """The acknowledgement is tried again, and the order is placed once."""
    prompt = f"ack {action} {status}"
    shared.discord.faults.add("POST", ACK, action=action, status=status, seconds=0.2)
    await scene.drawn(await ada.command("sdxl", prompt=prompt, **scene.SMALL))
    assert (await scene.quota(ada)).images == 99
    once(shared, prompt)


@pytest.mark.parametrize(("action", "status"), [("drop", 0), ("drop_after", 0), ("status", 500)])
async def test_discord_stumbles_over_a_refusal(
    shared: Stage, ada: Person, action: Action, status: int
) -> None:
    """A private sentence arrives too, once."""
    shared.discord.faults.add("POST", ACK, action=action, status=status)
    reply = await ada.command("sdxl", prompt="fox", width=1001)
    assert scene.refused(reply) == "`width` must be a multiple of 8."
    assert reply.followups == []


async def test_discord_stumbles_over_the_quota(shared: Stage, ada: Person) -> None:
    """/quota is answered over a dropped connection too."""
    shared.discord.faults.add("POST", ACK, action="drop")
    assert (await scene.quota(ada)).images == 100


async def test_an_ack_that_comes_too_late(shared: Stage, ada: Person) -> None:
    """The member read that the bot did not respond: no call is made and the image is back."""
    shared.pixazo.pause()
    shared.discord.world.settings.ack_seconds = 0.3
    shared.discord.faults.add("POST", ACK, action="delay", seconds=1.0)
    withdrawn = shared.bot.log.count("is withdrawn")
    reply = await ada.command("sdxl", prompt="too late", **scene.SMALL)
    assert reply.failed == "The application did not respond"
    await scene.happens(lambda: shared.bot.log.count("is withdrawn") > withdrawn, "withdrawal")
    shared.discord.world.settings.ack_seconds = TRUE_ACK
    left = await scene.quota(ada)
    assert (left.images, left.waiting, left.held) == (100, "0 of 10", None)
    assert scene.calls(shared.pixazo, "too late") == []
    assert reply.followups == []


async def test_the_token_is_too_old(shared: Stage, ada: Person) -> None:
    """The same answer is edited as the bot's own message, and nothing else is posted."""
    reply = await _held(shared, ada, "old token")
    _expire(shared)
    shared.pixazo.resume()
    assert await scene.drawn(reply) is reply.message
    once(shared, "old token")


async def test_the_token_is_too_old_and_the_bot_may_not_write(shared: Stage, ada: Person) -> None:
    """An own message may be edited where the bot may no longer write."""
    reply = await _held(shared, ada, "muted")
    ada.channel.mute_bot()
    _expire(shared)
    shared.pixazo.resume()
    assert await scene.drawn(reply) is reply.message
    once(shared, "muted")


async def test_the_token_is_too_old_and_the_channel_closed(shared: Stage, ada: Person) -> None:
    """Where the bot sees the channel no more, the picture comes as a direct message."""
    await _held(shared, ada, "closed channel")
    ada.channel.close_to_bot()
    _expire(shared)
    shared.pixazo.resume()
    await _in_direct_talk(shared, ada, "closed channel")
    once(shared, "closed channel")


async def test_a_private_answer_whose_token_is_too_old(shared: Stage, ada: Person) -> None:
    """What was private stays private: a direct message, never the channel."""
    await _held(shared, ada, "private", private=True)
    _expire(shared)
    shared.pixazo.resume()
    await _in_direct_talk(shared, ada, "private")
    once(shared, "private")


async def test_a_direct_message_is_shared_where_it_was_ordered(shared: Stage, ada: Person) -> None:
    """What came as a direct message is the member's own, until they share it in its channel."""
    await _held(shared, ada, "late but here", private=True)
    _expire(shared)
    shared.pixazo.resume()
    message = await _in_direct_talk(shared, ada, "late but here")
    shared.discord.world.settings.token_seconds = TRUE_TOKEN
    there = shared.discord.person(ada.user.name, dm=True)
    await scene.happens(lambda: "told" in _state(shared, "late but here"), "it is written down")
    await there.press(message, label="Share")
    public = await ada.finds(lambda one: one.content.startswith("Shared by"))
    assert public.channel is ada.channel
    reply = await ada.command("history")
    page = await reply.until(lambda one: "late but here" in one.text())
    assert "No preview" not in page.text()


async def test_a_public_answer_that_became_a_direct_message(shared: Stage, ada: Person) -> None:
    """It is private from then on: its buttons and /history say so."""
    reply = await _held(shared, ada, "only in the direct talk")
    assert reply.message is not None
    await shared.discord.person("Mo", ada.channel).delete(reply.message)
    shared.pixazo.resume()
    message = await _in_direct_talk(shared, ada, "only in the direct talk")
    assert any(part.get("label") == "Share" for part in message.parts())
    await scene.happens(
        lambda: "told" in _state(shared, "only in the direct talk"), "it is written down"
    )
    asked = await ada.command("history")
    page = await asked.until(lambda one: "only in the direct talk" in one.text())
    assert "No preview: private." in page.text()


async def test_every_way_is_closed(shared: Stage, ada: Person) -> None:
    """With direct messages closed too the picture is kept, and its member fetches it later."""
    await _held(shared, ada, "nowhere", private=True)
    ada.user.dms_open = False
    _expire(shared)
    shared.pixazo.resume()
    await scene.happens(lambda: "every way is closed" in shared.bot.log, "a line in the log")
    assert scene.shown(shared, "nowhere") == []
    shared.discord.world.settings.token_seconds = TRUE_TOKEN
    await scene.drawn(await ada.command("sdxl", prompt="goes on", **scene.SMALL))
    await scene.happens(lambda: _state(shared, "nowhere") == "told", "it is written down")
    page = await (await ada.command("history")).until(lambda one: "nowhere" in one.text())
    assert "No preview: it could not be delivered to you." in page.text()
    reply = await ada.press(page, label="Fetch")
    message = await reply.until(lambda one: one.attachments)
    assert message.ephemeral_to is ada.user
    assert scene.prompt_of(message) == "nowhere"
    await scene.drawn(await ada.press(message, label="Again"))
    page = await (await ada.command("history")).until(lambda one: "nowhere" in one.text())
    assert not any(part.get("label") == "Fetch" for part in page.parts())


async def test_an_answer_that_was_deleted(shared: Stage, ada: Person) -> None:
    """Somebody removed the answer: the picture goes to its member, not into the channel again."""
    reply = await _held(shared, ada, "deleted")
    assert reply.message is not None
    await shared.discord.person("Mo", ada.channel).delete(reply.message)
    shared.pixazo.resume()
    await _in_direct_talk(shared, ada, "deleted")
    once(shared, "deleted")


async def test_a_member_with_a_larger_limit_than_the_server(shared: Stage) -> None:
    """A message of the bot's own has the server's limit, not the member's: it is shrunk to it."""
    shared.discord.world.settings.dm_limit = 20_000
    ada = shared.discord.person("Ida")
    await _held(shared, ada, "shrunk", private=True)
    _expire(shared)
    shared.pixazo.resume()
    message = await _in_direct_talk(shared, ada, "shrunk")
    shared.discord.world.settings.dm_limit = 10 * 1024 * 1024
    assert message.attachments[0].size <= 20_000


async def _held(stage: Stage, member: Person, prompt: str, *, private: bool | None = None) -> Reply:
    """An order whose call is at Pixazo and gets no answer yet."""
    stage.pixazo.pause()
    reply = await member.command("sdxl", prompt=prompt, private=private, **scene.SMALL)
    await scene.called(stage.pixazo, prompt)
    return reply


def _expire(stage: Stage) -> None:
    """From now on every token is too old, though the bot cannot know."""
    stage.discord.world.settings.token_seconds = 0.0


def _state(stage: Stage, prompt: str) -> str:
    """How far the database says that the order with that prompt is."""
    sql = (
        "SELECT CASE WHEN told_at IS NULL THEN state ELSE 'told' END FROM job WHERE options LIKE ?"
    )
    ((state,),) = results.rows(stage.bot.folder, sql, f'%"{prompt}"%')
    return str(state)


def _waiting(stage: Stage) -> bool:
    return bool(stage.discord.faults._waiting)


async def _in_direct_talk(stage: Stage, member: Person, prompt: str) -> Message:
    there = stage.discord.person(member.user.name, dm=True)
    return await there.finds(
        lambda message: message.embeds and scene.prompt_of(message) == prompt, timeout=15
    )
