"""What the local gateway remembers of each call, and the rolling limit that it keeps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.spec import Operation

Scope = Literal["key", "model"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to an operation, as the gateway saw it.

    ``arrived`` is on the monotonic clock, in seconds; ``status`` is 0 while the answer is awaited
    and stays 0 where none was given; ``refused`` marks a 429 of the limit itself; ``fault`` is the
    name of the fault that was acted out.
    """

    number: int
    arrived: float
    operation: str
    lane: str
    key_ok: bool
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 0
    refused: bool = False
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bill:
    """One picture of a paid operation that was made; ``price`` is in micro-dollars."""

    operation: str
    price: int


def lane_of(operation: Operation, scope: Scope) -> str:
    """Return what the limit counts the operation under.

    By model every model has its own lane (a stream twin is the same model). By key all free models
    share one and the paid ones another.
    """
    if scope == "model":
        return operation.command
    return "paid" if operation.price else "free"


def most_in_window(calls: Iterable[Call], window: float) -> int:
    """Return the most arrivals, accepted or refused, in any ``window`` seconds of one lane."""
    recent: dict[str, deque[float]] = {}
    most = 0
    for call in sorted(calls, key=lambda call: call.arrived):
        if not call.key_ok:
            continue
        lane = recent.setdefault(call.lane, deque())
        lane.append(call.arrived)
        while lane[0] <= call.arrived - window:
            lane.popleft()
        most = max(most, len(lane))
    return most


class Meter:
    """The rolling limit of one lane: at most ``limit`` accepted calls in any ``window`` seconds."""

    def __init__(self, limit: int, window: float) -> None:
        self._limit = limit
        self._window = window
        self._accepted: deque[float] = deque()

    def count(self, now: float) -> int | None:
        """Accept a call that arrives now, or return the whole seconds after which one fits."""
        while self._accepted and self._accepted[0] <= now - self._window:
            self._accepted.popleft()
        if len(self._accepted) < self._limit:
            self._accepted.append(now)
            return None
        return max(1, math.ceil(self._accepted[0] + self._window - now))
