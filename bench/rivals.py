"""What people use instead, one after the other: the same load, a gateway of its own, one restart.

Not at the same time: one that blocks the event loop would make the others' calls late.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

import storage
from bench.figures import Figure, quantile, skipped
from bench.orders import SCALED, queue_up
from bench.scale import Scale
from bench.window import TERMS, slowest_ms
from bench.worker import COUNTED_ONLY, Caller
from playground.pixazo import LocalPixazo
from storage.database import Database, Steps, transaction

Turn = Callable[[], Awaitable[None]]
Make = Callable[[Path, ExitStack], Turn]

QUEUED = 200
NEWCOMER_EVERY_S = 2.5
NEWCOMER = 1_000  # ids from here on
WINDOW_S = SCALED.window_ms / 1000


@dataclass(kw_only=True)
class Seen:
    """What one contender did; waits in seconds, those of whom it never served among them."""

    name: str
    refused: int = 0
    used: float = 0.0
    waits: list[float] = field(default_factory=list)
    unserved: int = 0
    slowest: float = 0.0  # ms from taking the slot to being counted; of ours, which tells

    @property
    def told(self) -> str:
        """The three measures in words."""
        late = quantile(self.waits, 0.99)
        more = f", {self.unserved} of {len(self.waits)} never served" if self.unserved else ""
        return (
            f"{self.name}: {self.refused} 429s, utilisation {self.used:.3f}, newcomer p50"
            f" {quantile(self.waits, 0.5):.1f} s, p99 {late:.1f} s{more}"
        )


def _aiolimiter(_: Path, __: ExitStack) -> Turn:
    from aiolimiter import AsyncLimiter

    return AsyncLimiter(SCALED.calls, WINDOW_S).acquire


def _limits(_: Path, __: ExitStack) -> Turn:
    from limits import RateLimitItemPerSecond
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import MovingWindowRateLimiter

    limiter = MovingWindowRateLimiter(MemoryStorage())
    item = RateLimitItemPerSecond(SCALED.calls, int(WINDOW_S))

    async def turn() -> None:
        while not await limiter.hit(item, "pixazo"):
            stats = await limiter.get_window_stats(item, "pixazo")
            await asyncio.sleep(max(0.01, stats.reset_time - time.time()))

    return turn


def _pyrate(folder: Path, stack: ExitStack) -> Turn:
    from pyrate_limiter import Limiter, Rate, SQLiteBucket

    bucket = SQLiteBucket.init_from_file(
        [Rate(SCALED.calls, SCALED.window_ms)], db_path=str(folder / "pyrate.db")
    )
    limiter = Limiter(bucket)
    stack.callback(limiter.close)  # it leaks old calls in a thread of its own

    async def turn() -> None:
        await limiter.try_acquire_async("pixazo")

    return turn


RIVALS: dict[str, Make] = {
    "aiolimiter": _aiolimiter,
    "limits": _limits,
    "pyrate-limiter": _pyrate,
}


@dataclass(kw_only=True)
class _Contest:
    """One contender with a gateway of its own."""

    folder: Path
    gateway: LocalPixazo
    caller: Caller
    seconds: float
    waits: dict[int, float] = field(default_factory=dict)  # newcomer -> wait
    came: dict[int, float] = field(default_factory=dict)

    async def rival(self, make: Make) -> None:
        """Serve all members through a library's limiter; at half time the process "restarts"."""
        for _ in range(2):
            with suppress(TimeoutError), ExitStack() as stack:
                async with asyncio.timeout(self.seconds / 2), asyncio.TaskGroup() as tasks:
                    turn = make(self.folder, stack)
                    for _ in range(QUEUED):
                        tasks.create_task(self._call(turn))
                    for member in [one for one in self.came if one not in self.waits]:
                        tasks.create_task(self._call(turn, member))
                    while True:
                        await asyncio.sleep(NEWCOMER_EVERY_S)
                        self._arrive(tasks, turn)

    def _arrive(self, tasks: asyncio.TaskGroup, turn: Turn) -> None:
        member = NEWCOMER + len(self.came)
        self.came[member] = time.monotonic()
        tasks.create_task(self._call(turn, member))

    async def _call(self, turn: Turn, member: int | None = None) -> None:
        while True:
            await turn()
            if member is not None:
                self.waits[member] = time.monotonic() - self.came[member]
            answer = await self.caller.post()
            if answer.status_code != 429:
                return
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    async def ours(self) -> None:
        """Serve all members through the shared queue; at half time the worker restarts."""
        await self.caller.database.run(queue_up([1] * QUEUED, "0" * 16))
        for _ in range(2):
            with suppress(TimeoutError):
                async with (
                    asyncio.timeout(self.seconds / 2),
                    storage.join(self.caller.database) as worker,
                    asyncio.TaskGroup() as tasks,
                ):
                    tasks.create_task(self.caller.serve(worker))
                    while True:
                        await asyncio.sleep(NEWCOMER_EVERY_S)
                        member = NEWCOMER + len(self.came)
                        self.came[member] = time.monotonic()
                        await self.caller.database.run(queue_up((member,), worker.id))
        rows = await self.caller.database.run(_waits())
        self.waits = {member: wait for member, wait in rows.items() if wait is not None}

    def seen(self, name: str) -> Seen:
        now = time.monotonic()
        start = min(call.arrived for call in self.gateway.calls) + WINDOW_S
        windows = max(1, int((now - start) / WINDOW_S))  # whole ones, or a burst counts too much
        accepted = sum(
            start <= call.arrived < start + windows * WINDOW_S and not call.refused
            for call in self.gateway.calls
        )
        waits = [self.waits.get(member, now - came) for member, came in self.came.items()]
        return Seen(
            name=name,
            refused=self.gateway.refused,
            used=accepted / SCALED.calls / windows,
            waits=waits,
            unserved=len(self.came) - len(self.waits),
            slowest=slowest_ms(self.gateway.calls),
        )


@transaction
def _waits() -> Steps[dict[int, float | None]]:
    rows = yield (
        "SELECT member_id, (started_at - placed_at) / 1000.0 AS wait FROM job"
        " WHERE member_id >= $1",
        (NEWCOMER,),
    )
    return {row["member_id"]: row["wait"] for row in rows}


async def _compete(name: str, database: Database, folder: Path, seconds: float) -> Seen:
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(LocalPixazo.open(terms=TERMS))
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        caller = Caller(
            database=database, client=client, url=gateway.url, key=TERMS.key, body=COUNTED_ONLY
        )
        contest = _Contest(folder=folder, gateway=gateway, caller=caller, seconds=seconds)
        await (contest.rival(RIVALS[name]) if name in RIVALS else contest.ours())
        return contest.seen(name)


async def measure(scale: Scale) -> list[Figure]:
    """Our queue beside each library: one row each for 429s, utilisation and the newcomer's wait."""
    line = "side by side with aiolimiter, limits, pyrate-limiter"
    missing = [name for name in RIVALS if find_spec(name.replace("-", "_")) is None]
    if missing:
        return [skipped(line, f"{', '.join(missing)} not installed: pip install '.[bench]'")]
    with TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        async with storage.open(f"sqlite:///{folder / 'a.db'}") as database:
            ours, *others = [
                await _compete(one, database, folder, scale.rivals_s) for one in ("ours", *RIVALS)
            ]
    return _figures(ours, others)


def _figures(ours: Seen, others: list[Seen]) -> list[Figure]:
    """One row a measure; above 1 (utilisation) and below 1 (waits) ours is ahead of the best."""
    line = "side by side with aiolimiter, limits, pyrate-limiter:"
    fewest = min(one.refused for one in others)
    used = max(one.used for one in others)
    wait = min(quantile(one.waits, 0.99) for one in others)
    return [
        Figure(line=f"{line} 429s of ours", value=ours.refused, sense="<=", digits=0,
               detail=f"theirs {fewest} at least, with one restart at half time; 20 calls in 6 s;"
               f" a member with 200 in line and a newcomer every {NEWCOMER_EVERY_S} s; our slowest"
               f" call was counted {ours.slowest:.0f} ms after its slot was taken (D ="
               f" {SCALED.margin_ms} ms). "
               + "; ".join(one.told for one in (ours, *others))),
        Figure(line=f"{line} utilisation, ours / best of theirs", value=ours.used / used,
               sense=">=", goal=1.0, detail="calls accepted by the gateway after the first window"),
        Figure(line=f"{line} newcomer p99, ours / best of theirs",
               value=quantile(ours.waits, 0.99) / wait, sense="<=", goal=1.0,
               detail="who was never served counts with the time until the end"),
    ]  # fmt: skip
