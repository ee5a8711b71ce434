"""Custom ids that somebody made up open nothing: every press is checked against the rows."""

from __future__ import annotations

import pytest

from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

HUGE = (2**63, 10**19 - 1)
VERBS = (
    "again", "againall", "cancel", "compare", "delete", "details", "edit", "inpaint", "open",
    "other", "retry", "share",
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
async def test_anothers_private_picture(shared: Stage, ada: Person, verb: str) -> None:
    """No control opens a picture that only its author may see."""
    ben = results.friend(shared, ada, f"Ben-{verb}")
    private = await results.draw(ada, f"secret {verb}", private=True)
    mine = await results.draw(ben, f"mine {verb}")
    job = results.job_of(private)
    reply = await results.forged(ben, mine, f"job:{verb}:{job}")
    assert results.refusal(reply) == "This picture is private."
    assert not private.deleted
    assert not mine.deleted
    assert len(scene.calls(shared.pixazo, f"secret {verb}")) == 1


@pytest.mark.parametrize(
    "custom_id",
    [
        *(f"job:again:{number}" for number in (0, 1, *HUGE)),
        *(f"job:delete:{number}" for number in HUGE),
        *(f"finish:sd35:200000:{number}" for number in (1, *HUGE)),
        *(f"hist:{verb}:{HUGE[0]}:0:0::" for verb in ("again", "mark", "delete")),
        f"hist:show:{10**20 - 1}:{10**20 - 1}:0::",
        f"hist:newest:0:{2**63}:0::",
        "job:nonsense:{job}",
        "job:setup:{job}",
    ],
)
async def test_controls_about_nothing(shared: Stage, ada: Person, custom_id: str) -> None:
    """Unknown jobs, numbers that no column holds and unknown verbs are told apart from nothing."""
    message = await results.draw(ada, "mine")
    made_up = custom_id.replace("{job}", str(results.job_of(message)))
    errors = shared.bot.log.count("ERROR")
    reply = await results.forged(ada, message, made_up)
    if custom_id.startswith("hist:show"):  # a page beyond the oldest picture, of one's own
        assert reply.failed is None
    else:
        assert results.refusal(reply) == "This picture is not known here any more."
    assert shared.bot.log.count("ERROR") == errors


async def test_huge_numbers_in_selects_and_forms(shared: Stage, ada: Person) -> None:
    """The choice of a model and the edit form look their job up as well."""
    message = await results.draw(ada, "mine")
    for number in (1, *HUGE):
        reply = await results.forged(ada, message, f"model:{number}", results.SELECT)
        assert "not known" in results.refusal(reply)
        form = await ada.press(message, label="Edit")
        assert form.modal is not None
        object.__setattr__(form.modal, "custom_id", f"job:edit:{number}")
        assert "not known" in results.refusal(await ada.submit(form.modal))


async def test_a_form_about_anothers_picture(shared: Stage, ada: Person) -> None:
    """Whoever sends an edit form must be the author of the picture that it names."""
    ben = results.friend(shared, ada, "Ben-form")
    hers = await results.draw(ada, "hers")
    mine = await results.draw(ben, "his")
    form = await ben.press(mine, label="Edit")
    assert form.modal is not None
    object.__setattr__(form.modal, "custom_id", f"job:edit:{results.job_of(hers)}")
    said = results.refusal(await ben.submit(form.modal, {"Prompt": "taken over"}))
    assert said.startswith("Only the member who asked")
    assert scene.calls(shared.pixazo, "taken over") == []


async def test_a_deleted_picture(shared: Stage, ada: Person) -> None:
    """What was deleted is gone for every control, and what was made from it lives on."""
    ben = results.friend(shared, ada, "Ben-deleted")
    parent = await results.draw(ada, "the parent")
    child = await scene.drawn(await ben.press(parent, label="Again"))
    job = results.job_of(parent)
    await ada.press(parent, label="Delete")
    await scene.happens(lambda: parent.deleted, "the message goes")
    for verb in VERBS:
        reply = await results.forged(ben, child, f"job:{verb}:{job}")
        assert "not known" in results.refusal(reply)
    told = (await ben.press(child, label="Details")).message
    assert told is not None
    assert scene.fields(told)["Made from"] == "again of a deleted picture"
    await scene.drawn(await ada.press(child, label="Again"))


@pytest.mark.parametrize("verb", ["mark", "delete", "fetch"])
async def test_the_gallerys_buttons_on_anothers_picture(
    shared: Stage, ada: Person, verb: str
) -> None:
    """Marking, deleting and fetching are for one's own pictures, public or not."""
    ben = results.friend(shared, ada, f"Ben-{verb}s")
    hers = await results.draw(ada, f"hers to {verb}")
    page = await (await ben.command("history")).until(lambda one: "**Your" in one.text())
    reply = await results.forged(ben, page, f"hist:{verb}:{results.job_of(hers)}:0:0::")
    await scene.happens(lambda: "Only the member" in reply.text(), "an answer")
    assert results.refusal(reply).startswith("Only the member who asked for this picture")
    assert not hers.deleted


async def test_staff_of_another_server(shared: Stage, ada: Person) -> None:
    """Manage Messages counts in the picture's own server; Mo has it in both."""
    message = await results.draw(ada, "not yours to delete")
    world = shared.discord.world
    lobby = world.guild("Pixel Club").channels[0]
    mo = shared.discord.person("Mo", lobby)
    his = await results.draw(mo, "elsewhere")
    reply = await results.forged(mo, his, f"job:delete:{results.job_of(message)}")
    assert "or the server's staff" in results.refusal(reply)
    assert not his.deleted
    mo = mo.at(ada.channel)
    await mo.press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_staff_of_another_channel(shared: Stage, ada: Person) -> None:
    """What Mo may in one channel counts there: Discord tells their rights where they press."""
    message = await results.draw(ada, "not of your channel")
    mo = shared.discord.person("Mo", shared.discord.world.guild("Cat Cafe").add_channel("mods"))
    his = await results.draw(mo, "in the next channel")
    reply = await results.forged(mo, his, f"job:delete:{results.job_of(message)}")
    assert "or the server's staff" in results.refusal(reply)
    assert not message.deleted
    await mo.at(ada.channel).press(message, label="Delete")
    await scene.happens(lambda: message.deleted, "the message goes")


async def test_not_the_members_own_erasure(shared: Stage, ada: Person) -> None:
    """The consent to be forgotten works for the member that it names alone."""
    ben = results.friend(shared, ada, "Ben-erase")
    mine = await results.draw(ben, "his own")
    reply = await results.forged(ben, mine, f"erase:{ada.user.id}")
    assert results.refusal(reply) == "Only the member themselves can do this."


async def test_a_price_that_was_never_shown(shared: Stage, ada: Person) -> None:
    """A consent to less than the price asks again before it spends."""
    message = await results.draw(ada, "cheap trick")
    job = results.job_of(message)
    reply = await results.forged(ada, message, f"finish:sd35:1:{job}")
    assert reply.failed is None
    assert "It costs $0.20." in message.content
    assert (await scene.quota(ada)).money.startswith("$1.00")
