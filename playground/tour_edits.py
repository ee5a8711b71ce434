"""The tour's visit to the edits: every way in, every way to say where, each preview saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from playground.messages import Message
from playground.person import Person
from playground.snapshots import dog, dog_mask, scribbled
from playground.uploads import Upload

if TYPE_CHECKING:
    from playground.reply import Reply
    from playground.tour import Visit

WITHIN = 30.0
HEAD = (6, 7, 11, 12)  # the cells of the grid where the dog's head is
GRID, PREVIEW = "Tap what should change", "Draw this?"


def _dog() -> Upload:
    return Upload("dog.jpg", dog())


async def _page(visit: Visit, name: str, reply: Reply, says: str) -> Message:
    """Wait for a page, show it and save its picture."""
    if reply.failed:
        raise RuntimeError(f"{name}: {reply.failed}")
    message = await reply.until(lambda one: says in one.text() and one.attachments, timeout=WITHIN)
    visit.show(message)
    visit.save(f"edit {name}", message)
    return message


def _control(message: Message, name: str) -> str:
    """The custom id of the control with that name in it."""
    ids = [part["custom_id"] for part in message.parts() if "custom_id" in part]
    return str(next(one for one in ids if name in one))


async def _press(visit: Visit, who: Person, message: Message, label: str) -> Reply:
    visit.act(f"{who.user.name} presses {label}")
    return await who.press(message, label=label)


async def _draw(visit: Visit, name: str, page: Message) -> Message:
    return await visit.result(
        visit.ada, f"edit {name} result", await _press(visit, visit.ada, page, "Draw")
    )


async def by_grid(visit: Visit) -> None:
    """The slash command and the grid: cells, finer, preview, draw, before and after."""
    visit.title("Repainting: tapping cells on a grid")
    reply = await visit.use(visit.ada, "inpaint", prompt="a lion", image=_dog())
    page = await _page(visit, "grid", reply, GRID)
    for cell in HEAD:
        reply = await visit.ada.press(page, custom_id=_cell(page, cell))
    await _page(visit, "grid tapped", reply, "16% of")
    reply = await _press(visit, visit.ada, page, "Finer")
    await _page(visit, "grid finer", reply, "Zoomed in")
    reply = await visit.ada.press(page, custom_id=_cell(page, 24))
    await _page(visit, "grid finer without a corner", reply, "15% of")
    page = await _page(
        visit, "grid preview", await _press(visit, visit.ada, page, "Preview"), PREVIEW
    )
    result = await _draw(visit, "grid", page)
    compared = await _press(visit, visit.ada, result, "Before / after")
    both = await compared.until(lambda message: message.attachments, timeout=WITHIN)
    visit.save("edit before and after", both)


def _cell(page: Message, cell: int) -> str:
    ids = [part["custom_id"] for part in page.parts() if "custom_id" in part]
    return str(next(one for one in ids if ":cell:" in one and one.endswith(f":{cell}")))


async def by_options(visit: Visit) -> None:
    """A quick region, a mask file and a painted copy, given with the command."""
    ways: Mapping[str, Mapping[str, object]] = {
        "quick region": {"region": "left"},
        "mask file": {"mask": Upload("mask.png", dog_mask()), "stream": True},
        "painted copy": {"mask": Upload("painted.jpg", scribbled())},
    }
    for name, where in ways.items():
        visit.title(f"Repainting: {name}")
        reply = await visit.use(visit.ada, "inpaint", prompt="a lion", image=_dog(), **where)
        page = await _page(visit, name, reply, PREVIEW)
        await _draw(visit, name, page)


async def by_tools(visit: Visit) -> None:
    """More room around the picture, then the tools of the preview, and no picture in the end."""
    visit.title("Repainting: more room, and the tools")
    reply = await visit.use(
        visit.ada, "inpaint", prompt="a wide meadow", image=_dog(), region="centre"
    )
    page = await _page(visit, "centre", reply, PREVIEW)
    for label in ("Invert", "Grow", "Feather"):
        edits = page.edits
        reply = await _press(visit, visit.ada, page, label)
        await reply.until(partial(_edited, edits), timeout=WITHIN)
    await _page(visit, "inverted and feathered", reply, PREVIEW)
    for choice in ("extend:all 25", "extend:16:9"):
        reply = await visit.ada.select(page, _control(page, ":extend"), [choice])
        says = "1536 x 1152" if choice.startswith("extend:all") else "1365 x 768"
        await _page(visit, choice.replace(":", " "), reply, says)
    await _draw(visit, "outpaint", page)


async def by_message(visit: Visit) -> None:
    """The menu of a message, the button under a result, and a reply to it."""
    visit.title("Repainting: from a message, a result and a reply")
    post = await visit.bob.say("my dog", files=[_dog()])
    opened = await visit.ada.menu("Inpaint", post)
    reply = await visit.ada.submit(opened.modal, {"prompt": "a bear", "where": ["quick:c"]})
    result = await _draw(visit, "menu", await _page(visit, "menu", reply, PREVIEW))
    opened = await _press(visit, visit.bob, result, "Inpaint")
    file = {"prompt": "a tiger", "file": Upload("mask.png", dog_mask())}
    await _page(visit, "button", await visit.bob.submit(opened.modal, file), PREVIEW)
    for target in (result, post):
        said = await visit.ada.say("@bot make it winter", reply_to=target)
        answer = await visit.ada.finds(partial(_answers, said))
        visit.show(answer)
        if answer.components:
            opened = await _press(visit, visit.ada, answer, "Choose where")
            await _page(visit, "reply", opened, GRID)


def _edited(times: int, message: Message) -> bool:
    return message.edits > times


def _answers(said: Message, message: Message) -> bool:
    return message.reference is said


async def editing(visit: Visit) -> None:
    """All of it."""
    for part in (by_grid, by_options, by_tools, by_message):
        await part(visit)
