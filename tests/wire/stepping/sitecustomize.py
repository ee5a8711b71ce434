"""Python imports this before the bot when the folder is on its path: its wall clock can be stepped.

By the seconds in the file ``step`` in the bot's folder, from the moment at which the file is there.
"""

import time
from collections.abc import Callable
from pathlib import Path

STEP = Path("step")


def _step() -> int:
    return int(STEP.read_text()) if STEP.exists() else 0


def _stepping(read: Callable[[], float]) -> Callable[[], float]:
    return lambda: read() + _step()


time.time = _stepping(time.time)
_ns = time.time_ns
time.time_ns = lambda: _ns() + _step() * 1_000_000_000
