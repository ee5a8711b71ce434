"""What the tests of results share: other members, sets, forged controls, and the rows behind."""

from __future__ import annotations

import copy
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from playground.messages import Json, Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import scene

BUTTON, SELECT = 2, 3
YEAR_MS = 365 * 24 * 3600 * 1000
_JOB = re.compile(r"(?:job:[a-z]+|finish:[a-z0-9-]+:\d+|agree:[a-z]+:\d+|model):(\d+)")


def friend(stage: Stage, member: Person, name: str = "Ben") -> Person:
    """Another member in the same channel."""
    return stage.discord.person(name, member.channel)


def labels(message: Message) -> list[str]:
    """The labels of the message's buttons, in their order."""
    return [part["label"] for part in message.parts() if part["type"] == BUTTON]


def control(message: Message, verb: str) -> str:
    """The custom id of the one control with that verb."""
    (found,) = [one for one in ids(message) if one.startswith((f"job:{verb}:", f"{verb}:"))]
    return found


def ids(message: Message) -> list[str]:
    """Every custom id of the message."""
    return [part["custom_id"] for part in message.parts() if "custom_id" in part]


def job_of(message: Message) -> int:
    """The job that the message's first control names."""
    found = _JOB.fullmatch(ids(message)[0])
    assert found is not None, ids(message)
    return int(found[1])


async def of_set(reply: Reply, count: int, within: float = 25.0) -> Message:
    """The answer once all the pictures of its set are there."""
    assert reply.failed is None, reply.failed
    return await reply.until(
        lambda one: len(one.attachments) == count and "Cancel the rest" not in labels(one),
        timeout=within,
    )


async def draw(member: Person, prompt: str, **given: object) -> Message:
    """A small picture, drawn."""
    reply = await member.command("sdxl", prompt=prompt, **{**scene.SMALL, **given})
    return await scene.drawn(reply)


def refusal(reply: Reply) -> str:
    """What a private refusal says to somebody who may not: no word about charges."""
    assert reply.failed is None, reply.failed
    message = next((one for one in reversed(reply.interaction.messages) if one.embeds), None)
    assert message is not None
    assert message.ephemeral_to is reply.interaction.user
    embed = scene.embed(message)
    assert embed["title"] == "That did not work"
    assert "footer" not in embed
    return str(embed["description"])


async def forged(member: Person, message: Message, custom_id: str, kind: int = BUTTON) -> Reply:
    """Press a control that somebody slipped into a message of the bot's."""
    before = copy.deepcopy(message.components)
    part: Json = {"type": kind, "id": 99, "custom_id": custom_id}
    part |= {"style": 2, "label": "x"} if kind == BUTTON else {"options": [
        {"label": "x", "value": "sdxl"}]}  # fmt: skip
    message.components = [{"type": 1, "id": 98, "components": [part]}]
    try:
        if kind == SELECT:
            return await member.select(message, custom_id, ["sdxl"])
        return await member.press(message, custom_id=custom_id)
    finally:
        message.components = before


def rows(folder: Path, statement: str, *args: object) -> list[tuple[object, ...]]:
    """What the bot's database says, or is made to say, while the bot is not running."""
    with closing(sqlite3.connect(folder / "bot.db")) as database, database:
        return list(database.execute(statement, args))


def a_year_passes(folder: Path) -> None:
    """Make every job and every edit in preparation a year older."""
    rows(
        folder,
        "UPDATE job SET placed_at = placed_at - ?1, started_at = started_at - ?1,"
        " drawn_at = drawn_at - ?1, told_at = told_at - ?1, day = day - 365",
        YEAR_MS,
    )
    rows(folder, "UPDATE account SET day = day - 365")
    rows(folder, "UPDATE draft SET touched_at = touched_at - ?1", YEAR_MS)
