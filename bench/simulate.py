"""Virtual time over the real transactions: an hour of claims in seconds, exact to the ms."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.files import VirtualClock, opened
from bench.orders import LANE, LANES, PER_MINUTE, members_waiting, queue_up, turn_over
from storage import line, queue, window
from storage.database import Database
from storage.job import Job
from storage.window import WEIGHT, Limit

QUEUED = 200
WORKER = "bench"
GAP_MS = window.gap(window.unused(PER_MINUTE), PER_MINUTE)
NEWCOMER = 1_000_000  # ids from here on have one picture each


@dataclass(kw_only=True)
class Run:
    """What one simulation saw; times in ms since its beginning.

    ``served`` counts turns of members with a queue, ``waits`` are the newcomers' waits in seconds
    with how many members waited when each came.
    """

    heavy: int
    turns: list[int] = field(default_factory=list)
    served: Counter[int] = field(default_factory=Counter)
    waits: list[tuple[float, int]] = field(default_factory=list)

    def utilisation(self) -> float:
        """The steady rate over N calls per W + D, without the first two windows."""
        steady = [at for at in self.turns if at >= 2 * PER_MINUTE.window_ms]
        return (len(steady) - 1) * GAP_MS / (steady[-1] - steady[0])

    def ratios(self) -> list[float]:
        """Each newcomer's wait over (members waiting + 1) gaps."""
        return [wait * 1000 / ((waiting + 1) * GAP_MS) for wait, waiting in self.waits]


@dataclass
class _Simulation:
    database: Database
    clock: VirtualClock
    run: Run
    came: dict[int, tuple[int, int]] = field(default_factory=dict)

    async def fill(self, weights: dict[int, int]) -> None:
        for member, weight in weights.items():
            await self.database.run(line.set_weight(LANE, member, weight))
        members = [member for _ in range(QUEUED) for member in weights]
        await self.database.run(queue_up(members, WORKER))

    async def newcomer(self, member: int) -> None:
        waiting = await self.database.run(members_waiting())
        self.came[member] = self.clock.ms, waiting
        await self.database.run(queue_up((member,), WORKER))

    async def turns(self) -> int:
        """Take the turns that are due; the time of the next one."""
        claimed = await self.database.run(queue.claim(WORKER, LANES, 8))
        for job in claimed.jobs:
            self.note(job)
            await self.database.run(turn_over(job, job.member_id < NEWCOMER, WORKER))
        wait = claimed.wait if claimed.wait is not None else math.inf
        return self.clock.ms + max(1, math.ceil(min(wait, 60.0) * 1000))

    def note(self, job: Job) -> None:
        self.run.turns.append(self.clock.ms)
        if job.member_id < NEWCOMER:
            self.run.served[job.member_id] += 1
        else:
            came, waiting = self.came.pop(job.member_id)
            self.run.waits.append(((self.clock.ms - came) / 1000, waiting))


async def simulate(
    weights: dict[int, int], *, minutes: int, newcomer_every_s: float | None = None
) -> Run:
    """Let these members (id -> weight) keep 200 jobs queued each, while newcomers come by.

    Newcomers come at random, on average one in ``newcomer_every_s`` virtual seconds.
    """
    clock, chance = VirtualClock(ms=0), random.Random(3)
    with TemporaryDirectory(prefix="bench") as folder:
        async with opened(Path(folder) / "a.db", synchronous="OFF", read_clock=clock) as database:
            whole = _Simulation(database, clock, Run(heavy=len(weights)))
            await whole.fill(weights)
            rate = 1 / (1000 * newcomer_every_s) if newcomer_every_s else 0.0
            arrives = 2.0 * PER_MINUTE.window_ms if rate else math.inf
            while clock.ms < minutes * 60_000:
                due = await whole.turns()
                if arrives <= due:
                    clock.ms = max(clock.ms, int(arrives))
                    await whole.newcomer(NEWCOMER + len(whole.run.waits) + len(whole.came))
                    arrives += chance.expovariate(rate)
                else:
                    clock.ms = due
    return whole.run


def alike(members: int) -> dict[int, int]:
    """So many members of ordinary weight."""
    return dict.fromkeys(range(1, members + 1), WEIGHT)


def window_alone(limit: Limit, hours: int) -> float:
    """Utilisation of the pure window under constant demand, without its first two windows."""
    state, now, times = window.unused(limit), 0, []
    while now < hours * 3_600_000:
        state, _ = window.admit(state, limit, now)
        times.append(now)
        now = max(now, window.opens_at(state, limit))
    steady = [at for at in times if at >= 2 * limit.window_ms]
    return (len(steady) - 1) * window.gap(state, limit) / (steady[-1] - steady[0])


def first_come(heavy: int) -> float:
    """A newcomer's wait in seconds where 200 pictures of each heavy member simply go first."""
    state, now = window.unused(PER_MINUTE), 0
    for _ in range(heavy * QUEUED):
        now = max(now, window.opens_at(state, PER_MINUTE))
        state, _ = window.admit(state, PER_MINUTE, now)
    return max(now, window.opens_at(state, PER_MINUTE)) / 1000
