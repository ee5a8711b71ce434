"""The loop that takes fair turns from the shared queue and runs jobs as tasks that it owns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from bot.delivery import Delivery
from bot.progress import Progress
from bot.since import Since
from bot.studio import Studio
from storage import clock, jobs, queue, recovery, tariff
from storage.errors import Unavailable
from storage.job import Job
from storage.recovery import Turn
from storage.window import Limit
from storage.workers import Worker

log = logging.getLogger(__name__)

AT_ONCE = 128  # running calls: 60 a minute of at most 90 s each, and some room (see the README)
DESK = 32  # jobs of the desk beside them: neither waits for the other while Discord is out of reach
GATHER = 0.01  # seconds: a crowd's orders are acknowledged first, and claimed together
ROUND = 15.0  # seconds between looks for dead workers and for what they left behind
ANSWERED_WITHIN = 300.0  # seconds that the first answer to an order takes, with all its retries
PIECE = 200  # rows read at a time, to be reported on
STORAGE_PAUSE = 2.0  # seconds before the database is asked again after it failed
DRAIN = 13.0  # seconds that running jobs get at shutdown; a locked database takes 5 of the 20 more


class Dispatcher:
    """Claims turns as the limit allows, runs them, and picks up what restarts left behind."""

    def __init__(
        self,
        *,
        studio: Studio,
        delivery: Delivery,
        progress: Progress,
        worker: Worker,
        lanes: Mapping[str, Limit],
    ) -> None:
        self._studio = studio
        self._delivery = delivery
        self._progress = progress
        self._worker = worker
        self._lanes = lanes
        self._tariffs = studio.house.tariffs()
        self._event = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._served: set[asyncio.Task[None]] = set()  # those of them that are the desk's
        self._walk: int | None = None  # the desk's last job that was taken in this round
        self._held: set[Turn] = set()  # what was given to this process, and it heard of it
        self._left: set[Turn] = set()  # what it could not finish
        self._placed = Since()
        self._unread = True  # whether jobs may wait to this process's name that it does not know
        self._giving = asyncio.Lock()  # kept while jobs are on their way from the database to here
        self._stop = asyncio.Event()
        studio.wake = self._event.set

    async def run(self) -> None:
        """Serve until stop() was called, then let what runs come to its end.

        Raises storage.errors.LockLost when other processes take this one for dead: what runs is
        cut then, because they do it too.
        """
        serving = asyncio.create_task(self._serving())
        watching = asyncio.create_task(self._worker.watch())
        stopped = asyncio.create_task(self._stop.wait())
        ends = watching, serving
        try:
            await asyncio.wait({*ends, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                await asyncio.wait(ends, timeout=DRAIN, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                if end.done():
                    end.result()
        finally:
            await _cut(*ends, stopped)
            await _cut(*self._running)  # the rows say how far it came, and a restart goes on

    def stop(self) -> None:
        """Take no more turns; run() returns when the running jobs are done or parked."""
        self._stop.set()
        self._event.set()

    async def _serving(self) -> None:
        """Take turns until the stop; then wait for what runs."""
        await self._begin()
        rounds = asyncio.create_task(self._rounds())
        try:
            while not self._stop.is_set():
                self._event.clear()
                await self._excusing(self._desk)
                await self._wait(await self._claim())
        finally:
            await _cut(rounds)
        if self._running:
            await asyncio.wait(self._running)

    async def _begin(self) -> None:
        """See what the last processes left, and bring it under today's settings before any turn."""
        await self._round()
        while not self._stop.is_set() and not await self._settled():
            self._event.clear()
            await self._wait(STORAGE_PAUSE)

    async def _settled(self) -> bool:
        """Whether the database took what today's settings change."""
        try:
            if await self._studio.database.run(tariff.relearn(self._tariffs)):
                log.info("models count against other limits than before: one window passes first")
            await self._bring_up_to_date()
        except Unavailable as error:
            log.error("no turns can be taken yet: %s", error)
            return False
        return True

    async def _bring_up_to_date(self) -> None:
        """Move what waits to today's lanes, and end what costs more today than was agreed."""
        changed = 0
        while found := await self._studio.database.run(tariff.apply(self._tariffs)):
            changed += found
        if changed:
            log.info("the settings have changed: %d waiting jobs with them", changed)

    async def _claim(self) -> float | None:
        """Take the turns that are due; return the seconds until the next may be."""
        room = AT_ONCE - (len(self._running) - len(self._served))
        if room <= 0:
            return None  # the end of a job sets the event
        async with self._giving:
            asked = clock.read().ms
            try:
                claimed = await self._studio.database.run(
                    queue.claim(self._studio.worker, self._lanes, room)
                )
            except Unavailable as error:
                log.error("no turns could be taken: %s", error)
                return STORAGE_PAUSE
            for job in claimed.jobs:
                self._start(job, self._draw(job, asked))
        return claimed.wait

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
            await asyncio.sleep(GATHER)
        except TimeoutError:
            pass  # the next slot is due

    def _start(self, job: Job, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        self._held.add((job.id, job.attempt))
        task = asyncio.create_task(self._guarded(job, work))
        self._running.add(task)
        task.add_done_callback(partial(self._ended, job))
        return task

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._served.discard(task)
        self._event.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("job %s is left to the next round", job.id, exc_info=task.exception())
            self._held.discard((job.id, job.attempt))
            self._left.add((job.id, job.attempt))

    async def _guarded(self, job: Job, work: Coroutine[None, None, None]) -> None:
        """Let no defect of ours leave a job in nobody's hands."""
        try:
            await work
        except Exception:  # whatever it was, the member gets an answer and the owner a traceback
            log.exception("job %s broke", job.id)
            self._progress.forget(job.id)
            await self._studio.broken(job)

    async def _draw(self, job: Job, asked: int) -> None:
        self._progress.drawing(job)
        after = await self._studio.draw(job, claimed=asked)
        await self._after(after)

    async def _after(self, job: Job) -> None:
        if job.finished:
            self._progress.forget(job.id)
            await self._delivery.tell(job)
        else:
            self._progress.again(job)

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            await self._round()

    async def _round(self) -> None:
        """Recover dead workers, let go of what is in nobody's hands, and walk along the desk."""
        if not await self._excusing(self._recover, self._disown, self._follow):
            self._unread = True  # nobody knows how far it came
        self._walk = self._walk or 0  # a walk that is not at its end goes on
        self._event.set()

    async def _excusing(self, *steps: Callable[[], Awaitable[None]]) -> bool:
        """Do what is done again later, whatever goes wrong now; return whether nothing did."""
        try:
            for step in steps:
                await step()
            return True
        except Unavailable as error:
            log.error("the round was skipped: %s", error)
        except Exception:  # the rounds go on, whatever went wrong in one of them
            log.exception("the round was skipped")
        return False

    async def _recover(self) -> None:
        recovered = await self._worker.sweep()
        for found in recovered:
            log.info("recovered what a dead worker left: %s", found)
        if recovered:  # it may have lived by older settings
            self._unread = True
            await self._bring_up_to_date()

    async def _follow(self) -> None:
        """Report on what waits to this process's name, where some of it may be new to it."""
        if not self._unread:
            return
        waiting = await self._studio.database.run(jobs.waiting(self._studio.worker))
        new = [job_id for job_id in waiting if not self._progress.follows(job_id)]
        for start in range(0, len(new), PIECE):
            piece = jobs.in_line(new[start : start + PIECE])
            for job in await self._studio.database.run(piece):
                self._progress.follow(job)
        self._unread = False

    async def _disown(self) -> None:
        """Let go of jobs to this worker's name that it was given without hearing of it, or left."""
        async with self._giving:
            held, left = frozenset(self._held), frozenset(self._left)
            found = await self._studio.database.run(
                recovery.disown(self._studio.worker, held, left)
            )
            self._held &= found.named
            self._left -= left
            self._left |= {
                turn for turn in found.placed if self._placed.seconds(turn) > ANSWERED_WITHIN
            }
        if found.dropped:
            log.warning("%d jobs were in nobody's hands", found.dropped)
            self._unread = True

    async def _desk(self) -> None:
        """Take jobs that need hands but no turn: to be put in line, collected or told.

        Each once a round, so that those which fail again and again hold up no other; the end of
        one makes room for the next.
        """
        room = DESK - len(self._served)
        if self._walk is None or room <= 0:
            return
        async with self._giving:
            taken = await self._studio.database.run(
                recovery.desk(self._studio.worker, room, after=self._walk)
            )
            self._served |= {self._start(job, self._serve(job)) for job in taken}
        self._walk = taken[-1].id if len(taken) == room else None

    async def _serve(self, job: Job) -> None:
        match job.state:
            case "placed":
                self._progress.follow(job)
                await self._delivery.ready(job)
            case "made":
                await self._after(await self._studio.collect(job))
            case _:
                self._progress.forget(job.id)
                await self._delivery.tell(job)


async def _cut(*tasks: asyncio.Task[Any]) -> None:
    """End these tasks here and now, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
