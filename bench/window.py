"""Real time: four processes on one file, killed at random, against the gateway's own count."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import storage
from bench.figures import Figure, jain
from bench.orders import STRICT, queue_up
from bench.process import child
from bench.scale import Scale
from bench.worker import SEEDS
from playground.calls import Call
from playground.pixazo import LocalPixazo, Terms
from storage import audit
from storage.database import Database, Steps, transaction

PROCESSES = 4
MEMBERS = 5
LATE = 0.03
KILL_EVERY_S = 1.5
JITTER_S = 0.02
TERMS = Terms(
    key="bench-key-0123456789", limit=STRICT.calls, window=STRICT.window_ms / 1000, jitter=JITTER_S
)


@dataclass
class _Crew:
    """The processes, of which one is killed and replaced now and then."""

    arguments: tuple[str, ...]
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    kills: int = 0

    async def hire(self) -> None:
        self.processes.append(await child("bench.worker", *self.arguments))

    async def kill(self, place: int) -> None:
        process = self.processes.pop(place)
        process.kill()
        await process.wait()

    async def live(self, seconds: float) -> None:
        """Work so long, with a kill -9 every second or so."""
        chance = random.Random(4)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for _ in range(PROCESSES):
            await self.hire()
        try:
            while loop.time() < end:
                await asyncio.sleep(min(end - loop.time(), chance.uniform(0.5, 2 * KILL_EVERY_S)))
                await self.kill(chance.randrange(PROCESSES))
                self.kills += 1
                await self.hire()
        finally:
            while self.processes:
                await self.kill(0)


@transaction
def _served() -> Steps[Counter[int]]:
    rows = yield (
        "SELECT member_id, count(*) AS jobs FROM job WHERE state IN ('running', 'made', 'drawn')"
        " GROUP BY member_id",
        (),
    )
    return Counter({row["member_id"]: row["jobs"] for row in rows})


async def measure(scale: Scale) -> list[Figure]:
    """The lines that the gateway counts: the most calls in a window, 429s, shares, what is lost."""
    with TemporaryDirectory(prefix="bench") as folder:
        address = f"sqlite:///{Path(folder) / 'a.db'}"
        async with LocalPixazo.open(terms=TERMS) as gateway, storage.open(address) as database:
            for _ in range(int(scale.window_s * 2 / MEMBERS) + 40):
                await database.run(queue_up(range(1, MEMBERS + 1), "0" * 16))
            crew = _Crew((address, gateway.url, TERMS.key, str(LATE)))
            await crew.live(scale.window_s)
            return await _figures(gateway, database, crew.kills)


def slowest_ms(calls: Iterable[Call]) -> float:
    """The longest way from taking the slot to being counted, of the calls that were answered."""
    ways = [
        (call.arrived * 1000 - seed) % SEEDS
        for call in calls
        if isinstance(seed := call.values.get("seed"), int)
    ]
    return max(ways, default=0.0)


async def _figures(gateway: LocalPixazo, database: Database, kills: int) -> list[Figure]:
    served = await database.run(_served())
    wrong = await database.run(audit.audit())
    calls = gateway.calls
    steady = [call.arrived for call in calls][STRICT.calls :]
    gap = (STRICT.window_ms + STRICT.margin_ms) / STRICT.calls / 1000
    used = (len(steady) - 1) * gap / (steady[-1] - steady[0])
    return [
        Figure(
            line="most calls in any rolling window / N, 4 processes, kill -9, late sends",
            value=gateway.most_in_window() / STRICT.calls,
            sense="<=",
            goal=1.0,
            detail=f"{len(calls)} calls counted at the gateway, {kills} kills, {LATE:.0%} of the"
            f" sends 0.6-1.8 s late; N = 20 in 6 s, jitter {JITTER_S * 1000:.0f} ms;"
            f" utilisation {used:.3f}; {len(wrong)} accounts off; the slowest call was counted"
            f" {slowest_ms(calls):.0f} ms after its slot was taken (D = {STRICT.margin_ms} ms)",
        ),
        Figure(line="429s of the same run", value=gateway.refused, sense="<=", goal=0, digits=0),
        Figure(
            line="Jain's index over backlogged members, real time, the same run",
            value=jain([served[member] for member in range(1, MEMBERS + 1)]),
            sense=">=",
            goal=0.998,
            digits=4,
            detail=f"turns by member: {sorted(served.values())}",
        ),
    ]
