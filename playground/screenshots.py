"""The README's pictures, taken from the page: ``python -m playground screenshots [name …]``."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playground import page as page_server
from playground.pixazo import Terms
from playground.stage import KEY, Stage, stage

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

FOLDER = Path("docs/pictures")
WIDTH, HEIGHT = 1060, 800
PANEL = 380  # pixels that the other side gets beside it
PATIENCE = 20_000  # milliseconds
SETTLED = 400  # milliseconds for the last picture to be on the screen


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture: its file, how the page comes to it, and how it is looked at.

    ``fits`` makes the page as high as the first or the last of the list's items needs it, so that
    nothing is cut: everything from that item on is shown.
    """

    name: str
    scene: Callable[[Page, Stage], Awaitable[None]]
    theme: str = "dark"
    panel: bool = False
    fits: str | None = None
    limit: int = 60


async def say(page: Page, text: str) -> None:
    """Paste a whole command into the message box and send it."""
    await page.locator("#text").fill(f"{text} ")
    await page.locator(".command-box").wait_for()
    await page.locator("#send").click()


async def pictures(page: Page, count: int) -> None:
    """Wait until the last message shows that many pictures, all of them loaded."""
    await page.wait_for_function(
        """([count, where]) => {
            const images = [...document.querySelectorAll(where)];
            return images.length >= count && images.every((one) => one.complete);
        }""",
        arg=[count, "#messages .message:last-child .picture img"],
    )


async def result(page: Page, _: Stage) -> None:
    """A finished picture with its buttons."""
    await say(page, "/sdxl prompt: a lighthouse above the sea at dusk, oil painting")
    await pictures(page, 1)


async def four(page: Page, _: Stage) -> None:
    """A set of four."""
    await say(page, "/imagine prompt: a fox in the snow, watercolour count: 4")
    await pictures(page, 4)


async def mask(page: Page, stage: Stage) -> None:
    """The preview of a mask, made by tapping the grid."""
    await result(page, stage)
    await page.get_by_role("button", name="Inpaint", exact=True).click()
    form = page.get_by_role("dialog")
    await form.locator("textarea").first.fill("a sailing ship")
    await form.get_by_role("button", name="Submit").click()
    for cell in ("B4", "C4", "D4"):
        await page.get_by_role("button", name=cell, exact=True).click()
        await page.locator("button.primary", has_text=cell).wait_for()
    await page.get_by_role("button", name="Preview", exact=True).click()
    await page.get_by_role("button", name="Draw", exact=True).wait_for()
    await pictures(page, 1)


async def queue(page: Page, stage: Stage) -> None:
    """Several members wait, and the other side shows it."""
    stage.pixazo.set_pace(15)  # one that the panel offers
    channel = stage.discord.world.channel("general")
    for name, prompts in (
        ("Ben", ("a red barn", "a blue barn", "a green barn")),
        ("Mo", ("a robot gardener", "a teapot")),
    ):
        for prompt in prompts:
            await stage.discord.person(name, channel).command("sdxl", prompt=prompt)
    await say(page, "/sdxl prompt: a castle in the clouds")
    await page.locator(".queue", has_text="Ada").wait_for()
    await page.locator("#messages", has_text="in line").wait_for()


async def settings(page: Page, _: Stage) -> None:
    """What is left of the quota, and a member's own settings."""
    await say(page, "/defaults shape: portrait negative_prompt: text, watermark")
    await page.locator("#messages", has_text="Your defaults").wait_for()
    await say(page, "/quota")
    await page.locator("#messages", has_text="Your quota").wait_for()


async def history(page: Page, stage: Stage) -> None:
    """A member's own gallery."""
    for prompt in ("a red barn in a field", "a robot gardener", "a teapot on a train"):
        await say(page, f"/imagine prompt: {prompt}")
        await page.locator("#messages .message", has_text=prompt).locator(".picture img").wait_for()
    await say(page, "/history")
    await page.locator("#messages", has_text="Your pictures").wait_for()


SHOTS = (
    Shot(name="result", scene=result, fits="last"),
    Shot(name="set", scene=four, fits="last"),
    Shot(name="mask-preview", scene=mask, fits="last"),
    Shot(name="queue", scene=queue, theme="light", panel=True, fits="first", limit=4),
    Shot(name="settings", scene=settings),
    Shot(name="history", scene=history, fits="last"),
)


async def fit(page: Page, which: str) -> None:
    """Make the page as high as it must be to show the list from its first or last item on."""
    width, height = await page.evaluate(
        """(which) => {
            const list = document.querySelector("#messages");
            const item = list.querySelector(`:scope > :${which}-child`);
            const above = parseFloat(getComputedStyle(list).paddingTop);
            const top = list.getBoundingClientRect().top + above;
            const more = Math.round(top - item.getBoundingClientRect().top);
            return [innerWidth, innerHeight + more];
        }""",
        which,
    )
    await page.set_viewport_size({"width": width, "height": height})


@asynccontextmanager
async def staged(shot: Shot, browser: Browser) -> AsyncIterator[Page]:
    """Yield the page as the shot shall show it, on a stage of its own."""
    terms = Terms(key=KEY, limit=shot.limit)
    with tempfile.TemporaryDirectory(prefix="playground-") as home:
        async with (
            stage(Path(home), terms=terms, PIXAZO_LIMIT=str(shot.limit)) as whole,
            page_server.opened(whole) as address,
        ):
            page = await browser.new_page(
                viewport={"width": WIDTH + PANEL * shot.panel, "height": HEIGHT},
                color_scheme="light" if shot.theme == "light" else "dark",
            )
            page.set_default_timeout(PATIENCE)
            try:
                await page.goto(address)
                await page.wait_for_selector("body.ready")
                await shot.scene(page, whole)
                await page.mouse.move(5, 5)
                await page.evaluate("document.activeElement.blur()")
                await page.wait_for_timeout(SETTLED)
                if shot.fits:
                    await fit(page, shot.fits)
                yield page
            finally:
                whole.pixazo.set_pace(0)
                await page.close()


async def take(shot: Shot, browser: Browser, folder: Path) -> str | None:
    """Take one picture; returns what went wrong, or None."""
    from playwright.async_api import Error

    try:
        async with staged(shot, browser) as page:
            await page.screenshot(path=folder / f"{shot.name}.png")
    except Error as error:
        return f"{shot.name}: {error.message.splitlines()[0]}"
    return None


async def run(folder: Path, chromium: str, only: list[str]) -> int:
    """Take all pictures, or those that are named; returns how many failed."""
    from playwright.async_api import async_playwright

    failures = 0
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in SHOTS:
            if only and shot.name not in only:
                continue
            wrong = await take(shot, browser, folder)
            failures += wrong is not None
            sys.stdout.write(f"{wrong or folder / f'{shot.name}.png'}\n")
        await browser.close()
    return failures


def main() -> int:
    """Take the pictures whose names are given, or all; the exit status says whether all worked."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("The pictures need Chromium: apt-get install chromium\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    return 1 if asyncio.run(run(FOLDER, chromium, sys.argv[1:])) else 0
