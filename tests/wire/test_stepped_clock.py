"""A machine whose wall clock is set right while the bot runs: nothing but the day changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from playground.process import ROOT
from playground.stage import Stage
from tests.wire import scene
from tests.wire.conftest import OpenStage

STEPPING = os.pathsep.join([str(Path(__file__).with_name("stepping")), str(ROOT)])
EDIT = r"^/webhooks/.*/messages/"


def step(stage: Stage, hours: int) -> None:
    """Step the bot's wall clock, once and for all."""
    whole = stage.bot.folder / "step.new"
    whole.write_text(str(hours * 3600))
    whole.rename(stage.bot.folder / "step")


@pytest.mark.parametrize("hours", [30, -30])
async def test_a_step_while_a_private_picture_is_drawn(open_stage: OpenStage, hours: int) -> None:
    """It comes in its own answer, after an outage too: the order is no older than it is."""
    async with open_stage(PYTHONPATH=STEPPING) as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        reply = await ada.command("sdxl", prompt="in time", private=True, **scene.SMALL)
        await scene.called(whole.pixazo, "in time")
        step(whole, hours)
        whole.discord.faults.add("PATCH", EDIT, action="drop", times=7)
        whole.pixazo.resume()
        assert await scene.drawn(reply, within=45) is reply.message
        assert "is delivered later" in whole.bot.log
        assert len(scene.shown(whole, "in time")) == 1


async def test_a_step_while_the_bot_was_off(open_stage: OpenStage) -> None:
    """After the restart the answer is tried before any other way."""
    async with open_stage(PYTHONPATH=STEPPING) as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        reply = await ada.command("sdxl", prompt="still open", private=True, **scene.SMALL)
        await scene.called(whole.pixazo, "still open")
        await scene.killed(whole)
        step(whole, 30)
        whole.pixazo.resume()
        await scene.begin(whole)
        assert await scene.drawn(reply) is reply.message
