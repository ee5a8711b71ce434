"""A press over a connection that breaks: it is heard all the same, and once."""

from __future__ import annotations

import pytest

from playground.faultbox import Action
from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import edits, results, scene
from tests.wire.conftest import OpenStage
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLBACK = r"^/interactions/\d+/[^/]+/callback$"
FOLLOWUP = r"^/webhooks/\d+/[^/]+$"
BROKEN: tuple[Action, ...] = ("drop", "drop_after")


async def previewed(member: Person, words: str) -> Message:
    """The preview of an edit with its left half marked."""
    picture = scene.upload(scene.photo(*SIZE))
    reply = await member.command("inpaint", prompt=words, image=picture, region="left")
    return await edits.shows(reply, "Draw this?", within=30)


@pytest.mark.parametrize("action", BROKEN)
async def test_a_press_survives_a_broken_connection(
    shared: Stage, ada: Person, action: Action
) -> None:
    """Whether Discord heard the answer or not, the page shows what was tapped."""
    picture = scene.upload(scene.photo(*SIZE))
    page = await edits.page(await ada.command("inpaint", prompt="a lion", image=picture))
    shared.discord.faults.add("POST", CALLBACK, action=action)
    reply = await ada.press(page, label="C3")
    assert reply.failed is None
    await edits.shows(reply, "4% of")


@pytest.mark.parametrize("action", BROKEN)
async def test_draw_survives_a_broken_connection(
    shared: Stage, ada: Person, action: Action
) -> None:
    """Draw is one order, with one picture."""
    words = f"a lion {action}"
    page = await previewed(ada, words)
    shared.discord.faults.add("POST", CALLBACK, action=action)
    pressed = await ada.press(page, label="Draw")
    await scene.drawn(pressed)
    assert len(scene.calls(shared.pixazo, words)) == 1


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("action", BROKEN)
async def test_the_message_after_draw_is_lost(
    shared: Stage, ada: Person, action: Action, private: bool
) -> None:
    """Its picture comes as a message of the bot's own, to all or to its member, once."""
    words = f"without an answer {action} {private}"
    reply = await ada.command(
        "inpaint",
        prompt=words,
        image=scene.upload(scene.photo(*SIZE)),
        region="left",
        private=private,
    )
    page = await edits.shows(reply, "Draw this?", within=30)
    shared.discord.faults.add("POST", FOLLOWUP, action=action)
    await ada.press(page, label="Draw")
    there = shared.discord.person(ada.user.name, ada.channel, dm=private)
    message = await there.finds(lambda one: one.embeds and words in one.text(), timeout=30)
    assert len(message.attachments) == 1
    assert "Sent to be drawn" in page.text()
    assert len(scene.calls(shared.pixazo, words)) == 1
    left = [one.text() for one in ada.messages() if "waits" in one.text() or "line" in one.text()]
    assert left == []


@pytest.mark.parametrize("where", [CALLBACK, FOLLOWUP], ids=["answer", "message"])
@pytest.mark.parametrize("action", BROKEN)
async def test_the_consent_to_a_price(
    shared: Stage, ada: Person, action: Action, where: str
) -> None:
    """It is heard once, drawn once, paid once."""
    words = f"dear {action} {where == CALLBACK}"
    message = await results.draw(ada, words)
    asked = (await ada.press(message, label="Other model")).message
    assert asked is not None
    await ada.select(asked, results.control(asked, "model"), ["sd35"])
    shared.discord.faults.add("POST", where, action=action)
    await ada.press(asked, label="Draw for $0.20")
    await scene.called(shared.pixazo, words, 2)
    await ada.finds(lambda one: one.embeds and "$0.20" in one.text(), timeout=20)
    assert (await scene.quota(ada)).money == "$0.80 of $1.00 left"


async def test_a_form_that_is_sent_again(shared: Stage, ada: Person) -> None:
    """Discord keeps a form open whose answer came too late: sent again it is an order."""
    message = await results.draw(ada, "to edit late")
    form = (await ada.press(message, label="Edit")).modal
    withdrawn = shared.bot.log.count("is withdrawn")
    shared.discord.faults.add("POST", CALLBACK, action="delay", seconds=3.4)
    late = await ada.submit(form, {"Prompt": "edited late"})
    assert late.failed is not None
    await scene.happens(lambda: shared.bot.log.count("is withdrawn") > withdrawn, "withdrawal")
    await scene.drawn(await ada.submit(form, {"Prompt": "edited late"}))
    assert len(scene.calls(shared.pixazo, "edited late")) == 1


@pytest.mark.parametrize("action", BROKEN)
@pytest.mark.parametrize("label", ["Edit", "Inpaint", "Other model", "Details"])
async def test_what_a_button_opens(shared: Stage, ada: Person, label: str, action: Action) -> None:
    """Forms and private answers open over a broken connection."""
    message = await results.draw(ada, f"opened by {label} {action}")
    shared.discord.faults.add("POST", CALLBACK, action=action)
    reply = await ada.press(message, label=label)
    assert reply.failed is None
    assert reply.modal is not None or (reply.message is not None and reply.message.ephemeral_to)
    assert "That did not work" not in reply.text()


async def test_commands_that_answer_at_once(shared: Stage, ada: Person) -> None:
    """/defaults and the question before deleting are heard too."""
    shared.discord.faults.add("POST", CALLBACK, action="drop")
    assert "Shape: wide" in (await ada.command("defaults", shape="wide")).text()
    shared.discord.faults.add("POST", CALLBACK, action="drop")
    assert "cannot be undone" in (await ada.command("my-data delete")).text()


@pytest.mark.parametrize("action", BROKEN)
async def test_share(shared: Stage, ada: Person, action: Action) -> None:
    """A private result is posted once, and others may press its buttons."""
    ben = results.friend(shared, ada, f"Ben-{action}")
    message = await results.draw(ada, f"shared over {action}", private=True)
    shared.discord.faults.add("POST", r"^/channels/\d+/messages$", action=action)
    await ada.press(message, label="Share")
    public = await ben.finds(lambda one: one.content.startswith("Shared by"))
    await scene.happens(lambda: "Share" not in results.labels(message), "it is shared")
    assert [one for one in ben.messages() if one.content.startswith("Shared by")] == [public]
    await scene.drawn(await ben.press(public, label="Again"))


async def test_the_gallery(shared: Stage, ada: Person) -> None:
    """A preview whose message could not be fetched at once is fetched again."""
    for number in range(2):
        await results.draw(ada, f"fetched {number}")
    shared.discord.faults.add("GET", r"^/channels/\d+/messages/\d+$", action="drop", times=2)
    reply = await ada.command("history")
    page = await reply.until(lambda one: "**Your" in one.text())
    assert "No preview" not in page.text()


@pytest.mark.parametrize("times", [1, 9])
async def test_an_answer_that_discord_never_takes(shared: Stage, ada: Person, times: int) -> None:
    """No "thinking…" is left: the member reads that it did not work, and may try again."""
    shared.discord.faults.add("PATCH", "^/webhooks/", status=400, times=times)
    message = await scene.ended(await ada.command("history"))
    assert "did not take" in str(scene.embed(message)["description"])
    assert message.ephemeral_to is ada.user
    assert all(not one.loading for one in ada.messages())


@pytest.mark.parametrize("action", BROKEN)
async def test_cancel(open_stage: OpenStage, action: Action) -> None:
    """Cancel shows at once that it worked; tapped twice it says nothing else."""
    slow = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "30"}
    async with open_stage(terms=scene.terms(limit=1, window=30.0), **slow) as whole:
        ada = whole.discord.person("Ada")
        await results.draw(ada, "the only turn")
        reply = await ada.command("sdxl", prompt="waits", **scene.SMALL)
        message = await reply.until(lambda one: results.labels(one) == ["Cancel"], timeout=20)
        whole.discord.faults.add("POST", CALLBACK, action=action)
        pressed = await ada.press(message, label="Cancel")
        await message_says(whole, message, "Cancelled")
        assert pressed.followups == []
        again = await results.forged(ada, message, f"job:cancel:{waiting_job(whole)}")
        assert (again.failed, again.followups) == (None, [])


async def message_says(whole: Stage, message: Message, text: str) -> None:
    """Wait until the message says it."""
    await whole.discord.world.changes.when(
        lambda: text in message.text(), timeout=15, explain=message.text
    )


def waiting_job(whole: Stage) -> object:
    """The job that was cancelled."""
    ((job,),) = results.rows(whole.bot.folder, "SELECT id FROM job WHERE state = 'cancelled'")
    return job
