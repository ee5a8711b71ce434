"""Light and dark: as the system says, or as it was chosen, and readable in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Playground

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The contrast of an element's words with what is painted behind them, as WCAG counts it.
CONTRAST = """(item) => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
    const layers = [];
    for (let one = item; one; one = one.parentElement) {
        layers.push(parts(getComputedStyle(one).backgroundColor));
    }
    let behind = [255, 255, 255];
    for (const [r, g, b, a = 1] of layers.reverse()) {
        behind = behind.map((c, index) => c * (1 - a) + [r, g, b][index] * a);
    }
    const [one, two] = [light(parts(getComputedStyle(item).color)), light(behind)];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}"""
WORDS = (
    ".content", ".author", ".posted", ".embed-title", ".embed-description", ".field-name",
    ".field-value", ".embed-footer", ".button.secondary", ".context b", ".command-name",
    ".channel", "#place", ".private-note", "#panel h2", "#panel .counts", ".fault span",
    "#member small", ".mention",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(visit: Visit, playground: Playground, scheme: str) -> None:
    """The system's choice is followed, and all words stand out from what is behind them."""
    room = playground.room()
    await playground.stage.discord.person("Ben", room).say("@Ada look")
    async with visit(playground, color_scheme=scheme) as visitor:
        await visitor.arrive(room)
        assert await visitor.page.locator("html").get_attribute("data-theme") == scheme
        await visitor.send("sdxl", prompt="a fox to be read", private="True")
        await visitor.picture()
        dim = []
        for where in WORDS:
            contrast = await visitor.page.locator(where).first.evaluate(CONTRAST)
            if contrast < 4.5:
                dim.append(f"{where}: {contrast:.1f}")
        assert dim == []


async def test_the_choice_is_kept(visit: Visit, playground: Playground) -> None:
    """One press changes the colours of the whole page, and they stay after a reload."""
    async with visit(playground, color_scheme="dark") as visitor:
        await visitor.arrive()
        page = visitor.page
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.get_by_role("button", name="Light or dark").click()
        light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (dark, light) == ("rgb(49, 51, 56)", "rgb(255, 255, 255)")
        await page.reload()
        await page.wait_for_selector("body.ready")
        assert await page.locator("html").get_attribute("data-theme") == "light"
