"""Delete takes the picture out of its message, and forgets it only then."""

from __future__ import annotations

import asyncio

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

GALLERY = r"^/channels/\d+/messages/\d+$"


def job_of_file(message: Message, place: int) -> str:
    """The job whose picture is the message's file at that place."""
    return message.attachments[place].filename.rpartition("-")[2].partition(".")[0]


async def in_gallery(member: Person, job: str) -> Message:
    """The newest page of /history, as soon as the picture is on it."""
    async with asyncio.timeout(15):
        while True:  # a message shows a picture a moment before its row says that it was told
            reply = await member.command("history")
            page = await reply.until(lambda one: "**Your" in one.text())
            if any(one.startswith(f"hist:delete:{job}:") for one in results.ids(page)):
                return page


async def delete_from_gallery(member: Person, job: str) -> Reply:
    """Press Delete on the picture's own line of /history."""
    page = await in_gallery(member, job)
    (control,) = [one for one in results.ids(page) if one.startswith(f"hist:delete:{job}:")]
    return await member.press(page, custom_id=control)


@pytest.mark.parametrize(
    ("action", "times"),
    [("drop", 3), ("drop_after", 1), ("status", 1)],
    ids=["drop", "after", "5xx"],
)
async def test_delete_insists(shared: Stage, ada: Person, action: str, times: int) -> None:
    """A connection that drops, or a passing fault of Discord's, leaves no picture behind."""
    message = await results.draw(ada, f"must go, {action}")
    shared.discord.faults.add("DELETE", "^/webhooks/", action=action, times=times)  # type: ignore[arg-type] # one of its words
    await ada.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_delete_that_discord_refuses(shared: Stage, ada: Person) -> None:
    """Where Discord will not, the member hears so, and may press again: nothing is forgotten."""
    message = await results.draw(ada, "sticks")
    shared.discord.faults.add("DELETE", "^/webhooks/", status=403)
    refused = await ada.press(message, label="Delete")
    await refused.until(lambda one: "did not take" in one.text())
    assert not message.deleted
    await ada.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "delay", "seconds": 3.5},
        {"action": "status", "status": 429, "seconds": 3.5},
        {"action": "drop", "times": 2},
        {"action": "status", "status": 503},
    ],
    ids=["slow", "rate limited", "dropped", "5xx"],
)
async def test_delete_from_the_gallery(
    shared: Stage, ada: Person, fault: dict[str, object]
) -> None:
    """Discord hears the press in time however long its own deletion takes."""
    message = await results.draw(ada, f"out of the gallery {fault}")
    page = await in_gallery(ada, job_of_file(message, 0))
    shared.discord.faults.add("DELETE", GALLERY, **fault)  # type: ignore[arg-type] # by name
    pressed = await ada.press(page, label="Delete")
    assert pressed.failed is None
    await scene.happens(lambda: message.deleted, "the message goes")
    await pressed.until(lambda one: "out of the gallery" not in one.text())


async def test_one_of_a_set(shared: Stage, ada: Person) -> None:
    """The message shows the others only; what is left works, and goes at last with its message."""
    reply = await ada.command("sdxl", prompt="three owls", count=3, **scene.SMALL)
    message = await results.of_set(reply, 3)
    first, second, third = (job_of_file(message, place) for place in range(3))
    pressed = await delete_from_gallery(ada, second)
    await pressed.until(lambda one: one.text().count("three owls") == 2)
    await scene.happens(lambda: len(message.attachments) == 2, "the message shows two")
    assert [job_of_file(message, place) for place in range(2)] == [first, third]
    (seeds,) = [f["value"] for f in message.embeds[0]["fields"] if f["name"] == "Seeds"]
    assert seeds.count(",") == 1
    assert {"1", "3"} <= set(results.labels(message))
    assert "2" not in results.labels(message)
    await delete_from_gallery(ada, first)
    await scene.happens(lambda: len(message.attachments) == 1, "the message shows one")
    assert (await ada.press(message, label="Edit")).modal is not None
    await delete_from_gallery(ada, third)
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_a_set_without_its_first_picture(ada: Person) -> None:
    """The set's own buttons go on from the next one, Delete included."""
    reply = await ada.command("sdxl", prompt="two owls", count=3, **scene.SMALL)
    message = await results.of_set(reply, 3)
    await delete_from_gallery(ada, job_of_file(message, 0))
    await scene.happens(lambda: len(message.attachments) == 2, "the message shows two")
    form = (await ada.press(message, label="Edit")).modal
    await results.of_set(await ada.submit(form, {"Prompt": "two doves"}), 3)
    await ada.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_a_deleted_picture_is_not_shared(shared: Stage, ada: Person) -> None:
    """Sharing a private set shows what is left of it."""
    ben = results.friend(shared, ada, "Ben-left")
    reply = await ada.command("sdxl", prompt="private pair", count=2, private=True, **scene.SMALL)
    message = await results.of_set(reply, 2)
    kept = job_of_file(message, 1)
    pressed = await delete_from_gallery(ada, job_of_file(message, 0))
    await pressed.until(lambda one: one.text().count("private pair") == 1)
    await ada.press(message, label="Share")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    assert [job_of_file(public, place) for place in range(len(public.attachments))] == [kept]


async def test_a_model_that_is_gone(shared: Stage, ada: Person) -> None:
    """What a model drew that the bot has no more is still opened, deleted and shared."""
    reply = await ada.command("sdxl", prompt="old masters", count=3, private=True, **scene.SMALL)
    message = await results.of_set(reply, 3)
    first, second = job_of_file(message, 0), job_of_file(message, 1)
    await in_gallery(ada, first)
    retire = "UPDATE job SET operation = 'sd9' WHERE member_id = ?"
    results.rows(shared.bot.folder, retire, int(ada.user.id))
    await delete_from_gallery(ada, first)
    await ada.press(message, label="Share")
    public = await ada.finds(lambda one: one.content.startswith("Shared by"))
    assert public.embeds[0]["title"] == "sd9"
    await scene.happens(lambda: "Share" not in results.labels(message), "it is written down")
    await delete_from_gallery(ada, second)
    await scene.happens(lambda: len(public.attachments) == 1, "the message shows one")


async def test_where_the_bot_cannot_reach(shared: Stage, ada: Person) -> None:
    """In a channel that was closed to the bot, the member hears what stays; /history says why."""
    message = await results.draw(ada, "out of reach")
    page = await in_gallery(ada, job_of_file(message, 0))
    ada.channel.close_to_bot()
    shown = await (await ada.command("history")).until(lambda one: "out of reach" in one.text())
    assert "No preview: its channel is closed to me." in shown.text()
    pressed = await ada.press(page, label="Delete")
    await scene.happens(
        lambda: "out of my reach" in pressed.text() or pressed.followups, "the member hears of it"
    )
    assert "out of my reach" in results.refusal(pressed)
    assert not message.deleted
