"""The limit's clock on this machine, which never steps, and how another's clock runs beside it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storage.database import Moment

STEP_MS = 100  # a fifth of the margin that the limit keeps: less is no step
DRIFT = 0.001  # two clocks that run well part by less; NTP slews by half of it at most
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def shared() -> bool:
    """Whether all processes of this machine have one clock: only Linux has one that is fit."""
    return hasattr(time, "CLOCK_BOOTTIME") and _BOOT_ID.exists()


@cache
def _epoch() -> str:
    """The boot's id; elsewhere than on Linux a new id for every process."""
    return _BOOT_ID.read_text().strip() if shared() else f"process-{uuid.uuid4()}"


def _elapsed_ns() -> int:
    """Nanoseconds since the boot, sleep included; elsewhere than on Linux the monotonic clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()


def read() -> Moment:
    """The present moment."""
    return Moment(ms=_elapsed_ns() // 1_000_000, epoch=_epoch(), wall=time.time_ns() // 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Offset:
    """How far another clock was ahead of this machine's ``at`` a time on this one, in ms.

    It is known only to lie between ``least`` and ``most``: the answer was some time on its way.
    """

    least: float
    most: float
    at: int

    @classmethod
    def seen(cls, asked: int, theirs: int, answered: int) -> Offset:
        """What an answer says that was asked for, and came, at these whole ms of this clock."""
        return cls(least=theirs - answered - 1, most=theirs - asked + 1, at=answered)

    def after(self, seen: Offset) -> Offset | None:
        """What is known after one more look; None where one of the clocks has stepped."""
        drift = DRIFT * (seen.at - self.at)
        least = max(self.least - drift, seen.least)
        most = min(self.most + drift, seen.most)
        if least - most > STEP_MS:
            return None
        return Offset(least=least, most=most, at=seen.at) if least <= most else seen
