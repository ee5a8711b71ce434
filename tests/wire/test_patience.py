"""Answers that never come, a gateway that is not there, and the bot's own money."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from playground.process import ROOT
from tests.wire import scene
from tests.wire.conftest import OpenStage

IMPATIENT = os.pathsep.join([str(Path(__file__).with_name("impatient")), str(ROOT)])
LATE = {
    "hang": "Pixazo did not answer in time.",
    "queue-forever": "Pixazo did not finish the picture in time.",
}
PAID = "You were not charged. The bot's own budget counts it as spent, to be safe."


@pytest.mark.parametrize("fault", LATE)
async def test_an_answer_that_never_comes(open_stage: OpenStage, fault: str) -> None:
    """The member hears of it, once and without charge; the call is not made again, free or paid."""
    async with open_stage(PYTHONPATH=IMPATIENT) as whole:
        ada = whole.discord.person("Ada")
        for command, given, charge in (
            ("sdxl", scene.SMALL, "You were not charged."),
            ("sd3", {}, PAID),
        ):
            whole.pixazo.faults.add(fault)
            message = await scene.failed(await ada.command(command, prompt=command, **given))
            assert scene.embed(message)["description"].startswith(LATE[fault])
            assert scene.footer(message) == charge
            assert len(scene.calls(whole.pixazo, command)) == 1
        left = await scene.quota(ada)
        assert (left.images, left.money) == (100, "$1.00 of $1.00 left")


async def test_a_gateway_that_is_not_there(open_stage: OpenStage) -> None:
    """Without a connection nothing was sent: a paid order fails without touching any budget."""
    async with open_stage(PIXAZO_URL="http://127.0.0.1:1", DAILY_BUDGET_USD="0.2") as whole:
        ada = whole.discord.person("Ada")
        message = await scene.failed(await ada.command("sd3", prompt="anybody there"))
        assert "cannot be reached" in scene.embed(message)["description"]
        assert scene.footer(message) == "You were not charged."
        left = await scene.quota(ada)
        assert (left.images, left.money) == (100, "$0.20 of $1.00 left")


async def test_whose_money_an_ambiguous_call_takes(open_stage: OpenStage) -> None:
    """The member may order again, and the bot's own budget is smaller by the price."""
    async with open_stage(DAILY_BUDGET_USD="0.40", USER_DAILY_BUDGET_USD="0.20") as whole:
        ada, ben = whole.discord.person("Ada"), whole.discord.person("Ben")
        whole.pixazo.faults.add("drop")
        await scene.failed(await ada.command("sd3", prompt="lost"))
        await scene.drawn(await ada.command("sd3", prompt="paid"))
        assert "$0.00 of $0.20" in (await scene.quota(ada)).money
        said = scene.refused(await ben.command("sd35", prompt="too late"))
        assert said.startswith("This picture costs $0.20 and this bot has $0.00 of $0.40 left")
        assert len(whole.pixazo.bills) == 2
        assert (await scene.quota(ben)).images == 100


async def test_paid_models_are_off_at_first(open_stage: OpenStage) -> None:
    """With no budget set, a paid model is refused with a word about the free ones."""
    async with open_stage(DAILY_BUDGET_USD="0") as whole:
        ada = whole.discord.person("Ada")
        said = scene.refused(await ada.command("sd35", prompt="dear"))
        assert "$0.20" in said
        assert "`/sdxl`" in said
        assert (await scene.quota(ada)).money == "switched off here"
        assert whole.pixazo.calls == []


async def test_the_days_images_run_out(open_stage: OpenStage) -> None:
    """The order beyond the last image is refused, private, and says when it is full again."""
    async with open_stage(USER_DAILY_IMAGES="1", USER_PENDING_JOBS="1") as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="one", **scene.SMALL))
        said = scene.refused(await ada.command("sdxl", prompt="two", **scene.SMALL))
        assert said.startswith("You have 0 images of 1 left today. It is full again <t:")
        assert scene.calls(whole.pixazo, "two") == []


async def test_waiting_jobs_have_a_limit(open_stage: OpenStage) -> None:
    """The order beyond the last place in line is refused with the numbers; the line goes on."""
    slow = scene.terms(limit=1, window=3.0)
    limit = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "3", "USER_PENDING_JOBS": "1"}
    async with open_stage(terms=slow, **limit) as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="one", **scene.SMALL))
        second = await ada.command("sdxl", prompt="two", **scene.SMALL)
        said = scene.refused(await ada.command("sdxl", prompt="three", **scene.SMALL))
        assert said.startswith("You have 1 picture waiting already, and 1 is the most.")
        await scene.drawn(second)
        assert whole.pixazo.refused == 0


async def test_a_waiting_job_can_be_cancelled(open_stage: OpenStage) -> None:
    """Only its member can cancel; then no call is made and the image is back."""
    slow = scene.terms(limit=1, window=5.0)
    async with open_stage(terms=slow, PIXAZO_LIMIT="1", PIXAZO_LIMIT_WINDOW="5") as whole:
        ada, ben = whole.discord.person("Ada"), whole.discord.person("Ben")
        await scene.drawn(await ada.command("sdxl", prompt="one", **scene.SMALL))
        second = await ada.command("sdxl", prompt="two", **scene.SMALL)
        line = await second.until(lambda message: message.components)
        assert "1st in line" in line.content
        assert "Only the member" in scene.refused(await ben.press(line, label="Cancel"))
        await ada.press(line, label="Cancel")
        message = await scene.failed(second)
        assert scene.embed(message)["title"] == "Cancelled"
        assert message.components == []
        assert (await scene.quota(ada)).images == 99
        assert scene.calls(whole.pixazo, "two") == []
