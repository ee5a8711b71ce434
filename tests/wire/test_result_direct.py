"""What was drawn in a direct talk is its member's own, also where they show its children."""

from __future__ import annotations

import pytest

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.test_result_deleting import in_gallery

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def of_history(member: Person, picture: Message, verb: str) -> tuple[Message, str]:
    """A page of /history with the picture, and the id of one of its buttons."""
    job = str(results.job_of(picture))
    page = await in_gallery(member, job)
    return page, next(one for one in results.ids(page) if one.startswith(f"hist:{verb}:{job}:"))


async def test_drawn_again_in_a_server(shared: Stage, ada: Person) -> None:
    """It is drawn privately there, and shared only by its member; no parent's words come along."""
    there = shared.discord.person("Eve", dm=True)
    secret = await results.draw(there, "surprise party for Ada")
    form = await there.press(secret, label="Edit")
    cake = await scene.drawn(await there.submit(form.modal, {"Prompt": "a harmless cake"}))
    here = shared.discord.person("Eve", ada.channel)
    page, again = await of_history(here, cake, "again")
    child = await scene.drawn(await here.press(page, custom_id=again))
    assert child.ephemeral_to is here.user
    await here.press(child, label="Share")
    public = await ada.finds(lambda one: one.content.startswith("Shared by"))
    told = (await ada.press(public, label="Details")).message
    assert told is not None
    line = scene.fields(told)["Made from"]
    assert line.splitlines()[0] == "again of a private picture"
    assert "surprise" not in told.text()
    mine = (await here.press(child, label="Details")).message
    assert mine is not None
    assert "surprise party for Ada" in scene.fields(mine)["Made from"]


@pytest.mark.parametrize("verb", ["again", "details", "delete", "inpaint", "open"])
async def test_anothers_direct_talk(shared: Stage, ada: Person, verb: str) -> None:
    """No control opens it to anybody else."""
    eve = shared.discord.person(f"Eve-{verb}", dm=True)
    secret = await results.draw(eve, f"for nobody else {verb}")
    mine = await results.draw(ada, "mine")
    reply = await results.forged(ada, mine, f"job:{verb}:{results.job_of(secret)}")
    assert results.refusal(reply) == "This picture is private."


async def test_deleted_from_a_server(shared: Stage, ada: Person) -> None:
    """/history in a server takes it out of the direct talk all the same."""
    there = shared.discord.person("Eve-far", dm=True)
    secret = await results.draw(there, "not for long")
    here = shared.discord.person("Eve-far", ada.channel)
    page, delete = await of_history(here, secret, "delete")
    await here.press(page, custom_id=delete)
    await scene.happens(lambda: secret.deleted, "the message goes")
