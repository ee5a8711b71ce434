"""A control that is pressed twice at once has one effect, and nobody reads of a failure."""

from __future__ import annotations

import asyncio

import pytest

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import results, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def twice(member: Person, message: Message, label: str) -> tuple[Reply, Reply]:
    """Press a button twice at once."""
    return await asyncio.gather(
        member.press(message, label=label), member.press(message, label=label)
    )


async def settled(stage: Stage, prompt: str, calls: int) -> None:
    """Wait until so many calls were made; another command shows that no more are on the way."""
    await scene.called(stage.pixazo, prompt, calls)
    other = stage.discord.person("Bystander")
    await scene.drawn(await other.command("sdxl", prompt="something else", **scene.SMALL))
    assert len(scene.calls(stage.pixazo, prompt)) == calls


@pytest.mark.parametrize("count", [1, 2])
async def test_again(shared: Stage, ada: Person, count: int) -> None:
    """Two taps are one press: one order, and the second tap is answered by nothing."""
    prompt = f"tapped {count}"
    reply = await ada.command("sdxl", prompt=prompt, count=count, **scene.SMALL)
    message = await results.of_set(reply, count)
    first, second = await twice(ada, message, "Again")
    assert (first.failed, second.failed) == (None, None)
    await settled(shared, prompt, 2 * count)
    assert (await scene.quota(ada)).images == 100 - 2 * count


async def test_again_twice_on_purpose(shared: Stage, ada: Person) -> None:
    """Whoever presses again once the picture is there gets another one."""
    message = await results.draw(ada, "on purpose")
    for _ in range(2):
        await scene.drawn(await ada.press(message, label="Again"))
    assert len(scene.calls(shared.pixazo, "on purpose")) == 3


async def test_two_members_at_once(shared: Stage, ada: Person) -> None:
    """Two members who press at once get a picture each."""
    ben = results.friend(shared, ada, "Ben-twice")
    message = await results.draw(ada, "for both")
    mine, his = await asyncio.gather(
        ada.press(message, label="Again"), ben.press(message, label="Again")
    )
    assert scene.seed_of(await scene.drawn(mine)) != scene.seed_of(await scene.drawn(his))


async def test_the_consent_to_a_price(shared: Stage, ada: Person) -> None:
    """The money is spent once, however often the consent is pressed."""
    message = await results.draw(ada, "dear twice")
    asked = (await ada.press(message, label="Other model")).message
    assert asked is not None
    await ada.select(asked, results.control(asked, "model"), ["sd35"])
    first, second = await twice(ada, asked, "Draw for $0.20")
    assert (first.failed, second.failed) == (None, None)
    await settled(shared, "dear twice", 2)
    assert len(scene.calls(shared.pixazo, "dear twice")) == 2
    assert (await scene.quota(ada)).money.startswith("$0.80")


async def test_the_edit_form(shared: Stage, ada: Person) -> None:
    """A form that was opened once is ordered once, however often it is sent."""
    message = await results.draw(ada, "to be edited")
    form = await ada.press(message, label="Edit")
    first, second = await asyncio.gather(
        ada.submit(form.modal, {"Prompt": "edited twice"}),
        ada.submit(form.modal, {"Prompt": "edited twice"}),
    )
    assert (first.failed, second.failed) == (None, None)
    await settled(shared, "edited twice", 1)
    another = await ada.press(message, label="Edit")
    await scene.drawn(await ada.submit(another.modal, {"Prompt": "edited twice"}))
    assert len(scene.calls(shared.pixazo, "edited twice")) == 2


async def test_share(shared: Stage, ada: Person) -> None:
    """A private picture becomes one public message; the second tap is answered by nothing."""
    message = await results.draw(ada, "shown once", private=True)
    taps = await twice(ada, message, "Share")
    ben = results.friend(shared, ada, "Ben-shared")
    await ben.finds(lambda one: one.content.startswith("Shared by"))
    third = await ada.press(message, custom_id=results.ids(message)[0])  # it still works
    await scene.drawn(third)
    assert [one.failed for one in taps] == [None, None]
    assert [one.followups for one in taps] == [[], []]
    assert "That did not work" not in "".join(one.text() for one in taps)
    said = results.refusal(
        await results.forged(ada, message, f"job:share:{results.job_of(message)}")
    )
    assert "already" in said
    assert len([one for one in ben.messages() if one.content.startswith("Shared by")]) == 1


async def test_delete(shared: Stage, ada: Person) -> None:
    """The message goes once; the second press finds nothing, and nothing breaks."""
    message = await results.draw(ada, "gone twice")
    await twice(ada, message, "Delete")
    await scene.happens(lambda: message.deleted, "the message goes")
    assert "ERROR" not in shared.bot.log
