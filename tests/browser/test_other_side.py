"""The panel: faults, the window, the queue, and a bot that is killed and comes back."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from bot.catalog import OPERATIONS
from playground import page as page_server
from tests.browser.visitor import Playground, Visitor

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_fault_leads_to_a_failure_card(visit: Visit, playground: Playground) -> None:
    """A fault that is chosen hits the next call; the card says that nothing was charged."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.page.locator(".fault", has_text="the values are refused").click()
        await visitor.page.locator(".fault .badge", has_text="next 1").wait_for()
        await visitor.send("sdxl", prompt="a fox that is refused")
        await visitor.messages.get_by_text("not charged").wait_for()
        await visitor.page.wait_for_function(
            "() => !document.querySelector('.faults .waiting')"
        )  # it was used up


async def test_the_gauge_counts_the_calls(visit: Visit, playground: Playground) -> None:
    """The gauge says how many calls were accepted within the window."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox that counts")
        await visitor.picture()
        gauge = visitor.page.get_by_role("meter", name="free lane")
        accepted = sum(not c.refused for c in playground.stage.pixazo.calls if c.lane == "free")
        await visitor.page.wait_for_function(
            "([gauge, n]) => gauge.isConnected ? gauge.getAttribute('aria-valuenow') === n : "
            "document.querySelector('[role=meter]').getAttribute('aria-valuenow') === n",
            arg=[await gauge.element_handle(), str(accepted)],
        )


async def test_a_bot_killed_in_the_middle_delivers_after_its_restart(
    visit: Visit, playground: Playground
) -> None:
    """Killed while the gateway draws, started again: the queue showed it, the picture arrives."""
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(playground.room())
        await page.get_by_label("Hold its answers back").check()
        calls = len(playground.stage.pixazo.calls)
        await visitor.send("sdxl", prompt="a fox that survives")
        await page.locator(".queue", has_text="Ada").wait_for()
        await playground.stage.discord.world.changes.when(
            lambda: len(playground.stage.pixazo.calls) > calls,
            timeout=10,
            explain=lambda: "no call",
        )
        await visitor.switch("Kill")
        await page.locator(".mood", has_text="not running").wait_for()
        assert not playground.stage.bot.running
        await page.get_by_label("Hold its answers back").uncheck()
        await visitor.switch("Start")
        await page.locator(".mood", has_text="connected").wait_for()
        await visitor.picture()
        assert await visitor.messages.locator(".embed img").count() == 1
        await page.locator(".queue", has_text="Nobody waits").wait_for()


async def test_a_bot_that_is_gone_leaves_the_client_s_own_words(
    visit: Visit, playground: Playground
) -> None:
    """Paused, nobody answers within three seconds: the client says so, to this member only."""
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.switch("Pause")
        await visitor.page.locator(".mood", has_text="frozen").wait_for()
        await visitor.send("quota")
        await visitor.messages.get_by_text("The application did not respond").wait_for()
        await visitor.switch("Resume")
        await visitor.page.locator(".mood", has_text="connected").wait_for()
        await visitor.send("quota")
        await visitor.messages.get_by_text("Your quota today").wait_for()


async def test_nobody_is_offered_a_pause_that_there_is_not(
    visit: Visit, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system stops no process, as Windows, the other ways stand there without it."""
    monkeypatch.delattr(signal, "SIGSTOP")
    async with (
        page_server.opened(playground.stage) as address,
        visit(Playground(stage=playground.stage, address=address)) as visitor,
    ):
        await visitor.arrive()
        ways = visitor.page.locator("#panel section").first.get_by_role("button")
        await ways.filter(has_text="Kill").wait_for()
        assert await ways.all_inner_texts() == ["Restart", "Kill"]


async def test_the_restart_button_brings_another_process(
    visit: Visit, playground: Playground
) -> None:
    """The bot is ended in its own time and started again, and it goes on where it was."""
    bot = playground.stage.bot
    async with visit(playground) as visitor:
        await visitor.arrive(playground.room())
        await visitor.send("sdxl", prompt="a fox before the restart")
        await visitor.picture()
        before = bot.pid
        async with visitor.page.expect_response("**/panel/bot"):
            await visitor.switch("Restart")
        await visitor.page.locator(".mood", has_text="connected").wait_for()
        assert bot.running
        assert bot.pid != before
        again = visitor.page.get_by_role("button", name="Again", exact=True)
        await again.click()
        await visitor.messages.nth(1).get_by_role("img").first.wait_for()


async def test_several_faults_wait_together_and_are_mended(
    visit: Visit, playground: Playground
) -> None:
    """Two kinds, one of them for three calls: each is counted down, and mending clears the rest."""
    pixazo = playground.stage.pixazo
    async with visit(playground) as visitor:
        page = visitor.page
        await visitor.arrive(playground.room())
        await page.get_by_label("How many calls").fill("3")
        await fault(visitor, "400-text", "next 3")
        await page.get_by_label("How many calls").fill("1")
        await fault(visitor, "402-credit", "next 1")
        for number, left in enumerate(("next 2", "next 1")):
            await visitor.send("sdxl", prompt=f"a fox that is refused {number}")
            await visitor.messages.nth(number).get_by_text("not charged").wait_for()
            await row(visitor, "400-text").get_by_text(left).wait_for()
        await page.get_by_role("button", name="Mend all").click()
        await page.wait_for_function("() => !document.querySelector('.faults .waiting')")
        bills = len(pixazo.bills)
        await visitor.send("sdxl", prompt="a fox that is drawn")
        await visitor.picture()
        assert len(pixazo.bills) == bills
        assert pixazo.calls[-1].fault is None


def row(visitor: Visitor, name: str) -> Locator:
    """The panel's row of a fault."""
    return visitor.page.locator(f".faults [data-name='{name}']")


async def fault(visitor: Visitor, name: str, says: str) -> None:
    """Ask for a fault, and wait until the panel says how often."""
    await row(visitor, name).get_by_role("button").click()
    await row(visitor, name).get_by_text(says).wait_for()


async def choose(visitor: Visitor, pace: str) -> None:
    """Choose how long drawing takes, and wait until that has arrived."""
    async with visitor.page.expect_response("**/panel/pace"):
        await visitor.page.get_by_label("Drawing takes").select_option(pace)


async def test_the_panel_says_how_long_drawing_really_takes(
    visit: Visit, playground: Playground
) -> None:
    """The pace that was set is still shown after a reload, and one can go back to the first one."""
    pixazo = playground.stage.pixazo
    async with visit(playground) as visitor:
        await visitor.arrive()
        before = dict(pixazo.latency)
        await choose(visitor, "2 seconds")
        await visitor.page.reload()
        await visitor.page.wait_for_function("() => document.querySelector('#pace').value === '2'")
        assert set(pixazo.latency.values()) == {2.0}
        await choose(visitor, "a tenth of its real time")
        await visitor.page.reload()
        await visitor.page.wait_for_function("() => document.querySelector('#pace').value === ''")
        real = {operation.id: operation.seconds / 10 for operation in OPERATIONS}
        assert pixazo.latency == pytest.approx(real)
        await choose(visitor, "no time")
        await visitor.page.wait_for_function("() => document.querySelector('#pace').value === '0'")
        assert pixazo.latency == before


async def test_a_pace_that_is_not_offered_is_shown_all_the_same(
    visit: Visit, playground: Playground
) -> None:
    """Set by something else than the page, it stands in the select, which is never empty."""
    pixazo = playground.stage.pixazo
    before = dict(pixazo.latency)
    async with visit(playground) as visitor:
        await visitor.arrive()
        pixazo.set_pace(30)
        shown = visitor.page.locator("#pace option:checked")
        await shown.filter(has_text="30 seconds").wait_for(state="attached")
        pixazo.latency |= before
        await shown.filter(has_text="no time").wait_for(state="attached")


@pytest.mark.parametrize(("typed", "shown"), [("", "1"), ("0", "1"), ("2.6", "3"), ("500", "100")])
async def test_the_number_of_calls_is_one_that_counts(
    visit: Visit, playground: Playground, typed: str, shown: str
) -> None:
    """Whatever was typed, the field shows how many calls will go wrong."""
    async with visit(playground) as visitor:
        await visitor.arrive()
        times = visitor.page.get_by_label("How many calls")
        await times.fill(typed)
        await times.blur()
        assert await times.input_value() == shown
