"""Killed at random under load: nothing lost, nothing twice, never over the limit."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from playground.calls import most_in_window
from playground.pixazo import Terms
from playground.stage import KEY
from tests.chaos.conftest import CHAOS
from tests.chaos.crowd import Crowd
from tests.chaos.life import Life, every_job, painted_once
from tests.chaos.nursery import Nursery
from tests.chaos.verdict import verdict

KILLS = int(CHAOS) if CHAOS.isdigit() else 15
MEMBERS = ("Ada", "Ben", "Cleo", "Dan", "Eve")
TERMS = Terms(key=KEY, limit=20, window=2.0, jitter=0.02)
LIMITS = {
    "PIXAZO_LIMIT": "20",
    "PIXAZO_LIMIT_WINDOW": "2",
    "USER_PENDING_JOBS": "50",
    "LOG_LEVEL": "WARNING",
}


@pytest.mark.timeout(60 + 10 * KILLS)
async def test_random_kills_lose_nothing(nursery: Nursery, tmp_path: Path) -> None:
    """Each order ends once however often the process dies; the gateway never sees too many."""
    chance = random.Random(3)
    with painted_once():
        async with Life.open(nursery, tmp_path, settings=LIMITS, terms=TERMS) as life:
            crowd = Crowd(life=life, people=[life.discord.person(name) for name in MEMBERS])
            asking = asyncio.create_task(crowd.run())
            try:
                for _ in range(KILLS):
                    await life.start()
                    await asyncio.sleep(chance.uniform(0.0, 2.0))
                    await life.die()
            finally:
                crowd.open = False
                await asyncio.wait_for(asking, 20)
            await life.start()
            assert await life.settled(within=90), life.log[-3000:]
            await life.die()
            print(await _report(life, crowd))  # noqa: T201 - asked for with -s
            assert "\n".join(await verdict(life)) == ""


async def _report(life: Life, crowd: Crowd) -> str:
    rows = await life.ask(every_job())
    calls = life.pixazo.calls
    # A call whose process died before its body was sent has no prompt, and made nothing.
    paid = Counter(
        str(call.values["prompt"])
        for call in calls
        if call.operation == "sd3" and "prompt" in call.values
    )
    assert len(rows) > KILLS
    return (
        f"{life.deaths - 1} kills; {crowd.placed} asked, {len(rows)} accepted,"
        f" {dict(Counter(row['state'] for row in rows))};"
        f" {len(calls)} calls, {life.pixazo.refused} of them 429;"
        f" most in a window {most_in_window(calls, TERMS.window)} of {TERMS.limit};"
        f" paid calls repeated: {sum(times > 1 for times in paid.values())};"
        f" worst stall of this process {life.stall.worst:.2f} s"
    )
