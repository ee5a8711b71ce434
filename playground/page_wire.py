"""The wire log for the page: numbered lines, and the bodies of one line on demand."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from playground.changes import Change
from playground.messages import Json
from playground.wirelog import Record
from playground.world import World

KEPT = 1000
SHOWN = 200


class WireTail:
    """The last records of the world's wire log (which masks every secret), with numbers."""

    def __init__(self) -> None:
        self._records: deque[tuple[int, Record]] = deque(maxlen=KEPT)
        self._next = 1

    @classmethod
    @contextmanager
    def following(cls, world: World) -> Iterator[Self]:
        """Follow the world's wire log from its beginning to the end of the block."""
        tail = cls()
        for record in world.wire:
            tail._add(record)
        with world.changes.listening(tail._hear):
            yield tail

    def after(self, number: int) -> list[Json]:
        """Return the lines above that number, without bodies, oldest first."""
        new = [(n, record) for n, record in self._records if n > number]
        return [_line(n, record) for n, record in new[-SHOWN:]]

    def whole(self, number: int) -> Json | None:
        """Return one record with its bodies; None when it is too old."""
        for n, record in self._records:
            if n == number:
                return _line(n, record) | {"body": record.body, "answer": record.answer}
        return None

    def _hear(self, change: Change) -> None:
        if change.kind == "wire":
            self._add(change.subject)

    def _add(self, record: Record) -> None:
        self._records.append((self._next, record))
        self._next += 1


def _line(number: int, record: Record) -> Json:
    return {
        "n": number,
        "time": record.time,
        "method": record.method,
        "path": record.path,
        "status": record.status,
    }
