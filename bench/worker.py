"""A process that takes turns from the shared database and calls the gateway, until it is killed.

``python -m bench.worker <database address> <gateway address> <key> <share of late sends>``
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

import storage
from bench.orders import LANE, PICTURE, SCALED, STRICT
from bot.catalog import BY_ID
from storage import lane, outcome, queue
from storage.database import Database
from storage.job import Job
from storage.window import Limit
from storage.workers import Worker

LEASE = 5  # of the margin: the rest is for the network, as in the bot
LATE = (2.0, 6.0)  # times the margin, as the sends that were late in the prototype
IDLE_S = 0.2
SEEDS = 1 << 32
KEY_HEADER = "Ocp-Apim-Subscription-Key"
BODY = {"prompt": "a fox in the snow", "width": 512, "height": 512}
# The gateway counts a call before it reads it: measured without drawing, it refuses this body.
COUNTED_ONLY = {"prompt": "a fox in the snow", "width": 1}


@dataclass(kw_only=True)
class Caller:
    """Makes the calls of one process; ``late`` is the share of sends that leave late."""

    database: Database
    client: httpx.AsyncClient
    url: str
    key: str
    late: float = 0.0
    limit: Limit = SCALED
    body: Mapping[str, object] | None = None

    async def post(self, slot_taken: float = 0.0) -> httpx.Response:
        """One call to the gateway; its seed tells when its slot was taken (monotonic ms)."""
        body = {**(self.body or BODY), "seed": int(slot_taken * 1000) % SEEDS}
        path = BY_ID["sdxl"].path
        return await self.client.post(self.url + path, json=body, headers={KEY_HEADER: self.key})

    async def serve(self, worker: Worker) -> None:
        """Take turns and use them, for ever."""
        await worker.sweep()
        async with asyncio.TaskGroup() as calls:
            while True:
                asked = time.monotonic()
                claimed = await self.database.run(queue.claim(worker.id, {LANE: self.limit}, 8))
                for job in claimed.jobs:
                    calls.create_task(self.use(job, asked))
                await asyncio.sleep(min(claimed.wait or IDLE_S, IDLE_S))

    async def use(self, job: Job, claimed: float) -> None:
        """Call for this job; a call that leaves late first moves its slot."""
        if random.random() < self.late:
            await asyncio.sleep(random.uniform(*LATE) * self.limit.margin_ms / 1000)
        if (now := time.monotonic()) - claimed > self.limit.margin_ms / LEASE / 1000:
            claimed = now
            if not await self.database.run(lane.late(job)):
                await self.database.run(outcome.rest(job, delay_s=0.0, reason="late", counts=False))
                return
        answer = await self.post(claimed)
        if answer.status_code == 429:
            wait = float(answer.headers["Retry-After"])
            await self.database.run(outcome.refused(job, wait))
            return
        await self.database.run(outcome.drawn(job, PICTURE, 1.0))
        await self.database.run(outcome.told(job.id))


async def main(address: str, url: str, key: str, late: str) -> None:
    """Work until killed."""
    async with (
        storage.open(address) as database,
        storage.join(database) as worker,
        httpx.AsyncClient(timeout=30, trust_env=False) as client,
    ):
        caller = Caller(
            database=database, client=client, url=url, key=key, late=float(late), limit=STRICT
        )
        await caller.serve(worker)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
