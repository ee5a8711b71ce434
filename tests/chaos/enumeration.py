"""Lives that are killed at chosen points, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.life import Life, painted_once
from tests.chaos.nursery import Nursery
from tests.chaos.points import Point, passed
from tests.chaos.script import LIMITS, Script
from tests.chaos.verdict import verdict

AT_ONCE = 6  # lives at a time: they mostly wait


@dataclass(kw_only=True)
class Outcome:
    """How one life went: ``dooms`` that were met, and the promises that were broken."""

    dooms: tuple[Point, ...]
    met: int = 0
    wrongs: list[str] = field(default_factory=list)
    passed: tuple[Point, ...] = ()


async def live(
    nursery: Nursery, folder: Path, dooms: Sequence[Point] = (), mutant: str = "none"
) -> Outcome:
    """Live the scripted life, die at each of the dooms in turn, and be judged at the end.

    ``passed`` are the points of the last process.
    """
    outcome = Outcome(dooms=tuple(dooms))
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        async with Life.open(nursery, folder, settings=LIMITS, mutant=mutant) as life:
            script = Script(life=life)
            for doom in dooms:
                if await life.start(doom):
                    await script.play()
                outcome.met += not life.alive
                await life.die()
            await life.start()
            if not await script.play():
                outcome.wrongs.append(f"the last process died: {life.log[-2000:]}")
                return outcome
            await life.die()
            outcome.passed = passed(folder / "points.log")
            outcome.wrongs += await verdict(life)
    except TimeoutError as error:
        outcome.wrongs.append(f"stuck: {error}")
    return outcome


async def live_all(
    nursery: Nursery, folder: Path, lives: Iterable[Sequence[Point]], mutant: str = "none"
) -> list[Outcome]:
    """Live them all, ``AT_ONCE`` at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, dooms: Sequence[Point]) -> Outcome:
        async with room:
            return await live(nursery, folder / f"{mutant}-{number}", dooms, mutant)

    with painted_once():
        return await asyncio.gather(*(one(number, dooms) for number, dooms in enumerate(lives)))


def broken(outcomes: Iterable[Outcome]) -> Mapping[str, list[str]]:
    """The wrongs by the points where the process was killed."""
    return {
        " then ".join(map(str, outcome.dooms)) or "no kill": outcome.wrongs
        for outcome in outcomes
        if outcome.wrongs
    }
