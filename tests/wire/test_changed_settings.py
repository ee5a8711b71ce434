"""The owner changes prices and limits between two starts, while members wait."""

from __future__ import annotations

from playground.reply import Reply
from playground.stage import Stage
from storage import tariff
from tests.wire import scene
from tests.wire.conftest import OpenStage

LIMIT = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "3"}


async def waiting(whole: Stage) -> Reply:
    """An order that waits for its turn behind one that was drawn."""
    ada = whole.discord.person("Ada")
    await scene.drawn(await ada.command("sdxl", prompt="drawn", **scene.SMALL))
    return await ada.command("sdxl", prompt="waits", **scene.SMALL)


async def begin_with(whole: Stage, **settings: str) -> None:
    """Kill the bot, and start it with other settings."""
    await scene.killed(whole)
    whole.bot.settings = {**whole.bot.settings, **settings}
    await scene.begin(whole)


async def test_the_limit_counts_per_model_from_now_on(open_stage: OpenStage) -> None:
    """What waited is drawn, once, in its model's own lane, and the gateway refuses nothing."""
    async with open_stage(terms=scene.terms(limit=1, window=3.0), **LIMIT) as whole:
        reply = await waiting(whole)
        await begin_with(whole, PIXAZO_LIMIT_SCOPE="model")
        await scene.drawn(reply)
        assert len(scene.calls(whole.pixazo, "waits")) == 1
        assert whole.pixazo.refused == 0
        assert (await scene.quota(whole.discord.person("Ada"))).held is None


async def test_a_free_model_gets_a_price(open_stage: OpenStage) -> None:
    """What waited ends with the reason, no call is made, and nobody is charged."""
    terms = scene.terms(limit=1, window=3.0)
    async with open_stage(terms=terms, DAILY_BUDGET_USD="0", **LIMIT) as whole:
        reply = await waiting(whole)
        await begin_with(whole, PRICE_USD='{"sdxl": 0.2}')
        message = await scene.failed(reply)
        assert tariff.RISEN in scene.embed(message)["description"]
        assert scene.footer(message) == "You were not charged."
        assert scene.calls(whole.pixazo, "waits") == []
        left = await scene.quota(whole.discord.person("Ada"))
        assert (left.images, left.held) == (99, None)


async def test_paid_models_become_free(open_stage: OpenStage) -> None:
    """What waited for the lane of the paid ones, which is no more, is drawn for what was held."""
    async with open_stage(terms=scene.terms(limit=1, window=3.0), **LIMIT) as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sd3", prompt="drawn"))
        reply = await ada.command("sd3", prompt="waits")
        await begin_with(whole, PRICE_USD='{"sd3": 0, "sd35": 0}')
        await scene.drawn(reply)
        assert len(scene.calls(whole.pixazo, "waits")) == 1
