"""A scripted life of six orders, killed at every point and recovered by a next process.

``python -m tests.storage.life MUTANT FIRST EVERY FOLDER [URL…]`` runs it and prints one JSON line:
how many points there were, and what was found wrong. A point is each SQL statement, and before and
after each call of the gateway and each telling. All runs in forked children, as a kill needs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TypeVar

from storage import audit, jobs, ledger, outcome, queue, recovery
from storage.database import Database, Moment, Steps, Transaction, now, transaction
from storage.job import FINISHED, Caps, Job, Order, Placed
from storage.rows import job_of
from storage.schema import migrate
from storage.sqlite import SQLite
from storage.window import Limit
from storage.workers import Worker, join
from tests.storage.world import CAPS, PICTURE, careless, order

T = TypeVar("T")
WINDOW = Limit(calls=2, window_ms=10_000, burst=2, margin_ms=500)
PLAIN, PAID, CANCELLED, FAILS, RESTS, REFUSED = range(1, 7)


def _orders() -> list[Order]:
    """One lane for all, so that the limit is felt."""
    priced = {PAID: 100, FAILS: 100, REFUSED: 100}
    return [
        order(n % 2, request_id=n, price=priced.get(n, 0), lane="all", inputs=(b"input",))
        for n in (PLAIN, PAID, CANCELLED, FAILS, RESTS, REFUSED)
    ]


class World:
    """What outlives the process: the gateway's and the members' memory, and the time."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        self._time = folder / "time"

    def write(self, *words: object) -> None:
        """Remember one event."""
        with self._log.open("a") as log:
            log.write(json.dumps(words) + "\n")

    def events(self, kind: str) -> list[list[int | str]]:
        """All events of a kind, in their order."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [event[1:] for event in map(json.loads, lines) if event[0] == kind]

    @property
    def ms(self) -> int:
        """The present virtual time."""
        return int(self._time.read_text()) if self._time.exists() else 1_000_000

    def forward(self, seconds: float) -> None:
        """Let virtual time pass."""
        ahead = self.ms + int(seconds * 1000) + 1
        fresh = self._time.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self._time)

    def __call__(self) -> Moment:
        """The present moment."""
        return Moment(ms=self.ms, epoch="boot", wall=1_800_000_000_000 + self.ms)


class Life:
    """One process, to be killed at its ``kill_at``-th point (0: never)."""

    def __init__(self, url: str, world: World, mutant: str, kill_at: int) -> None:
        self.url = url
        self.world = world
        self.mutant = mutant
        self.kill_at = kill_at
        self.points = 0
        self.database: Database
        self.worker: Worker

    def point(self, _: str = "") -> None:
        """A place where the process may be killed."""
        self.points += 1
        if self.points == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    async def run(self, begun: Transaction[T]) -> T:
        """Run a transaction."""
        return await self.database.run(begun)

    async def open(self) -> Database:
        """The database, with its points counted; virtual time where the driver's clock is ours."""
        if self.url.startswith("sqlite:///"):
            path = Path(self.url.removeprefix("sqlite:///"))
            database = await SQLite.connect(path, read_clock=self.world, trace=self.point)
            await careless(database)
            return database
        from storage.postgres import Postgres

        return await Postgres.connect(self.url, size=2, trace=self.point)

    async def live(self, *, script: bool) -> None:
        """Recover, play the script's orders if told to, and work until nothing is left to do."""
        self.database = await self.open()
        try:
            await migrate(self.database)
            if self.mutant == "memory":
                await self.run(_forget_window())
            async with join(self.database) as self.worker:
                if script:
                    await self._script()
                await self._work()
        finally:
            await self.database.close()

    async def _script(self) -> None:
        for wanted in _orders():
            placed = await self._place(wanted)
            self.world.write("accepted", wanted.request_id)
            self.point()
            if wanted.request_id == CANCELLED:
                await self.run(outcome.cancel(placed.job.id, wanted.member_id))
            else:
                await self.run(jobs.ready(placed.job.id, message_id=1))

    async def _place(self, wanted: Order) -> Placed:
        if self.mutant == "halves":
            await self.run(_hold_only(wanted, CAPS))
            return await self.run(_insert_only(wanted, self.worker.id))
        return await self.run(jobs.place(wanted, CAPS, self.worker.id))

    async def _work(self) -> None:
        limit = WINDOW if self.url.startswith("sqlite") else Limit(calls=99, window_ms=1000)
        while await self.run(audit.counts()):
            await self.worker.sweep()
            taken = await self.run(recovery.desk(self.worker.id, 9))
            for job in taken:
                await self._serve(job)
            claimed = await self.run(queue.claim(self.worker.id, {"all": limit}, 3))
            for job in claimed.jobs:
                await self._draw(job)
            if not taken and not claimed.jobs:
                self.world.forward(claimed.wait or 0)
                await asyncio.sleep(0 if self.url.startswith("sqlite") else 0.005)

    async def _serve(self, job: Job) -> None:
        if job.state == "placed":
            await self.run(jobs.ready(job.id, message_id=1))
        elif job.state == "made":
            await self._finish(job)
        else:
            await self._tell(job)

    async def _draw(self, job: Job) -> None:
        self.point()
        bill = "refused" if job.request_id == REFUSED and job.attempt == 1 else "made"
        bill = "failed" if job.request_id == FAILS else bill
        self.world.write("call", job.request_id, bill, self.world.ms)
        self.point()
        if bill == "refused":
            await self.run(outcome.refused(job, 0.01))
        elif bill == "failed":
            await self.run(outcome.fail(job, "The gateway is down."))
            await self._tell(job)
        elif job.request_id == RESTS and job.tries == 0:
            await self.run(outcome.rest(job, delay_s=0.01, reason="busy"))
        elif await self.run(outcome.made(job, "{}")):
            await self._finish(job)

    async def _finish(self, job: Job) -> None:
        if await self.run(outcome.drawn(job, PICTURE, 1)):
            await self._tell(job)

    async def _tell(self, job: Job) -> None:
        now_is = await self.run(jobs.job(job.id))
        assert now_is is not None
        self.point()
        self.world.write("told", job.request_id, now_is.state)
        self.point()
        await self.run(outcome.told(job.id))


@transaction
def _forget_window() -> Steps[None]:
    """Mutant: a limit that is kept in memory knows nothing after a restart."""
    yield "UPDATE lane SET slots = $1, tat = 0", (bytes(8 * WINDOW.calls),)


@transaction
def _hold_only(wanted: Order, caps: Caps) -> Steps[None]:
    """Mutant: the hold in a transaction of its own …"""
    moment = yield from now()
    yield from ledger.hold(wanted, caps, moment.wall // ledger.DAY_MS)


@transaction
def _insert_only(wanted: Order, worker: str) -> Steps[Placed]:
    """… and the job in another."""
    moment = yield from now()
    row, fresh = yield from jobs._insert(wanted, worker, moment)
    return Placed(job=job_of(row), fresh=fresh)


@transaction
def _all_jobs() -> Steps[list[tuple[int, str, int | None]]]:
    rows = yield "SELECT request_id, state, told_at FROM job", ()
    return [(row["request_id"], row["state"], row["told_at"]) for row in rows]


async def wrongs(life: Life) -> list[str]:
    """Everything that the promises forbid, after the last life ended."""
    database = await life.open()
    try:
        found = await database.run(audit.audit())
        rows = await database.run(_all_jobs())
    finally:
        await database.close()
    accepted = {int(request) for (request,) in life.world.events("accepted")}
    found += [f"order {lost} is lost" for lost in accepted - {row[0] for row in rows}]
    found += [f"job {row} did not end" for row in rows if row[1] not in FINISHED or not row[2]]
    told = {(int(request), state) for request, state in life.world.events("told")}
    found += [f"{row[0]} told differently" for row in rows if {(row[0], row[1])} != {
        each for each in told if each[0] == row[0]}]  # fmt: skip
    calls = life.world.events("call")
    paid = Counter(call[0] for call in calls if call[1] == "made" and call[0] in (PAID, REFUSED))
    found += [f"paid call {request} repeated" for request, times in paid.items() if times > 1]
    if life.url.startswith("sqlite"):
        found += _over([int(call[2]) for call in calls])
    return found


def _over(times: list[int]) -> list[str]:
    """Windows with more calls than the limit's."""
    most = WINDOW.calls
    return [
        f"{most + 1} calls in {last - first} ms"
        for first, last in zip(times, times[most:], strict=False)
        if last - first < WINDOW.window_ms
    ]


def _child(body: Life, *, script: bool, report: Path | None = None) -> int:
    """Live in a forked process; its wait status."""
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1]
    status = 1
    try:
        asyncio.run(asyncio.wait_for(body.live(script=script), 60))
        if report is not None:
            report.write_text(json.dumps(asyncio.run(wrongs(body))))
        status = 0
    finally:
        os._exit(status)


def _trial(url: str, folder: Path, mutant: str, kill_at: int) -> tuple[bool, list[str]]:
    """Whether the process was killed at this point, and what was wrong in the end."""
    folder.mkdir(parents=True)
    world = World(folder)
    status = _child(Life(url, world, mutant, kill_at), script=True)
    killed = os.WIFSIGNALED(status)
    report = folder / "wrongs"
    if not killed and status != 0:
        return True, ["the first life failed"]
    if _child(Life(url, world, mutant, 0), script=False, report=report) != 0:
        return killed, ["the second life failed"]
    wrong: list[str] = json.loads(report.read_text())
    return killed, wrong


def main() -> None:
    """Kill at every ``every``-th point until the life is over before its point comes."""
    mutant, first, every, folder, *urls = sys.argv[1:]
    points = 0
    found: dict[int, list[str]] = {}
    killed = True
    while killed and points < (len(urls) if urls else 10_000) and (mutant == "none" or not found):
        kill_at = int(first) + points * int(every)
        here = Path(folder) / str(kill_at)
        url = urls[points] if urls else f"sqlite:///{here / 'bot.db'}"
        killed, wrong = _trial(url, here, mutant, kill_at)
        points += killed
        if wrong:
            found[kill_at] = wrong
    sys.stdout.write(json.dumps({"points": points, "ended": not killed, "found": found}))


if __name__ == "__main__":
    main()
