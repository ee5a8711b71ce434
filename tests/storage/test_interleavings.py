"""Any interleaving of orders, turns, results, cancellations and crashes keeps the promises."""

from __future__ import annotations

import asyncio
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storage import audit, jobs, lane, line, outcome, queue, recovery
from storage.database import Database, Steps, Transaction, transaction
from storage.errors import Refusal
from storage.job import FINISHED, Caps, Job
from storage.recovery import Turn
from storage.schema import migrate
from storage.sqlite import SQLite
from storage.window import Limit
from tests.storage.world import PICTURE, Clock, careless, order

T = TypeVar("T")
CAPS = Caps(images_a_day=6, pending=4, budget=900, member_budget=400)
LIMIT = Limit(calls=3, window_ms=10_000, burst=2, margin_ms=500)
LANES = {"free": LIMIT, "paid": LIMIT}
MEMBERS = st.integers(1, 3)
WORKERS = st.sampled_from(["a" * 16, "b" * 16])
PRICES = st.sampled_from([0, 0, 150])
PICK = st.integers(0, 10_000)


@transaction
def _over() -> Steps[list[tuple[str, int]]]:
    """Accounts beyond their caps, or below nothing."""
    rows = yield (
        "SELECT scope, owner FROM account WHERE images_held < 0 OR micros_held < 0"
        " OR (scope = 'member' AND (images_held + images_spent > $1"
        " OR micros_held + micros_spent > $2))"
        " OR (scope = 'bot' AND micros_held + micros_spent > $3)",
        (CAPS.images_a_day, CAPS.member_budget, CAPS.budget),
    )
    return [(row["scope"], row["owner"]) for row in rows]


class Interleavings(RuleBasedStateMachine):
    """Three members, two workers that may die, one limit for each of two lanes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.database = self.runner.run(self._open())
        self.known: list[int] = []
        self.taken: list[Job] = []
        self.held: defaultdict[str, set[Turn]] = defaultdict(set)
        self.calls: dict[str, list[int]] = {"free": [], "paid": []}
        self.finals: Counter[int] = Counter()
        self.repeatable: Counter[int] = Counter()

    async def _open(self) -> Database:
        database = await SQLite.connect(Path(self.folder.name) / "bot.db", read_clock=self.clock)
        await careless(database)
        await migrate(database)
        return database

    def do(self, begun: Transaction[T]) -> T:
        """Run a transaction."""
        return self.runner.run(self.database.run(begun))

    def teardown(self) -> None:
        """Let go of the database."""
        self.runner.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()

    def _any(self, pick: int) -> Job:
        """Any job that ever had a turn, as it was then: its result may be long too late."""
        return self.taken[pick % len(self.taken)]

    def _ended(self, job_id: int, won: object) -> None:
        self.finals[job_id] += bool(won)

    def _order(self, member: int, price: int, worker: str) -> int | None:
        """The id of the job, unless the order was refused."""
        try:
            placed = self.do(jobs.place(order(member, price=price), CAPS, worker))
        except Refusal:
            return None
        self.known.append(placed.job.id)
        return placed.job.id

    def _take(self, worker: str, most: int) -> None:
        for job in self.do(queue.claim(worker, LANES, most)).jobs:
            self.taken.append(job)
            self.held[worker].add((job.id, job.attempt))
            self.calls[job.lane].append(self.clock.ms)
            if job.price:
                self.repeatable[job.id] -= 1
                assert self.repeatable[job.id] >= -1, "a paid call was repeated by itself"

    @initialize(orders=st.lists(st.tuples(MEMBERS, PRICES), min_size=2, max_size=6), worker=WORKERS)
    def begin(self, orders: list[tuple[int, int]], worker: str) -> None:
        """Some wait already, and the first are drawn: most rules need something to act on."""
        for member, price in orders:
            if (job_id := self._order(member, price, worker)) is not None:
                self.do(jobs.ready(job_id))
        self._take(worker, 2)

    @rule(member=MEMBERS, price=PRICES, worker=WORKERS)
    def place(self, member: int, price: int, worker: str) -> None:
        """A member orders, and may be refused."""
        self._order(member, price, worker)

    @precondition(lambda self: self.known)
    @rule(pick=PICK)
    def ready(self, pick: int) -> None:
        """Any job is made ready, if it is placed."""
        self.do(jobs.ready(self.known[pick % len(self.known)]))

    @rule(worker=WORKERS, most=st.integers(1, 4))
    def claim(self, worker: str, most: int) -> None:
        """A worker takes turns."""
        self._take(worker, most)

    @rule(worker=WORKERS, most=st.integers(1, 2))
    def claim_unheard(self, worker: str, most: int) -> None:
        """A worker takes turns and never hears of it: no call is made."""
        self.do(queue.claim(worker, LANES, most))

    @rule(worker=WORKERS)
    def disown(self, worker: str) -> None:
        """A worker lets go of what it does not have in hand, and of nothing else."""
        held = frozenset(self.held[worker])
        before = [self.do(jobs.job(job_id)) for job_id, _ in held]
        self.do(recovery.disown(worker, held, frozenset()))
        assert [self.do(jobs.job(job_id)) for job_id, _ in held] == before

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def breaks(self, pick: int) -> None:
        """A worker's own task breaks, in the midst of a call perhaps."""
        job = self._any(pick)
        worker, turn = str(job.worker), (job.id, job.attempt)
        before = self.do(jobs.job(job.id))
        self.held[worker].discard(turn)
        self.do(recovery.disown(worker, frozenset(self.held[worker]), frozenset({turn})))
        if before is not None and before.attempt == job.attempt and _may_be_paid(before, worker):
            self._ended(job.id, won=True)

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def late(self, pick: int) -> None:
        """A call is sent late; its slot moves to the real time."""
        job = self._any(pick)
        if self.do(lane.late(job)):
            times = self.calls[job.lane]
            times.append(self.clock.ms)  # its real time; the one of its turn only counts less
            times.sort()
            times.remove(_turn_time(times, job))

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def made(self, pick: int) -> None:
        """A receipt comes, perhaps of an attempt that is over."""
        self.do(outcome.made(self._any(pick), "{}"))

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def drawn(self, pick: int) -> None:
        """A picture comes, perhaps of an attempt that is over."""
        job = self._any(pick)
        self._ended(job.id, self.do(outcome.drawn(job, PICTURE, 1)))

    @precondition(lambda self: self.taken)
    @rule(pick=PICK, spent=st.booleans())
    def fail(self, pick: int, *, spent: bool) -> None:
        """A failure comes, perhaps of an attempt that is over."""
        job = self._any(pick)
        self._ended(job.id, self.do(outcome.fail(job, "no", spent=spent)))

    @precondition(lambda self: self.taken)
    @rule(pick=PICK, delay_s=st.sampled_from([0, 5]))
    def rest(self, pick: int, delay_s: int) -> None:
        """A transient failure comes."""
        job = self._any(pick)
        self.repeatable[job.id] += self.do(outcome.rest(job, delay_s=delay_s, reason="busy"))

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def refused(self, pick: int) -> None:
        """A 429 comes."""
        job = self._any(pick)
        self.repeatable[job.id] += self.do(outcome.refused(job, 1))

    @precondition(lambda self: self.known)
    @rule(pick=PICK, member=MEMBERS)
    def cancel(self, pick: int, member: int) -> None:
        """A member cancels a job, perhaps another's."""
        job_id = self.known[pick % len(self.known)]
        self._ended(job_id, self.do(outcome.cancel(job_id, member)))

    @precondition(lambda self: self.known)
    @rule(pick=PICK)
    def told(self, pick: int) -> None:
        """A job's end is told, if it has one."""
        self.do(outcome.told(self.known[pick % len(self.known)]))

    @rule(dead=WORKERS, me=WORKERS)
    def crash(self, dead: str, me: str) -> None:
        """A worker is found dead by another, or by its own next start."""
        before = [self.do(jobs.job(job_id)) for job_id in self.known]
        self.do(recovery.recover(dead, me))
        for job in before:
            if job is not None and _may_be_paid(job, dead):
                self._ended(job.id, won=True)

    @rule(worker=WORKERS)
    def desk(self, worker: str) -> None:
        """A worker clears the desk."""
        for job in self.do(recovery.desk(worker, 3)):
            if job.state == "placed":
                self.do(jobs.ready(job.id))
            elif job.state == "made":
                self._ended(job.id, self.do(outcome.drawn(job, PICTURE, 1)))
            else:
                self.do(outcome.told(job.id))

    @rule(member=MEMBERS, weight=st.sampled_from([50, 100, 300]))
    def weigh(self, member: int, weight: int) -> None:
        """A member's weight changes."""
        self.do(line.set_weight("free", member, weight))

    @rule(seconds=st.sampled_from([0.4, 3, 11]))
    def pass_time(self, seconds: float) -> None:
        """Time passes."""
        self.clock.forward(seconds)

    @invariant()
    def the_books_agree(self) -> None:
        """Accounts and line say what the jobs say, and no cap is exceeded."""
        assert self.do(audit.audit()) == []
        assert self.do(_over()) == []

    @invariant()
    def the_limit_holds(self) -> None:
        """No window has more calls than the limit."""
        for times in self.calls.values():
            for first, start in enumerate(times):
                assert bisect_right(times, start + LIMIT.window_ms - 1) - first <= LIMIT.calls

    @invariant()
    def each_job_ends_once(self) -> None:
        """One final state for each job, from one event."""
        for job_id in self.known:
            job = self.do(jobs.job(job_id))
            assert job is not None
            assert self.finals[job_id] == (job.state in FINISHED)


def _may_be_paid(job: Job, worker: str) -> bool:
    """Whether a paid call of the worker's may have been made whose answer is lost with it."""
    return bool(job.price) and job.state == "running" and job.worker == worker


def _turn_time(times: list[int], job: Job) -> int:
    """When the job's turn was taken, or was sent last: its slot less the span it was taken for."""
    assert job.slot is not None
    taken = job.slot - LIMIT.window_ms - LIMIT.margin_ms
    return min(times, key=lambda time: abs(time - taken))


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow],
)
