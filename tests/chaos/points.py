"""The points at which a process may die, as a run without a kill has passed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Point:
    """The ``nth`` time (from 1) that a process comes to what the label names."""

    label: str
    nth: int

    @property
    def is_call(self) -> bool:
        """Whether it is beside a request, and not an SQL statement."""
        return not self.label.startswith("sql ")

    def __str__(self) -> str:
        return f"{self.label[:90]} ({self.nth})"


def passed(log: Path) -> tuple[Point, ...]:
    """Every point in the log of one process, in order."""
    counted: Counter[str] = Counter()
    found = []
    for label in log.read_text().splitlines():
        counted[label] += 1
        found.append(Point(label=label, nth=counted[label]))
    return tuple(found)


def chosen(points: Iterable[Point], *, calls: int, statements: int) -> tuple[Point, ...]:
    """The first occurrences of every label: so many of a request, so many of a statement."""
    return tuple(p for p in points if p.nth <= (calls if p.is_call else statements))
