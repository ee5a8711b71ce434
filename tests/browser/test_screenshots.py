"""``make screenshots``: the README's pictures are taken from the page as it is now."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from playground.screenshots import FOLDER, SHOTS, Shot, staged

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parent.parent.parent
COLOURS = 200  # a page with a picture in it has more, an empty or a broken one fewer
EMPTY = """() => [...document.querySelectorAll("select")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.selectedIndex < 0)
    .map((one) => one.id)"""
# What is seen of a list's items but not whole, or without a little air above.
CUT = """([which, air]) => [...document.querySelectorAll(`${which} > *`)].filter((item) => {
    const [box, list] = [item, item.parentElement].map((one) => one.getBoundingClientRect());
    const bottom = Math.min(list.bottom, innerHeight);
    const seen = item.checkVisibility({ visibilityProperty: true })
        && box.bottom > list.top + 1 && box.top < bottom - 1;
    return seen && (box.top < list.top + air || box.bottom > bottom);
}).map((item) => item.innerText)"""


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
async def test_every_picture_is_right(browser: Browser, shot: Shot, tmp_path: Path) -> None:
    """No select on it is empty, nothing is cut or touches the header, and the README has it."""
    async with staged(shot, browser) as page:
        await page.screenshot(path=tmp_path / "taken.png")
        assert await page.evaluate(EMPTY) == []
        assert await page.evaluate(CUT, ["#messages", 8]) == []
        assert await page.evaluate(CUT, [".faults", 0]) == []
    with Image.open(tmp_path / "taken.png") as picture:
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > COLOURS
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{FOLDER}/{shot.name}.png" in readme


@pytest.mark.usefixtures("browser")  # which says so where there is none
async def test_those_that_are_named_are_written(tmp_path: Path) -> None:
    """The command takes the pictures whose names it is given, and says where they are."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "screenshots", "settings", cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["settings.png"]
    assert str(FOLDER / "settings.png") in said.decode()
