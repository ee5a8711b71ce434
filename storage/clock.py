"""The limit's clock on this machine: survives restarts of the process and never steps."""

from __future__ import annotations

import time
import uuid
from functools import cache
from pathlib import Path

from storage.database import Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@cache
def _epoch() -> str:
    """The boot's id; elsewhere than on Linux a new id for every process."""
    if hasattr(time, "CLOCK_BOOTTIME") and _BOOT_ID.exists():
        return _BOOT_ID.read_text().strip()
    return f"process-{uuid.uuid4()}"


def _elapsed_ns() -> int:
    """Nanoseconds since the boot, sleep included; elsewhere than on Linux the monotonic clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()


def read() -> Moment:
    """The present moment."""
    return Moment(ms=_elapsed_ns() // 1_000_000, epoch=_epoch(), wall=time.time_ns() // 1_000_000)
