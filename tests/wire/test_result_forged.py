"""A form's copy number that somebody made up is refused, and nobody else's order or edit moves."""

from __future__ import annotations

import itertools
import re

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import edits, results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = "This form is not known here any more. Please press the button again."
_NUMBERS = itertools.count(1)


def request_of(stage: Stage, message: Message) -> str:
    """The id of the command that a message answers, which everybody's client is told."""
    (found,) = [one for one in stage.discord.world.interactions.values() if message in one.messages]
    return str(found.id)


async def forged(stage: Stage, member: Person, whole: Message, once: str) -> Reply:
    """Send the edit form of one's own picture or set as a copy of something else."""
    form = await member.press(whole, label="Edit")
    assert form.modal is not None
    made_up = re.sub(r"\+\d+", f"+{once}", form.modal.custom_id)
    object.__setattr__(form.modal, "custom_id", made_up)
    return await member.submit(form.modal, {"Prompt": f"parasite {once}"})


async def pair(stage: Stage, ada: Person) -> tuple[Person, Message]:
    """Another member, and a set of theirs."""
    ben = results.friend(stage, ada, f"Ben-forged-{next(_NUMBERS)}")
    reply = await ben.command("sdxl", prompt="his own", count=2, **scene.SMALL)
    return ben, await results.of_set(reply, 2)


async def test_joining_anothers_set(shared: Stage, ada: Person) -> None:
    """No picture of mine becomes one of her set, and her Delete still deletes it."""
    hers = await results.draw(ada, "hers alone")
    ben, his = await pair(shared, ada)
    once = request_of(shared, hers)
    assert results.refusal(await forged(shared, ben, his, once)) == UNKNOWN
    assert (await scene.quota(ben)).images == 98
    await ada.press(hers, label="Delete")
    await scene.happens(lambda: hers.deleted, "the message goes")
    assert scene.calls(shared.pixazo, f"parasite {once}") == []


async def test_ordering_anothers_edit(shared: Stage, ada: Person) -> None:
    """The id in a public "Choose where" button does not make her edit "ordered already"."""
    start = await results.draw(ada, "a start")
    said = await ada.say("@bot make it winter", reply_to=start)
    asked = await ada.finds(lambda one: one.reference is said)
    ben, his = await pair(shared, ada)
    (draft,) = [one.split(":")[2] for one in results.ids(asked) if one.startswith("edit:open:")]
    assert results.refusal(await forged(shared, ben, his, draft)) == UNKNOWN
    await edits.page(await ada.press(asked, label="Choose where"))


async def test_a_number_that_no_column_holds(shared: Stage, ada: Person) -> None:
    """It is refused in words, and nothing breaks."""
    ben, his = await pair(shared, ada)
    errors = shared.bot.log.count("ERROR")
    for once in ("99999999999999999999", str(2**63)):
        assert results.refusal(await forged(shared, ben, his, once)) == UNKNOWN
    assert shared.bot.log.count("ERROR") == errors
