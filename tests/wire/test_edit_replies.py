"""Replying to a picture with a mention of the bot: an answer or silence, never a ping."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from PIL import Image

from playground.messages import REPLY, Message
from playground.person import Person
from playground.places import User
from playground.stage import Stage
from tests.wire import edits, results, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")

OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]
MESSAGE_CONTENT = 1 << 15


async def answer(member: Person, to: Message) -> Message:
    """The bot's answer to a reply."""
    return await member.finds(lambda message: message.reference is to)


async def picture(member: Person) -> Message:
    """A picture of the bot's."""
    return await scene.drawn(await member.command("sdxl", prompt="a start", **scene.SMALL))


async def test_the_bots_own_picture(shared: Stage, ada: Person) -> None:
    """The words are taken, a button asks where, only its author may press it; nobody is pinged."""
    said = await ada.say("@bot make it *winter* @everyone", reply_to=await picture(ada))
    asked = await answer(ada, said)
    assert asked.pinged == []
    assert not asked.pinged_everyone
    assert asked.ephemeral_to is None
    ben = shared.discord.person(f"Ben of {ada.channel.name}", ada.channel)
    refusal = scene.refused(await ben.press(asked, label="Choose where"))
    assert "Only the member who started" in refusal
    page = await edits.page(await ada.press(asked, label="Choose where"))
    assert page.ephemeral_to is ada.user
    assert r"make it \*winter\* \@everyone" in page.text()
    await edits.shows(await edits.tap(ada, page, 12), "4% of")
    result = await edits.drawn(ada, page)
    assert scene.prompt_of(result) == "make it *winter* @everyone"
    late = scene.refused(await ada.press(asked, label="Choose where"))
    assert "sent to be drawn already" in late


async def test_a_set_asks_which_picture(ada: Person) -> None:
    """Where the message shows several pictures, the member picks one; the words are filled in."""
    reply = await ada.command("sdxl", prompt="twins", count=2, **scene.SMALL)
    both = await results.of_set(reply, 2)
    asked = await answer(ada, await ada.say("@bot make it winter", reply_to=both))
    form = (await ada.press(asked, label="Choose where")).modal
    assert form is not None
    assert form.field("prompt").filled_in == "make it winter"
    page = await edits.shows(
        await ada.submit(form, {"which": ["1"], "where": ["quick:l"]}), "Draw this?", within=30
    )
    result = await scene.drawn(await ada.press(page, label="Draw"))
    (own, other) = (both.attachments[place].read() for place in (1, 0))
    shown = scene.opened(result).crop((320, 0, 512, 512))
    assert edits.changed(_right(own), shown).getbbox() is None
    assert edits.changed(_right(other), shown).getbbox() is not None


@pytest.mark.parametrize("count", [1, 2])
async def test_the_way_back_to_an_edit(ada: Person, count: int) -> None:
    """Choose where opens the edit again, also when the message of its picture was deleted."""
    reply = await ada.command("sdxl", prompt="soon gone", count=count, **scene.SMALL)
    start = await results.of_set(reply, 2) if count == 2 else await scene.drawn(reply)
    asked = await answer(ada, await ada.say("@bot make it windy", reply_to=start))
    page = await chosen(ada, asked)
    await edits.shows(await edits.tap(ada, page, 12), "4% of")
    ada.world.delete(start)
    assert edits.lit(await chosen(ada, asked)) == {12}


async def chosen(member: Person, asked: Message) -> Message:
    """The page with the grid that Choose where leads to, through the form of a set."""
    opened = await member.press(asked, label="Choose where")
    if opened.modal is not None:
        opened = await member.submit(opened.modal, {"which": ["1"]})
    return await edits.page(opened)


async def test_a_second_form_after_draw(shared: Stage, ada: Person) -> None:
    """What is being drawn keeps its picture: a form opened twice and sent late says so."""
    reply = await ada.command("sdxl", prompt="twins", count=2, **scene.SMALL)
    both = await results.of_set(reply, 2)
    asked = await answer(ada, await ada.say("@bot make it foggy", reply_to=both))
    forms = [(await ada.press(asked, label="Choose where")).modal for _ in range(2)]
    sent = await ada.submit(forms[0], {"which": ["1"], "where": ["quick:l"]})
    page = await edits.shows(sent, "Draw this?", within=30)
    shared.pixazo.pause()
    drawing = await ada.press(page, label="Draw")
    await edits.shows(drawing, "Sent to be drawn")
    late = await ada.submit(forms[1], {"which": ["0"], "where": ["quick:r"]})
    assert (await edits.shows(late, "sent to be drawn already")).ephemeral_to is ada.user
    shared.pixazo.resume()
    shown = scene.opened(await scene.drawn(drawing)).crop((320, 0, 512, 512))
    assert edits.changed(_right(both.attachments[1].read()), shown).getbbox() is None


def _right(data: bytes) -> Image.Image:
    """What the left half's mask and its seam leave of a picture."""
    return Image.open(io.BytesIO(data)).convert("RGB").crop((320, 0, 512, 512))


@pytest.mark.parametrize("own", [True, False])
async def test_a_members_picture(ada: Person, own: bool) -> None:
    """Without the intent Discord hides it: the answer says how else."""
    sender = ada.at(ada.channel)
    if not own:
        sender.user = ada.world.user("Ben")
    post = await sender.say("my dog", files=[scene.upload(scene.photo(*SIZE))])
    asked = await answer(ada, await ada.say("@bot make it winter", reply_to=post))
    assert "Apps, then Inpaint" in asked.content
    assert asked.components == []
    assert asked.pinged == []


async def test_without_words(ada: Person) -> None:
    """A mention alone is told how it is done."""
    asked = await answer(ada, await ada.say("@bot", reply_to=await picture(ada)))
    assert "`@bot make it winter`" in asked.content


async def test_no_picture_in_the_message(ada: Person) -> None:
    """A reply to words of the bot's own says that there is no picture."""
    asked = await answer(ada, await ada.say("@bot", reply_to=await picture(ada)))
    second = await answer(ada, await ada.say("@bot make it winter", reply_to=asked))
    assert second.content == "There is no picture in this message."


async def test_the_message_is_gone(ada: Person) -> None:
    """A reply to a message that was just deleted says so."""
    start = await picture(ada)
    ada.world.delete(start)
    asked = await answer(ada, _written(ada, ada.user, "@bot make it winter", start))
    assert "is gone" in asked.content


FETCHED = r"^/channels/\d+/messages/\d+$"


@pytest.fixture
def unresolved(shared: Stage) -> Iterator[None]:
    """Discord sends replies without the message that they are to."""
    shared.discord.world.settings.resolved = False
    yield
    shared.discord.world.settings.resolved = True


@pytest.mark.usefixtures("unresolved")
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({}, "Mark what should change"),
        ({"action": "drop", "times": 2}, "Mark what should change"),
        ({"status": 400}, "Please reply again in a minute"),
        ({"action": "drop", "times": 100}, "Please reply again in a minute"),
    ],
    ids=["in order", "dropped twice", "refused", "dropped for long"],
)
async def test_a_message_that_has_to_be_fetched(
    shared: Stage, ada: Person, fault: dict[str, Any], says: str
) -> None:
    """The message is fetched, again where the connection drops; a failure is told."""
    start = await picture(ada)
    if fault:
        shared.discord.faults.add("GET", FETCHED, **fault)
    said = await ada.say("@bot make it winter", reply_to=start)
    asked = await ada.finds(lambda message: message.reference is said, timeout=40)
    assert says in asked.content


def _written(member: Person, author: User, text: str, to: Message) -> Message:
    """A reply by any author, to any message."""
    mention = member.world.bot.mention
    payload = {"content": text.replace("@bot", mention), "allowed_mentions": {"parse": ["users"]}}
    return member.world.post(member.channel, author, payload, [], reference=to, type=REPLY)


async def test_silence(ada: Person) -> None:
    """A reply that only pings, other talk, and other bots get no answer."""
    start = await picture(ada)
    robot = User(id=ada.world.ids.next(), name="Robot", bot=True)
    ada.world.users[robot.id] = robot
    quiet = [
        await ada.say("how lovely", reply_to=start, ping=True),
        await ada.say("@bot make it winter"),
        _written(ada, robot, "@bot make it winter", start),
    ]
    heard = await ada.say("@bot make it spring", reply_to=start)
    await answer(ada, heard)  # events come in order: the others were read before this one
    assert [one for one in ada.messages() if one.reference in quiet] == []


async def test_in_a_direct_talk(shared: Stage) -> None:
    """In a direct talk Discord hides nothing: the member's own picture can be replied to."""
    eve = shared.discord.person("Eve", dm=True)
    post = await eve.say("my dog", files=[scene.upload(scene.photo(*SIZE))])
    asked = await answer(eve, await eve.say("@bot make it winter", reply_to=post))
    page = await edits.page(await eve.press(asked, label="Choose where"))
    await edits.shows(await edits.tap(eve, page, 12), "4% of")
    await edits.drawn(eve, page)


async def test_with_the_intent(open_stage: OpenStage) -> None:
    """MESSAGE_CONTENT=true: other members' pictures can be replied to."""
    async with open_stage(MESSAGE_CONTENT="true", started=False) as stage:
        stage.discord.world.settings.privileged = MESSAGE_CONTENT
        await scene.begin(stage)
        ada, ben = (stage.discord.person(name) for name in ("Ada", "Ben"))
        post = await ben.say("my dog", files=[scene.upload(scene.photo(*SIZE))])
        asked = await answer(ada, await ada.say("@bot make it winter", reply_to=post))
        page = await edits.page(await ada.press(asked, label="Choose where"))
        assert edits.lettered(page)


async def test_where_the_bot_may_not_write(shared: Stage, ada: Person) -> None:
    """In a channel that is closed to it the bot stays calm: nothing breaks, it goes on."""
    start = await picture(ada)
    ada.channel.mute_bot()
    await ada.say("@bot make it winter", reply_to=start)
    await scene.happens(lambda: "a reply was not answered" in shared.bot.log, "it was tried")
    ada.channel.open_to_bot()
    assert "Traceback" not in shared.bot.log
