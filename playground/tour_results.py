"""The tour's visit to the results: sets, every button, the history, defaults and one's data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from playground.messages import Message

if TYPE_CHECKING:
    from playground.person import Person
    from playground.reply import Reply
    from playground.tour import Visit

WITHIN = 30.0
SELECTS = (3,)
NUMBERS = "1234"


async def results(visit: Visit) -> None:
    """Every part of the visit to the results."""
    for part in _PARTS:
        await part(visit)


async def _press(visit: Visit, who: Person, message: Message, label: str) -> Reply:
    visit.act(f"{who.user.name} presses {label}")
    reply = await who.press(message, label=label)
    if reply.failed:
        raise RuntimeError(f"{label}: {reply.failed}")
    return reply


async def _asked(visit: Visit, who: Person, message: Message, label: str) -> Message:
    """Press a button that is answered at once, and show the answer."""
    reply = await _press(visit, who, message, label)
    visit.show(reply.message)
    return await reply.until(lambda _: True, timeout=WITHIN)


async def _shows(visit: Visit, reply: Reply, text: str) -> Message:
    """Wait for a message that says something, and show it."""
    message = await reply.until(lambda one: text in one.text(), timeout=WITHIN)
    visit.show(message)
    return message


async def _set(visit: Visit) -> None:
    """Four pictures in one answer, and each on a page of its own."""
    visit.title("A set of four, by the one command that most members need")
    reply = await visit.use(
        visit.ada, "imagine", prompt="a fox in the snow, watercolour", shape="wide", count=4
    )
    message = await reply.until(_all_four, timeout=WITHIN)
    visit.show(message)
    visit.save("set", message)
    page = await _asked(visit, visit.bob, message, "3")
    await visit.result(visit.bob, "set again", await _press(visit, visit.bob, page, "Again"))


def _all_four(message: Message) -> bool:
    labels = {part.get("label") for part in message.parts()}
    return set(NUMBERS) <= labels and "Cancel the rest" not in labels


async def _buttons(visit: Visit) -> None:
    """Again, Edit, Other model with its question, Details, and who may not."""
    visit.title("Every button under a picture")
    first = await visit.picture(visit.ada, "sdxl", prompt="an owl at noon", seed=3)
    again = await visit.result(visit.bob, "again", await _press(visit, visit.bob, first, "Again"))
    form = await _press(visit, visit.bob, again, "Edit")
    if form.modal is None:
        raise RuntimeError("no form was opened")
    visit.act(f"{form.modal.text()}\nBob changes the prompt")
    changed = {"Prompt": "an owl at midnight"}
    edited = await visit.result(visit.bob, "edited", await visit.bob.submit(form.modal, changed))
    await _asked(visit, visit.ada, edited, "Edit")
    await _other_model(visit, edited)
    await _asked(visit, visit.ada, edited, "Details")
    await _asked(visit, visit.ada, edited, "Delete")
    await _press(visit, visit.bob, edited, "Delete")


async def _other_model(visit: Visit, message: Message) -> None:
    eve = visit.stage.discord.person("Eve")
    asked = await _asked(visit, eve, message, "Other model")
    (select,) = [part["custom_id"] for part in asked.parts() if part["type"] in SELECTS]
    visit.act("Eve chooses Stable Diffusion 3.5")
    await eve.select(asked, select, ["sd35"])
    visit.show(asked)
    reply = await _press(visit, eve, asked, "Draw for $0.20")
    await visit.result(eve, "other model", reply)


async def _private(visit: Visit) -> None:
    """A private picture that is shared, a spoiler, and a failure that is tried again."""
    visit.title("Private, shared, hidden; and tried again")
    secret = await visit.picture(visit.ada, "sdxl", prompt="a surprise cake", private=True)
    await _press(visit, visit.ada, secret, "Share")
    visit.show(await visit.bob.finds(lambda one: one.content.startswith("Shared by")))
    await visit.picture(visit.ada, "sdxl", prompt="who did it", spoiler=True)
    visit.stage.pixazo.faults.add("empty-url")
    reply = await visit.use(visit.ada, "sdxl", prompt="second time lucky")
    failed = await _shows(visit, reply, "No picture this time")
    retried = await _press(visit, visit.ada, failed, "Try again")
    await visit.result(visit.ada, "tried again", retried)


async def _history(visit: Visit) -> None:
    """Pages, stars, searching; and the menu on a message."""
    visit.title("The pictures of a member")
    reply = await visit.use(visit.ada, "history")
    page = await _shows(visit, reply, "Your pictures")
    await _shows(visit, await _press(visit, visit.ada, page, "☆"), "★")
    await _shows(visit, await _press(visit, visit.ada, page, "Older"), "Newest")
    await _shows(visit, await visit.use(visit.ada, "history", favourites=True), "favourites")
    await _shows(visit, await visit.use(visit.ada, "history", words="fox snow"), "fox snow")
    picture = await visit.ada.finds(_all_four)
    visit.act("Bob: Apps, Picture details")
    visit.show((await visit.bob.menu("Picture details", picture)).message)


async def _data(visit: Visit) -> None:
    """Defaults, and everything that is known as a file, or gone."""
    visit.title("What the bot remembers of a member, and forgets")
    eve = visit.stage.discord.person("Eve")
    said = await visit.use(eve, "defaults", shape="portrait", negative_prompt="text, borders")
    visit.show(said.message)
    await visit.picture(eve, "imagine", prompt="a tall tree")
    await _shows(visit, await visit.use(eve, "my-data export"), "my-data-")
    asked = (await visit.use(eve, "my-data delete")).message
    visit.show(asked)
    if asked is not None:
        reply = await _press(visit, eve, asked, "Delete everything about me")
        await _shows(visit, reply, "Done:")


_PARTS: tuple[Callable[[Visit], Awaitable[None]], ...] = (
    _set,
    _buttons,
    _private,
    _history,
    _data,
)
