"""The one place that knows the order of things: place an order, draw it, collect it, settle it.

It knows neither Discord nor SQL: it words what storage and Pixazo say, and decides what follows.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bot import images, metadata, refusals
from bot.catalog import BY_ID
from bot.editor import Editor
from bot.errors import (
    GatewayError,
    ModelOff,
    QuotaReached,
    RateLimited,
    Refused,
    ShuttingDown,
    StorageDown,
    TurnOver,
)
from bot.house import House
from bot.lease import Lease
from bot.links import with_links
from bot.memory import Memory
from bot.pixazo import Pixazo, Receipt
from bot.rights import NOT_YOURS, Closed
from bot.since import Since
from storage import jobs, ledger, outcome, pictures, recovery
from storage.database import Database, Steps, transaction
from storage.errors import Refusal, StorageError, Taken, Unavailable
from storage.job import Allowance, Blob, Job, Order, Placed

log = logging.getLogger(__name__)

PLACE_WITHIN = 1.7  # seconds; Discord wants an answer within 3, and one look may come before
TRIES_MOST = 3
REFUSALS_MOST = 5  # turns that end in a 429: then it is the call's fault and not the crowd's
SIGNED = 16 * 1024  # bytes that the settings may take in a file
SHORTLY = 1.0  # seconds
BROKEN_FOR = 3600.0  # seconds of tries
CLOSING = 2.0  # seconds
PATIENCE = 60.0  # seconds that a retry may wait before it is not worth a member's while


class Studio:
    """Orders in, pictures out; every arrow between two states of a job is one transaction."""

    def __init__(
        self, *, database: Database, pixazo: Pixazo, house: House, editor: Editor, worker: str
    ) -> None:
        self.database = database
        self.memory = Memory(database)
        self.house = house
        self.worker = worker
        self.wake: Callable[[], None] = lambda: None
        self.closing = False
        self._pixazo = pixazo
        self._editor = editor
        self._fresh: dict[int, Blob] = {}
        self._broken = Since()
        self._strays: set[asyncio.Task[None]] = set()

    async def place(self, orders: tuple[Order, ...]) -> tuple[Placed, ...]:
        """Accept a member's set of orders, all or none.

        Quota and money are held and the jobs are rows when this returns. Raises Refused with a
        sentence; then nothing was held.
        """
        order = orders[0]
        if self.closing:
            raise ShuttingDown("The bot is restarting. Please try again in a minute.")
        if order.price and not self.house.caps.budget:
            raise ModelOff(refusals.model_off(order, self.house))
        work = asyncio.ensure_future(
            self.database.run(jobs.place_set(orders, self.house.caps, self.worker))
        )
        done, _ = await asyncio.wait({work}, timeout=PLACE_WITHIN)
        if not done:
            log.error("an order was refused: the database did not answer in time")
            self._later(self._withdraw(work, order.request_id))
            raise StorageDown(refusals.NO_MEMORY)
        try:
            return work.result()
        except Taken as error:
            raise Closed(NOT_YOURS) from error
        except Refusal as refusal:
            raise await self._worded(refusal, order) from refusal
        except Unavailable as error:
            log.error("an order was refused: %s", error)
            if not error.certain:
                self._later(self._withdraw_unheard(order.request_id))
            raise StorageDown(refusals.NO_MEMORY) from error

    async def ready(
        self, job: Job, *, message_id: int | None = None, links: tuple[str, ...] = ()
    ) -> None:
        """Put a placed job in line: Discord was answered, and Pixazo can fetch its pictures."""
        await self.memory.keep(
            jobs.ready(job.id, message_id=message_id, links=links, token=job.token)
        )
        self.wake()

    async def cancel(self, job: Job) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """Take what waits of the job's set out of the line; quota and money are back at once.

        Returns what was taken out, and the whole set as it is then. Raises StorageDown.
        """
        found = await self.memory.soon(outcome.cancel_set(job.request_id, job.member_id))
        self.wake()
        return found

    async def withdraw(self, job: Job) -> None:
        """Give back a whole order that the member has already heard to have failed."""
        await self.memory.keep(outcome.withdraw(job.request_id))

    async def broken(self, job: Job) -> None:
        """End a job that a defect of ours stopped, and give it to the desk to be told.

        What cannot be told for an hour, because that itself breaks, is kept for its member.
        """
        await self.memory.keep(outcome.fail(job, refusals.BROKEN, spent=bool(job.price)))
        if job.finished and self._broken.seconds(job.id) > BROKEN_FOR:
            await self.told(job, delivered=False)
            return
        await self.memory.keep(recovery.drop_worker(job))

    async def picture(self, job: Job, room: int) -> images.Picture:
        """Return a drawn picture, in a file of at most ``room`` bytes.

        What was drawn just now is at hand; the rows have the rest. Raises LookupError.
        """
        blob = self._fresh.pop(job.id, None) or await self.memory.keep(pictures.picture(job.id))
        if blob is None:
            raise LookupError(f"job {job.id} is drawn but has no picture")
        whole = images.picture(blob)
        if len(whole.data) <= room:
            return whole
        return await self._signed(job, await images.in_thread(images.shrink, whole, room - SIGNED))

    async def told(self, *family: Job, delivered: bool = True) -> None:
        """Remember that the member has the final answer, of all or none: pictures are forgotten.

        Those that no way led to the member are kept for them to fetch.
        """
        await self.memory.keep(_told(family, delivered))

    def put_away(self, job: Job) -> None:
        """Hold the job's picture no longer: it was shown, or the rows have it for the next try."""
        self._fresh.pop(job.id, None)

    async def allowance(self, member_id: int, guild_id: int | None) -> Allowance:
        """Return what the member has left today. Raises StorageDown."""
        return await self.memory.soon(ledger.allowance(member_id, guild_id, self.house.caps))

    async def job(self, job_id: int) -> Job | None:
        """Return the job as it stands now. Raises StorageDown."""
        return await self.memory.soon(jobs.job(job_id))

    async def draw(self, job: Job, *, claimed: int) -> Job:
        """Make the one call that the job's turn is for, and follow it to the end of this try.

        ``claimed`` is when the turn was asked for, in ms of storage.clock: no later than the moment
        from which the limiter counts. Returns the job in the state that it reached: drawn, failed,
        unknown, resting or queued.
        """
        operation = BY_ID[job.operation]
        lease = Lease(self.database, job, claimed)
        try:
            values = with_links(operation, job)
            receipt = await self._pixazo.draw(operation, values, sending=lease.sending)
            await self.memory.keep(outcome.made(job, receipt.encode()))
        except GatewayError as error:
            await self._failed(job, error, called=True)
        else:
            await self._collect(job, receipt)
        return await self._now(job)

    async def collect(self, job: Job) -> Job:
        """Fetch a picture that was already made, after a restart; no call is made."""
        if job.receipt is None:
            raise ValueError("a job without a receipt cannot be collected")
        await self._collect(job, Receipt.decode(job.receipt))
        return await self._now(job)

    async def close(self) -> None:
        """Refuse new orders, and wait a moment for those that were withdrawn while being placed.

        One that the database does not take back in time goes on at the next start.
        """
        self.closing = True
        if self._strays:
            await asyncio.wait(self._strays, timeout=CLOSING)
        for stray in self._strays:
            stray.cancel()
        await asyncio.gather(*self._strays, return_exceptions=True)

    async def _collect(self, job: Job, receipt: Receipt) -> None:
        try:
            picture = await self._pixazo.collect(receipt)
            kept: dict[str, bytes] = {}
            if job.draft_id is not None:
                done = await self._editor.finish(job.draft_id, picture)
                picture, kept = done.picture, {"compare": done.both, "mask": done.mask}
        except GatewayError as error:
            await self._failed(job, error, called=False)
            return
        except Refused as error:  # the member's own picture is gone: there is nothing to put it in
            await self.memory.keep(outcome.fail(job, str(error), spent=bool(job.price)))
            return
        seconds = time.time() - (job.started_at or 0) / 1000
        blob = images.blob(await self._signed(job, picture))
        if await self.memory.keep(outcome.drawn(job, blob, seconds, kept)):
            self._fresh[job.id] = blob

    async def _signed(self, job: Job, picture: images.Picture) -> images.Picture:
        """Return the picture with its settings in the file, where the owner wants that."""
        if not self.house.embed_settings:
            return picture
        text = metadata.block(BY_ID[job.operation], job.values, picture.size)
        return await images.in_result_thread(metadata.write, picture, text)

    async def _failed(self, job: Job, error: GatewayError, *, called: bool) -> None:
        """Decide what a fault of the gateway means for the job, and write it down."""
        log.warning("job %s (%s): %s: %s", job.id, job.operation, type(error).__name__, error)
        if isinstance(error, RateLimited):
            wait = error.retry_after if error.retry_after is not None else 5.0
            given_up = str(error) if job.refusals + 1 >= REFUSALS_MOST else None
            await self.memory.keep(outcome.refused(job, wait, given_up=given_up))
            return
        if isinstance(error, TurnOver):  # our lateness costs the member no try
            rest = outcome.rest(job, delay_s=SHORTLY, reason=str(error), counts=False)
            await self.memory.keep(rest)
            return
        repeatable = called and error.transient and (error.nothing_made or not job.price)
        delay = retry_delay(job.tries, error.retry_after)
        if repeatable and job.tries + 1 < TRIES_MOST and delay <= PATIENCE:
            await self.memory.keep(outcome.rest(job, delay_s=delay, reason=str(error)))
            return
        lost = bool(job.price) and not error.nothing_made
        await self.memory.keep(outcome.fail(job, str(error), spent=lost))

    async def _now(self, job: Job) -> Job:
        self.wake()
        now = await self.memory.keep(jobs.job(job.id))
        return now if now is not None else job

    async def _withdraw_unheard(self, request_id: int) -> None:
        """Give back an order that may have been placed, though the database seemed to refuse it."""
        try:
            await self.memory.keep(outcome.withdraw(request_id, unheard=True))
        except Unavailable as error:
            log.error("an order that was refused may go on: %s", error)

    async def _worded(self, refusal: Refusal, order: Order) -> QuotaReached:
        allowance = await self.allowance(order.member_id, order.guild_id)
        return QuotaReached(refusals.sentence(refusal, allowance, order, self.house))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what nobody waits for; close() does."""
        stray = asyncio.create_task(work)
        self._strays.add(stray)
        stray.add_done_callback(self._strays.discard)

    async def _withdraw(self, work: asyncio.Future[tuple[Placed, ...]], request_id: int) -> None:
        """Give back what a late transaction holds: the member was told that nothing happened."""
        try:
            placed = await work
        except StorageError as error:
            if isinstance(error, Unavailable) and not error.certain:
                await self._withdraw_unheard(request_id)
            return  # else nothing was placed, as the member was told
        if placed[0].fresh:  # else it is the order of an earlier press, which goes on
            await self.withdraw(placed[0].job)


@transaction
def _told(family: tuple[Job, ...], delivered: bool) -> Steps[None]:
    for job in family:
        yield from outcome.told(job.id, delivered=delivered).steps()


def retry_delay(tries: int, asked: float | None) -> float:
    """Return the seconds before the next try: what the gateway asked for, or 2, 4 … with jitter."""
    if asked is not None:
        return asked
    return float(2 ** (tries + 1)) * random.uniform(0.75, 1.25)
