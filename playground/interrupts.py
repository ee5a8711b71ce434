"""Ctrl-C, and what a service manager sends: once to end, twice to end at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """``asked`` is set by the first signal, ``insisted`` by the next."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.insisted = asyncio.Event()

    @classmethod
    @contextmanager
    def heard(cls) -> Iterator[Self]:
        """Hear the signals inside the block (there is no other way that Windows has, too)."""
        interrupts, loop = cls(), asyncio.get_running_loop()

        def hear(_: int, __: FrameType | None) -> None:
            loop.call_soon_threadsafe(interrupts.count)

        before = {name: signal.signal(name, hear) for name in SIGNALS}
        try:
            yield interrupts
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def count(self) -> None:
        """Note one signal."""
        (self.insisted if self.asked.is_set() else self.asked).set()
