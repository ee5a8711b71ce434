"""What a member reads while a picture is on its way, and when no more may wait."""

from __future__ import annotations

import re
import time

from tests.wire import scene
from tests.wire.conftest import OpenStage


async def test_drawing_says_since_when(open_stage: OpenStage) -> None:
    """Once the call is made the answer says so, with the moment at which it began."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        whole.pixazo.pause()
        before = int(time.time())
        reply = await ada.command("sdxl", prompt="slow", **scene.SMALL)
        await scene.called(whole.pixazo, "slow")
        by = time.time()
        message = await reply.until(lambda message: "drawing…" in message.content, timeout=20)
        told = re.search(r"started <t:(\d+):R>", message.content)
        assert told is not None
        assert before <= int(told[1]) <= by
        whole.pixazo.resume()
        await scene.drawn(reply)


async def test_who_has_too_many_waiting_hears_when_a_place_frees(open_stage: OpenStage) -> None:
    """The refusal names the moment at which the first of the member's pictures gets its turn."""
    limit = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "6", "USER_PENDING_JOBS": "2"}
    async with open_stage(terms=scene.terms(limit=1, window=6.0), **limit) as whole:
        ada = whole.discord.person("Ada")
        await scene.drawn(await ada.command("sdxl", prompt="one", **scene.SMALL))
        first = scene.calls(whole.pixazo, "one")[0]
        replies = [await ada.command("sdxl", prompt=name, **scene.SMALL) for name in ("two", "3")]
        said = scene.refused(await ada.command("sdxl", prompt="four", **scene.SMALL))
        told = re.search(r"The next place frees <t:(\d+):R>\.$", said)
        assert told is not None
        called = await scene.called(whole.pixazo, "two")
        frees = int(told[1]) - time.time() + time.monotonic()
        assert first.arrived + 5 <= frees <= called.arrived + 1
        for reply in replies:
            await scene.drawn(reply)
