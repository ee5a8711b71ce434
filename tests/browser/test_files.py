"""Files on their way: into a command's options, into forms, or with the next message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground, Visitor, file_of, png

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

GIVE = """([place, kind, names]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["12345"], name, { type: "image/png" }));
    const [Kind, key] = kind === "paste" ? [ClipboardEvent, "clipboardData"]
        : [DragEvent, "dataTransfer"];
    const event = new Kind(kind, { bubbles: true, cancelable: true, [key]: data });
    document.querySelector(place).dispatchEvent(event);
    return event.defaultPrevented;
}"""


async def give(visitor: Visitor, place: str, kind: str, *names: str) -> bool:
    """Drop or paste files; whether the browser was kept from opening them."""
    return bool(await visitor.page.evaluate(GIVE, [place, kind, list(names)]))


async def attach(visitor: Visitor, path: str) -> None:
    """Choose a file with the button beside the message box."""
    picker = visitor.page.locator("#attach").locator("..").locator("input")
    await picker.set_input_files(path)
    await visitor.page.locator(".pending li").first.wait_for()


async def waiting(visitor: Visitor) -> list[str]:
    """The names of the files that wait for the next message, as they are seen."""
    names = await visitor.page.locator(".pending-name:visible").all_inner_texts()
    return [name.splitlines()[0] for name in names]


async def test_a_file_waits_while_a_command_takes_none(
    visit: Visit, playground: Playground, tmp_path: Path
) -> None:
    """It stays in sight, the member hears why, and it is still there when the command is left."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await attach(visitor, file_of(tmp_path, "mine.png", png(8, 8)))
        await visitor.choose("sdxl")
        await visitor.problem.filter(has_text="/sdxl takes no file").wait_for()
        await give(visitor, ".command-box .chip-input", "paste", "pasted.png")
        assert await waiting(visitor) == ["mine.png", "pasted.png"]
        await visitor.page.keyboard.press("Escape")
        await visitor.page.locator("#text").wait_for()
        assert await waiting(visitor) == ["mine.png", "pasted.png"]


async def test_only_what_finds_no_option_waits(visit: Visit, playground: Playground) -> None:
    """Of three files two fill the options of /inpaint, and one waits for the next message."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.choose("inpaint")
        await give(visitor, "#messages", "drop", "a.png", "b.png", "c.png")
        await visitor.problem.filter(has_text="/inpaint takes 2 files").wait_for()
        assert await visitor.page.locator(".chip-file").all_inner_texts() == ["a.png", "b.png"]
        assert await waiting(visitor) == ["c.png"]
        await visitor.page.keyboard.press("Escape")
        await visitor.page.keyboard.press("Escape")
        await visitor.page.locator("#text").wait_for()
        assert await waiting(visitor) == ["c.png", "a.png", "b.png"]


async def test_files_that_were_sent_with_a_command_do_not_come_back(
    visit: Visit, workshop: Playground
) -> None:
    """What went with a command is not attached to the next message."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.choose("weigh")
        await give(visitor, "#composer", "drop", "light.png", "late.png")
        await visitor.page.locator("#send").click()
        await visitor.messages.get_by_text("light.png 5").wait_for()
        assert await waiting(visitor) == ["late.png"]


async def test_a_dropped_file_never_replaces_the_page(visit: Visit, playground: Playground) -> None:
    """Wherever it falls, the browser does not open it; beside the chat it goes nowhere."""
    async with visit(playground) as visitor:
        await visitor.arrive()
        for place in ("#panel", "#channels", "#guilds", "#top", "#messages"):
            for kind in ("dragover", "drop"):
                assert await give(visitor, place, kind, f"{place[1:]}.png"), place
        assert await waiting(visitor) == ["top.png", "messages.png"]


async def test_a_form_takes_a_file_wherever_it_falls(visit: Visit, workshop: Playground) -> None:
    """On its title, on its words or on the dashed box: the file goes to the form's upload."""
    async with visit(workshop) as visitor:
        await visitor.arrive(workshop.room())
        await visitor.send("draw", prompt="a fox")
        await visitor.page.get_by_role("button", name="Form", exact=True).click()
        form = visitor.page.get_by_role("dialog", name="A form")
        await form.wait_for()
        for kind in ("drop", "paste"):
            for number, place in enumerate(("header", "textarea, dialog input", ".form-upload")):
                assert await give(visitor, f"dialog {place}", kind, f"{kind}-{number}.png")
                await form.get_by_text(f"{kind}-{number}.png").wait_for()
        assert await waiting(visitor) == []


async def test_what_is_no_picture_is_not_painted_over(visit: Visit, playground: Playground) -> None:
    """A file that only calls itself a picture cannot be opened, and the member hears so."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await give(visitor, "#composer", "drop", "fake.png")
        await visitor.page.get_by_role("button", name="Paint over fake.png").click()
        await visitor.problem.filter(has_text="fake.png cannot be opened as a picture").wait_for()
        assert not await visitor.page.locator("dialog").count()


async def test_a_half_written_command_survives_what_others_do(
    visit: Visit, playground: Playground
) -> None:
    """A new channel is in the list, and the words are still in the box."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.choose("sdxl")
        await visitor.option("prompt").fill("a fox that is not finished")
        room = playground.room()
        await visitor.page.get_by_role("button", name=room.name, exact=True).wait_for()
        assert await visitor.option("prompt").input_value() == "a fox that is not finished"
        await visitor.enter(room)
        await visitor.page.locator("#text").wait_for()
