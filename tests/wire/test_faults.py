"""Every fault of the gateway: what the member reads, what it costs, how often it is tried."""

from __future__ import annotations

import pytest

from playground import faults
from playground.person import Person
from playground.stage import Stage
from tests.wire import scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Fault, calls until the picture is there.
DRAWN = {
    "slow": 1,
    "list": 1,
    "image_url": 1,
    "url": 1,
    "base64": 1,
    "data-uri": 1,
    "bytes": 1,
    "queue": 1,
    "queue-anonymous": 1,
    "link-slow": 1,
    "placeholder": 1,  # a picture that nobody asked for looks like any other
    "drop": 2,
    "cut": 2,
    "429": 2,
    "429-retry-after": 2,
    "429-text": 2,
    "500": 2,
    "502-html": 2,
    "503-retry-after": 2,
    "504": 2,
    "cold-start": 3,
}
# Fault, what the member reads; one call, and no second one could help.
REFUSED = {
    "400-text": "Pixazo refused these values: `The prompt was refused by the content filter`. "
    "Change them and try again.",
    "401": "Pixazo refused the bot's key. The bot's owner must look at it.",
    "402-credit": "The bot's account at Pixazo is out of credit. The bot's owner must look at it.",
    "403-credit": "The bot's account at Pixazo is out of credit. The bot's owner must look at it.",
    "403": "The bot's key has no access to this model at Pixazo. The bot's owner must look at it.",
}
UNUSABLE = {
    "plain-text": "Pixazo's answer could not be read. Try again.",
    "html-200": "Pixazo's answer could not be read. Try again.",
    "empty-url": "Pixazo answered without a picture. Try again.",
    "no-field": "Pixazo answered without a picture. Try again.",
    "queue-failed": "Pixazo made no picture: `The model could not draw this`. "
    "Try again, or change the prompt.",
    "link-404": "The picture's link does not give a picture (404).",
    "link-html": "Pixazo's picture is not a PNG, JPEG or WEBP file. Try again.",
    "link-truncated-picture": "Pixazo's picture is damaged or cut off. Try again.",
    "link-bomb": "Pixazo's picture has too many pixels; 40 megapixels are the most. Try again.",
    "link-huge": "The file is larger than 32 MiB.",
    "link-redirect-private": "The picture's link leads to a host that is not allowed",
    "link-private": "The picture's link leads to a host that is not allowed",
    "gif": "Pixazo's picture is a GIF. Try again.",
}
# A paid call that may have been billed and gave no answer: never made again.
AMBIGUOUS = ("drop", "cut", "500", "502-html", "503-retry-after", "504", "cold-start")
ENDLESS = {"hang", "queue-forever"}  # test_patience.py
BROKEN = "Pixazo has a problem of its own (500). Try again in a minute."


async def test_no_fault_is_forgotten() -> None:
    """Every row of the playground's table of faults stands in one of the tables here."""
    assert {row.name for row in faults.ROWS} == {*DRAWN, *REFUSED, *UNUSABLE, *ENDLESS}


@pytest.mark.parametrize("fault", DRAWN)
async def test_a_fault_that_passes(shared: Stage, ada: Person, fault: str) -> None:
    """The picture arrives after as many calls as it takes, and costs one image."""
    shared.pixazo.faults.add(fault)
    reply = await ada.command("sdxl", prompt=f"in spite of {fault}", **scene.SMALL)
    message = await scene.drawn(reply)
    assert scene.opened(message).size == (512, 512)
    assert len(scene.calls(shared.pixazo, f"in spite of {fault}")) == DRAWN[fault]
    left = await scene.quota(ada)
    assert (left.images, left.waiting, left.held) == (99, "0 of 10", None)


@pytest.mark.parametrize("fault", [*REFUSED, *UNUSABLE])
async def test_a_fault_that_lasts(shared: Stage, ada: Person, fault: str) -> None:
    """The member reads why after one call, and the image is back."""
    shared.pixazo.faults.add(fault)
    reply = await ada.command("sdxl", prompt=f"no {fault}", **scene.SMALL)
    message = await scene.failed(reply)
    said = scene.embed(message)
    assert said["title"] == "No picture this time"
    assert said["description"].startswith({**REFUSED, **UNUSABLE}[fault])
    assert scene.footer(message) == "You were not charged."
    assert len(scene.calls(shared.pixazo, f"no {fault}")) == 1
    left = await scene.quota(ada)
    assert (left.images, left.waiting, left.held) == (100, "0 of 10", None)
    assert shared.pixazo.results.trespasses == []


async def test_a_free_call_is_tried_three_times(shared: Stage, ada: Person) -> None:
    """After the third failure the member reads why, and the image is back."""
    shared.pixazo.faults.add("500", times=5)
    reply = await ada.command("lightning", prompt="thrice", stream=True, **scene.SMALL)
    message = await scene.failed(reply)
    assert scene.embed(message)["description"] == BROKEN
    assert len(scene.calls(shared.pixazo, "thrice")) == 3
    assert (await scene.quota(ada)).images == 100


async def test_between_tries_the_member_hears_of_it(shared: Stage, ada: Person) -> None:
    """While a try rests, the answer says which try comes next."""
    shared.pixazo.faults.add("500", times=2)
    reply = await ada.command("sdxl", prompt="again", **scene.SMALL)
    await reply.until(lambda message: "trying again (try 3 of 3)" in message.content)
    message = await scene.drawn(reply)
    assert message.content == ""
    assert "Cancel" not in message.text()


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_a_paid_call_is_not_repeated(shared: Stage, ada: Person, fault: str) -> None:
    """Where the picture may have been billed there is one call; the member gets all back."""
    shared.pixazo.faults.add(fault)
    message = await scene.failed(await ada.command("sd3", prompt=f"dear {fault}"))
    shared.pixazo.faults.clear()
    assert scene.footer(message) == (
        "You were not charged. The bot's own budget counts it as spent, to be safe."
    )
    assert len(scene.calls(shared.pixazo, f"dear {fault}")) == 1
    left = await scene.quota(ada)
    assert (left.images, left.money) == (100, "$1.00 of $1.00 left")


@pytest.mark.parametrize("fault", UNUSABLE)
async def test_a_paid_picture_that_cannot_be_used(shared: Stage, ada: Person, fault: str) -> None:
    """A picture that Pixazo made and nobody can use costs the member nothing, after one call."""
    shared.pixazo.faults.add(fault)
    message = await scene.failed(await ada.command("sd35", prompt=f"lost {fault}"))
    assert "The bot's own budget counts it" in scene.footer(message)
    assert len(scene.calls(shared.pixazo, f"lost {fault}")) == 1
    left = await scene.quota(ada)
    assert (left.images, left.money) == (100, "$1.00 of $1.00 left")


@pytest.mark.parametrize("fault", REFUSED)
async def test_a_paid_call_that_is_refused(shared: Stage, ada: Person, fault: str) -> None:
    """A refusal proves that nothing was made: all money is back, the bot's too."""
    shared.pixazo.faults.add(fault)
    message = await scene.failed(await ada.command("sd35", prompt=f"dear {fault}"))
    assert scene.embed(message)["description"] == REFUSED[fault]
    assert scene.footer(message) == "You were not charged."
    assert len(scene.calls(shared.pixazo, f"dear {fault}")) == 1
    assert (await scene.quota(ada)).money == "$1.00 of $1.00 left"


async def test_a_paid_call_at_the_limit_is_repeated(shared: Stage, ada: Person) -> None:
    """A 429 proves that nothing was made, so that a paid call too may be made again."""
    shared.pixazo.faults.add("429-retry-after")
    message = await scene.drawn(await ada.command("sd3", prompt="dear 429"))
    assert len(scene.calls(shared.pixazo, "dear 429")) == 2
    assert " · $0.20 · " in scene.footer(message)
    assert (await scene.quota(ada)).money == "$0.80 of $1.00 left"


async def test_the_log_says_why_a_key_is_refused(shared: Stage, ada: Person) -> None:
    """The owner finds the cause in the log, without the key."""
    shared.pixazo.faults.add("401")
    await scene.failed(await ada.command("sdxl", prompt="who are you", **scene.SMALL))
    assert "KeyRefused" in shared.bot.log
