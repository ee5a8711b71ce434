"""What waiting members read: their place in line and when their turn comes."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Literal

from bot import buttons, render
from bot.catalog import BY_ID
from bot.delivery import Delivery
from bot.errors import StorageDown
from bot.studio import Studio
from storage import jobs, standing
from storage.job import WAITING, Job, Standing

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between looks, while anybody waits
CALM = 5.0  # seconds between two edits of one message; Discord allows about 5 in 2 s
AT_ONCE = 20  # edits a tick
MOVED = 10.0  # seconds that a predicted start must move to be worth an edit

Phase = Literal["waiting", "drawing", "again"]


@dataclass
class _Followed:
    job: Job
    phase: Phase = "waiting"
    shown: tuple[Phase, int, int] | None = None
    looked: float = 0.0
    since: float = 0.0
    news: bool = True  # a turn that nobody has read of yet


class Progress:
    """Follows the jobs that this process reports on, and edits their messages."""

    def __init__(self, studio: Studio, delivery: Delivery) -> None:
        self._studio = studio
        self._delivery = delivery
        self._followed: dict[int, _Followed] = {}
        self._sets: dict[int, dict[int, _Followed]] = {}  # the same by request
        self._event = asyncio.Event()

    def follow(self, job: Job) -> None:
        """Report on a job that is in line, unless that is done already."""
        if not self.follows(job.id):
            self.again(job)

    def follows(self, job_id: int) -> bool:
        """Whether the job is reported on."""
        return job_id in self._followed

    def drawing(self, job: Job) -> None:
        """Say that the job's turn has come."""
        self._turn(job, "drawing")

    def again(self, job: Job) -> None:
        """Say that the job waits to be tried once more."""
        self._turn(job, "again" if job.state == "resting" else "waiting")

    def forget(self, job_id: int) -> None:
        """Stop reporting: the final answer is on its way."""
        one = self._followed.pop(job_id, None)
        if one is None:
            return
        same = self._sets[one.job.request_id]
        del same[job_id]
        if not same:
            del self._sets[one.job.request_id]

    async def run(self) -> None:
        """Edit what has changed, for ever; sleeps while nobody waits."""
        while True:
            if not self._followed:
                self._event.clear()
                await self._event.wait()
            await asyncio.sleep(TICK)
            try:
                await self._look()
            except StorageDown as error:
                log.warning("no standings to show: %s", error)
            except Exception:  # a line of progress is worth no end of the process
                log.exception("the progress was skipped")

    def _turn(self, job: Job, phase: Phase) -> None:
        followed = self._followed.setdefault(job.id, _Followed(job))
        self._sets.setdefault(job.request_id, {})[job.id] = followed
        followed.job, followed.phase, followed.since = job, phase, time.monotonic()
        followed.news = True
        self._event.set()

    async def _look(self) -> None:
        now = time.monotonic()
        due = [one for one in self._followed.values() if self._due(one, now)]
        due.sort(key=lambda one: one.looked)
        due = due[:AT_ONCE]
        waiting = [one.job.id for one in due if one.phase != "drawing"]
        standings: dict[int, Standing] = {}
        if waiting:
            standings = await self._studio.memory.run(standing.standing(waiting))
        for job_id in set(waiting) - set(standings):
            await self._drop_if_taken(job_id)
        await asyncio.gather(*(self._edit(one, standings.get(one.job.id), now) for one in due))

    async def _drop_if_taken(self, job_id: int) -> None:
        """Stop following a job that another process draws: it tells the member the rest."""
        job = await self._studio.memory.run(jobs.job(job_id))
        mine = job is not None and job.worker == self._studio.worker  # taken since the look
        if job is None or (job.state not in WAITING and not mine):
            self.forget(job_id)

    def _due(self, one: _Followed, now: float) -> bool:
        """Whether to look at a message: not just looked at, and its phase has lasted a moment."""
        return now - one.looked >= (TICK if one.news else CALM) and now - one.since >= TICK

    async def _edit(self, one: _Followed, place: Standing | None, now: float) -> None:
        one.looked, one.news = now, False
        mark = _mark(one, place)
        unready = self._unready(one.job)
        if mark == one.shown or self._followed.get(one.job.id) is not one or unready[0] is not one:
            return
        one.shown = mark
        text = _text(one, place)
        ready = one.job.set_size - len(unready)
        if ready:  # the pictures that are there have buttons of their own
            await self._delivery.say(one.job, f"{text} · {ready} of {one.job.set_size} ready")
            return
        view = None if one.phase == "drawing" else buttons.cancel(one.job.id)
        await self._delivery.say(one.job, text, view=view)

    def _unready(self, job: Job) -> list[_Followed]:
        """Return the jobs of the same set that are followed; the first speaks for all of them."""
        same = self._sets.get(job.request_id, {})
        return sorted(same.values(), key=lambda one: one.job.number)


def _mark(one: _Followed, place: Standing | None) -> tuple[Phase, int, int]:
    """Return what an edit would tell: texts with the same mark are not worth one."""
    if place is None or one.phase != "waiting":
        return (one.phase, one.job.tries, 0)
    return (one.phase, place.ahead, round((time.time() + place.starts_in) / MOVED))


def _text(one: _Followed, place: Standing | None) -> str:
    operation = BY_ID[one.job.operation]
    if one.phase == "drawing":
        return render.drawing(operation, one.job.started_at or int(time.time() * 1000))
    if one.phase == "again":
        return render.trying_again(operation, one.job.tries)
    return render.waiting(operation, place, int(time.time() * 1000))
