"""The other controls pressed twice at once: a select, Try again, Cancel, a form, the gallery."""

from __future__ import annotations

import asyncio

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.conftest import OpenStage
from tests.wire.test_delivery import TRUE_TOKEN, _expire
from tests.wire.test_result_hidden import edited
from tests.wire.test_result_twice import settled, twice

shared_loop = pytest.mark.asyncio(loop_scope="module")

# The only free turn is taken, so that an order waits; see the test of Cancel.
SLOW = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "30"}


def quiet(*replies: Reply) -> None:
    """Nobody reads of a failure, whichever of two presses came first."""
    for reply in replies:
        assert reply.failed is None, reply.failed
        said = "\n".join(one.text() for one in (*reply.interaction.messages, *reply.followups))
        assert "did not work" not in said, said


async def gallery(member: Person, prompt: str) -> Message:
    """The member's history, as soon as it has the picture."""
    async with asyncio.timeout(15):
        while True:
            reply = await member.command("history")
            page = await reply.until(lambda one: "**Your" in one.text())
            if prompt in page.text():
                return page


@shared_loop
async def test_the_choice_of_a_free_model(shared: Stage, ada: Person) -> None:
    """A choice that is made twice draws once, and says so in its place."""
    message = await results.draw(ada, "chosen twice")
    asked = (await ada.press(message, label="Other model")).message
    assert asked is not None
    select = results.control(asked, "model")
    replies = await asyncio.gather(*(ada.select(asked, select, ["lightning"]) for _ in range(2)))
    await settled(shared, "chosen twice", 2)
    quiet(*replies)
    assert (await scene.quota(ada)).images == 98


@shared_loop
async def test_try_again(shared: Stage, ada: Person) -> None:
    """Two taps on Try again are one order."""
    shared.pixazo.faults.add("empty-url")
    failed = await scene.failed(await ada.command("sdxl", prompt="tried twice", **scene.SMALL))
    replies = await twice(ada, failed, "Try again")
    await settled(shared, "tried twice", 2)
    quiet(*replies)
    assert (await scene.quota(ada)).images == 99


@shared_loop
@pytest.mark.parametrize("count", [1, 2])
async def test_the_form_of_an_edit(shared: Stage, ada: Person, count: int) -> None:
    """Sent twice, it is drawn once, and no "thinking…" stays behind; each opened form is one."""
    first = await edited(ada, f"a lion {count}")
    for _ in range(count):
        form = (await ada.press(first, label="Edit")).modal
        sent = {"Prompt": f"a bear {count}"}
        replies = await asyncio.gather(*(ada.submit(form, sent) for _ in range(2)))
        await scene.happens(lambda: not any(one.loading for one in ada.messages()), "it is over")
        quiet(*replies)
    await settled(shared, f"a bear {count}", count)


async def test_cancel(open_stage: OpenStage) -> None:
    """Cancel takes back once; the second press reads of no failure."""
    async with open_stage(terms=scene.terms(limit=1, window=30.0), **SLOW) as whole:
        ada = whole.discord.person("Ada")
        await results.draw(ada, "before it")
        reply = await ada.command("sdxl", prompt="never", **scene.SMALL)
        waits = await reply.until(lambda one: results.labels(one) == ["Cancel"], timeout=20)
        replies = await twice(ada, waits, "Cancel")
        ended = await scene.failed(reply)
        assert scene.embed(ended)["title"] == "Cancelled"
        quiet(*replies)
        assert (await scene.quota(ada)).images == 99
        assert scene.calls(whole.pixazo, "never") == []


@shared_loop
async def test_again_in_the_gallery(shared: Stage, ada: Person) -> None:
    """Two taps on Again are one order there too."""
    await results.draw(ada, "from the gallery")
    replies = await twice(ada, await gallery(ada, "from the gallery"), "Again")
    await settled(shared, "from the gallery", 2)
    quiet(*replies)
    assert (await scene.quota(ada)).images == 98


@shared_loop
async def test_the_star(shared: Stage, ada: Person) -> None:
    """Marked twice, it is marked; the mark taken away twice, it is gone."""
    await results.draw(ada, "a star")
    page = await gallery(ada, "a star")
    for label, after in (("☆", "★"), ("★", "☆")):
        replies = await twice(ada, page, label)
        for reply in replies:
            await reply.until(lambda one, after=after: after in results.labels(one))  # type: ignore[misc]  # mypy infers no default
        quiet(*replies)


@shared_loop
async def test_delete_in_the_gallery(shared: Stage, ada: Person) -> None:
    """One picture of a set goes, its sibling stays, and the page shows what is left."""
    reply = await ada.command("sdxl", prompt="one goes", count=2, **scene.SMALL)
    message = await results.of_set(reply, 2)
    page = await gallery(ada, "one goes")
    replies = await twice(ada, page, "Delete")
    await scene.happens(lambda: len(message.attachments) == 1, "one picture goes")
    await scene.happens(lambda: results.labels(page).count("Delete") == 1, "the page shows it")
    other = await ada.command("history")  # answered after both
    await other.until(lambda one: "**Your" in one.text())
    quiet(*replies)
    assert len(message.attachments) == 1


@shared_loop
async def test_fetch(shared: Stage, ada: Person) -> None:
    """What reached nobody is fetched once."""
    shared.pixazo.pause()
    before = shared.bot.log.count("every way is closed")
    await ada.command("sdxl", prompt="fetched twice", private=True, **scene.SMALL)
    await scene.called(shared.pixazo, "fetched twice")
    ada.user.dms_open = False
    _expire(shared)
    shared.pixazo.resume()
    closed = "every way is closed"
    await scene.happens(lambda: shared.bot.log.count(closed) > before, "every way is closed")
    shared.discord.world.settings.token_seconds = TRUE_TOKEN
    page = await gallery(ada, "fetched twice")
    await scene.happens(lambda: "Fetch" in results.labels(page), "it can be fetched")
    replies = await twice(ada, page, "Fetch")
    await ada.finds(lambda one: bool(one.attachments))
    answers = [reply.message for reply in replies if reply.message is not None]
    await scene.happens(lambda: not any(one.loading for one in answers), "both are over")
    quiet(*replies)
    assert len([one for one in ada.messages() if one.attachments]) == 1


@shared_loop
async def test_turning_the_page(shared: Stage, ada: Person) -> None:
    """Turned twice at once, it is the next page and not the one after."""
    for number in range(9):
        await results.draw(ada, f"leaf {number}")
    page = await gallery(ada, "leaf 8")
    replies = await twice(ada, page, "Older")
    await scene.happens(lambda: "leaf 4" in page.text(), "the page is turned")
    quiet(*replies)
    assert "leaf 1" in page.text()
