"""Minutes and hours in virtual time: what the limit yields, and how it is shared."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from storage import line, outcome, standing, window
from storage.database import Steps, transaction
from storage.job import Job
from storage.schema import migrate
from storage.sqlite import SQLite
from storage.window import Limit
from tests.storage.test_window import START, busiest
from tests.storage.world import Clock, World, careless

REAL = Limit(calls=60, window_ms=60_000)
GAP_S = 60.5 / 60


def utilisation(times: list[int]) -> float:
    """The steady rate over N calls per W + D, without the first ten minutes."""
    steady = [time for time in times if time >= START + 600_000]
    return (len(steady) - 1) * GAP_S * 1000 / (steady[-1] - steady[0])


@pytest.mark.parametrize("seed", range(3))
def test_two_hours_use_the_limit_and_never_exceed_it(seed: int) -> None:
    """All of N W/(W+D) in steady demand, and no window over N with any arrival delays."""
    rng = random.Random(seed)
    state, now, admitted, arrived = window.unused(REAL), START, [], []
    while now < START + 7_200_000:
        now = max(now, window.opens_at(state, REAL))
        state, _slot = window.admit(state, REAL, now)
        admitted.append(now)
        arrived.append(now + rng.uniform(0, REAL.margin_ms))
    assert busiest(arrived, REAL.window_ms) <= REAL.calls
    steady = [time for time in admitted if time >= START + 600_000]
    assert utilisation(admitted) >= 0.99997
    assert max(b - a for a, b in pairwise(steady)) <= GAP_S * 1010


class Town(World):
    """Members who order in virtual time; a call takes none."""

    def __init__(self, database: SQLite, clock: Clock) -> None:
        super().__init__(database)
        self.clock = clock
        self.placed_at: dict[int, int] = {}
        self.waits: dict[int, list[float]] = {}
        self.waited: dict[int, float] = {}
        self.turns: list[Job] = []
        self.times: list[int] = []
        self.told: dict[int, tuple[float, float, int]] = {}

    async def order(self, member_id: int, times: int = 1) -> None:
        """Put jobs of the member in line, and remember what they were told."""
        for _ in range(times):
            job = await self.queued(member_id)
            self.placed_at[job.id] = self.clock.ms
            place = (await self.run(standing.standing([job.id])))[job.id]
            self.told[job.id] = (place.starts_in, place.by, self.clock.ms)

    async def pass_time(self, seconds: float) -> None:
        """Take every turn that comes within the next seconds."""
        end = self.clock.ms + round(seconds * 1000)
        while True:
            claimed = await self.claim(20, {"free": REAL})
            self.turns += claimed.jobs
            self.times += [self.clock.ms] * len(claimed.jobs)
            for job in claimed.jobs:
                wait = (self.clock.ms - self.placed_at[job.id]) / 1000
                self.waits.setdefault(job.member_id, []).append(wait)
                self.waited[job.id] = wait
            step = 0.05 if claimed.jobs and not claimed.wait else claimed.wait
            if step is None or self.clock.ms + step * 1000 > end:
                self.clock.forward((end - self.clock.ms) / 1000)
                return
            self.clock.forward(max(step, 0.001))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on SQLite with a clock that is moved by the test."""
    clock = Clock()
    database = await SQLite.connect(tmp_path / "bot.db", read_clock=clock)
    try:
        await careless(database)
        await migrate(database)
        yield Town(database, clock)
    finally:
        await database.close()


def jain(shares: list[float]) -> float:
    """Jain's index: 1 where all shares are equal."""
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


async def test_backlogged_members_share_evenly(town: Town) -> None:
    """Ten members who all have more to draw than fits share all of it, by Jain's index too."""
    for member in range(10):
        await town.order(member, 110 + member * 5)
    await town.pass_time(1100)
    turns = Counter(job.member_id for job in town.turns)
    assert utilisation(town.times) >= 0.9999
    assert jain([float(turns[member]) for member in range(10)]) >= 0.9999


@pytest.mark.parametrize(("heavy", "queued"), [(1, 500), (5, 200), (20, 60)])
async def test_a_newcomer_waits_one_round_not_two_hundred(
    town: Town, heavy: int, queued: int
) -> None:
    """Behind members with long queues, one waits for less than a turn of each who waits."""
    rng = random.Random(heavy)
    for member in range(heavy):
        await town.order(member, queued)
    await town.pass_time(130)
    waiting: dict[int, int] = {}
    for newcomer in range(1000, 1030):
        waiting[newcomer] = await town.run(_members_waiting())
        await town.order(newcomer)
        await town.pass_time(rng.uniform(2, 10))
    await town.pass_time(heavy * 2)
    for newcomer, others in waiting.items():
        assert town.waits[newcomer][0] <= (others + 1) * GAP_S


@transaction
def _members_waiting() -> Steps[int]:
    (row,) = yield "SELECT count(*) AS members FROM turn WHERE queued > 0", ()
    return int(row["members"])


async def test_weights_share_the_turns(town: Town) -> None:
    """A member of triple weight gets three turns for one."""
    await town.run(line.set_weight("free", 1, 300))
    await town.order(1, 120)
    await town.order(2, 120)
    await town.pass_time(120)
    turns = Counter(job.member_id for job in town.turns)
    assert jain([turns[1] / 3, turns[2]]) >= 0.999


async def test_a_flood_of_new_accounts_does_not_starve_the_regulars(town: Town) -> None:
    """New accounts for every turn there is: the regulars still get theirs."""
    for member in (1, 2, 3):
        await town.order(member, 60)
    await town.pass_time(70)
    town.turns.clear()
    for newcomer in range(1000, 1200):
        await town.order(newcomer)
        await town.pass_time(GAP_S)
    turns = Counter(job.member_id for job in town.turns)
    assert min(turns[member] for member in (1, 2, 3)) >= 2
    assert sum(turns[newcomer] for newcomer in range(1000, 1200)) >= 100


async def test_who_orders_what_always_fails_gets_no_more_slots(town: Town) -> None:
    """A tenth of the members takes a tenth of the calls, though each of theirs is tried again."""
    for member in range(9):
        await town.order(member, 30)
    calls: Counter[int] = Counter()
    await town.order(99, 10)
    end = town.clock.ms + 180_000
    while town.clock.ms < end:
        for job in (await town.claim(20, {"free": REAL})).jobs:
            calls[job.member_id] += 1
            if job.member_id == 99:
                await town.run(outcome.rest(job, delay_s=2.0, reason="500"))
        town.clock.forward(0.5)
    assert calls[99] / calls.total() <= 0.11


async def test_what_is_told_is_kept(town: Town) -> None:
    """Most starts come between "from" and "by", though others come meanwhile."""
    rng = random.Random(4)
    for _ in range(150):
        await town.order(rng.randrange(12), rng.choice((1, 1, 1, 2, 4)))
        await town.pass_time(rng.expovariate(0.55))
    kept, early, waited = 0, 0, 0
    for job in town.turns[60:]:
        starts_in, by, told_at = town.told[job.id]
        if starts_in < 2:
            continue
        actual = town.waited[job.id]
        waited += 1
        kept += actual <= by
        early += actual < starts_in - 0.1
        assert told_at == town.placed_at[job.id]
    assert waited >= 40
    assert kept / waited >= 0.75
    assert early / waited <= 0.1
