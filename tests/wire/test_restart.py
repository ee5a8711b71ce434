"""Killed or stopped at any moment: nothing is lost, charged twice or posted twice."""

from __future__ import annotations

import asyncio
import time

import pytest

from playground.person import Person
from playground.stage import Stage
from tests.wire import scene
from tests.wire.conftest import OpenStage

ACK, EDIT = r"^/interactions/.*/callback$", r"^/webhooks/.*/messages/"
LIMIT = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "4"}


async def acted(stage: Stage) -> None:
    """Wait until the fault that was put into Discord has begun to act."""
    await scene.happens(lambda: stage.discord.faults.acted, "the fault acts")


async def test_killed_while_orders_wait(open_stage: OpenStage) -> None:
    """What was in line arrives after the restart, once; what was delivered stays as it is."""
    async with open_stage(terms=scene.terms(limit=1, window=4.0), **LIMIT) as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="first", **scene.SMALL))
        second = await ada.command("sdxl", prompt="second", **scene.SMALL)
        third = await ada.command("lightning", prompt="third", private=True, **scene.SMALL)
        await scene.killed(whole)
        await scene.begin(whole)
        await scene.drawn(second)
        await scene.drawn(third)
        for prompt in ("first", "second", "third"):
            assert len(scene.calls(whole.pixazo, prompt)) == 1
            assert len(scene.shown(whole, prompt)) == 1
        assert whole.pixazo.refused == 0
        assert (await scene.quota(ada)).images == 97
        scene.nobody_pinged(whole)


async def test_killed_while_a_free_picture_is_drawn(open_stage: OpenStage) -> None:
    """The call is made once more, and the answer that waited becomes the picture."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        reply = await ada.command("sdxl", prompt="halfway", **scene.SMALL)
        await scene.called(whole.pixazo, "halfway")
        await scene.killed(whole)
        whole.pixazo.resume()
        await scene.begin(whole)
        assert await scene.drawn(reply) is reply.message
        assert len(scene.calls(whole.pixazo, "halfway")) == 2
        assert len(scene.shown(whole, "halfway")) == 1
        left = await scene.quota(ada)
        assert (left.images, left.held) == (99, None)


async def test_killed_while_a_paid_picture_is_drawn(open_stage: OpenStage) -> None:
    """No second call: an honest card, the member's money back, the bot's counted as spent."""
    money = {"DAILY_BUDGET_USD": "0.40", "USER_DAILY_BUDGET_USD": "0.20"}
    async with open_stage(**money) as whole:
        ada, ben = whole.discord.person("Ada"), whole.discord.person("Ben")
        whole.pixazo.pause()
        reply = await ada.command("sd35", prompt="dear")
        await scene.called(whole.pixazo, "dear")
        await scene.killed(whole)
        whole.pixazo.resume()
        await scene.begin(whole)
        message = await scene.failed(reply)
        assert "may or may not have gone through" in scene.embed(message)["description"]
        assert "The bot's own budget counts it" in scene.footer(message)
        assert len(scene.calls(whole.pixazo, "dear")) == 1
        assert (await scene.quota(ada)).money == "$0.20 of $0.20 left"
        await scene.drawn(await ben.command("sd35", prompt="the rest"))
        said = scene.refused(await ada.command("sd35", prompt="no more"))
        assert "this bot has $0.00 of $0.40 left for paid models today" in said


@pytest.mark.parametrize("command", ["sdxl", "sd3"])
async def test_killed_between_drawing_and_delivery(open_stage: OpenStage, command: str) -> None:
    """A picture that was made is delivered after the restart, and not drawn or paid again."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.discord.faults.add("PATCH", EDIT, action="delay", seconds=60)
        reply = await ada.command(command, prompt="drawn")
        await acted(whole)
        await scene.killed(whole)
        whole.discord.faults.clear()
        await scene.begin(whole)
        await scene.drawn(reply)
        assert len(scene.calls(whole.pixazo, "drawn")) == 1
        assert len(scene.shown(whole, "drawn")) == 1
        left = await scene.quota(ada)
        assert left.images == 99
        assert left.money.startswith("$1.00" if command == "sdxl" else "$0.80")
        scene.nobody_pinged(whole)


async def test_killed_after_the_delivery_took_effect(open_stage: OpenStage) -> None:
    """The edit was made and nobody heard of it: the same message is edited again, nothing more."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.discord.faults.add("PATCH", EDIT, action="drop_after", times=9)
        reply = await ada.command("sdxl", prompt="twice", **scene.SMALL)
        message = await scene.drawn(reply)
        await scene.killed(whole)
        whole.discord.faults.clear()
        edits = message.edits
        await scene.begin(whole)
        await scene.happens(lambda: message.edits > edits, "the answer is given again")
        assert await scene.drawn(reply) is message
        assert len(scene.shown(whole, "twice")) == 1


async def test_killed_before_discord_heard_thinking(open_stage: OpenStage) -> None:
    """The order stood before the acknowledgement: its picture still comes, where it was ordered."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.discord.faults.add("POST", ACK, action="delay", seconds=60)
        asked = asyncio.create_task(ada.command("sdxl", prompt="unheard", **scene.SMALL))
        await acted(whole)
        await scene.killed(whole)
        whole.discord.faults.clear()
        await scene.begin(whole)
        message = await ada.finds(lambda message: message.embeds)
        assert scene.prompt_of(message) == "unheard"
        assert (await asked).failed == "The application did not respond"
        assert len(scene.shown(whole, "unheard")) == 1
        assert len(scene.calls(whole.pixazo, "unheard")) == 1
        scene.nobody_pinged(whole)


async def test_a_picture_in_the_gateways_queue(open_stage: OpenStage) -> None:
    """Killed while the gateway's queue works: the same request is asked for again, no new call."""
    async with open_stage(terms=scene.terms(polls=6)) as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.faults.add("queue")
        reply = await ada.command("sd3", prompt="queued")
        await scene.happens(lambda: whole.pixazo.polls > 0, "the bot asks the queue")
        await scene.killed(whole)
        await scene.begin(whole)
        await scene.drawn(reply, within=30)
        assert len(scene.calls(whole.pixazo, "queued")) == 1
        assert len(whole.pixazo.bills) == 1


async def test_stopped_while_a_picture_is_drawn(open_stage: OpenStage) -> None:
    """SIGTERM: new orders are refused with a sentence, what runs is delivered, exit 0."""
    async with open_stage() as whole:
        ada, ben = whole.discord.person("Ada"), whole.discord.person("Ben")
        whole.pixazo.pause()
        reply = await ada.command("sdxl", prompt="last", **scene.SMALL)
        await scene.called(whole.pixazo, "last")
        stopping = asyncio.create_task(whole.bot.stop())
        said = await _until_refused(ben)
        assert said == "The bot is restarting. Please try again in a minute."
        whole.pixazo.resume()
        assert await stopping == 0
        await scene.drawn(reply)
        assert len(scene.calls(whole.pixazo, "last")) == 1


async def test_stopped_while_a_call_does_not_end(open_stage: OpenStage) -> None:
    """What does not end is parked within 20 s: exit 0, and the next start goes on with it."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        reply = await ada.command("sdxl", prompt="endless", **scene.SMALL)
        await scene.called(whole.pixazo, "endless")
        began = time.monotonic()
        assert await whole.bot.stop() == 0
        assert time.monotonic() - began < 20
        whole.pixazo.resume()
        await scene.begin(whole)
        await scene.drawn(reply)
        assert len(scene.shown(whole, "endless")) == 1


async def test_stopped_while_orders_wait(open_stage: OpenStage) -> None:
    """What is only in line does not hold the stop up, and is drawn by the next start."""
    async with open_stage(terms=scene.terms(limit=1, window=4.0), **LIMIT) as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="first", **scene.SMALL))
        second = await ada.command("sdxl", prompt="second", **scene.SMALL)
        assert await whole.bot.stop() == 0
        assert scene.calls(whole.pixazo, "second") == []
        await scene.begin(whole)
        await scene.drawn(second)
        assert whole.pixazo.refused == 0


async def _until_refused(member: Person) -> str:
    """Order until the bot, which was told to stop, takes no more; at most 20 times."""
    for number in range(20):
        reply = await member.command("sdxl", prompt=f"late {number}", **scene.SMALL)
        if reply.ephemeral:
            return scene.refused(reply)
    raise AssertionError("the bot goes on taking orders")
