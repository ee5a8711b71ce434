"""A measured figure beside its goal, and the arithmetic of repeated measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Sense = Literal["<=", ">=", "printed", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table; ``value`` is None where it could not be measured here.

    ``detail`` says what the ratio was made of, with units; ``digits`` are shown after the point.
    """

    line: str
    value: float | None
    sense: Sense = "printed"
    goal: float = 0.0
    detail: str = ""
    unit: str = ""
    digits: int = 3

    @property
    def verdict(self) -> str:
        """``met``, ``MISSED``, ``printed`` or ``skipped``; judged on the digits that are shown."""
        if self.value is None or self.sense == "skipped":
            return "skipped"
        shown = round(self.value, self.digits)
        if self.sense == "printed":
            return "printed"
        met = shown <= self.goal if self.sense == "<=" else shown >= self.goal
        return "met" if met else "MISSED"

    @property
    def measured(self) -> str:
        """The value as it is shown."""
        return "–" if self.value is None else f"{self.value:,.{self.digits}f}{self.unit}"

    @property
    def wanted(self) -> str:
        """The goal as it is shown."""
        return f"{self.sense} {self.goal:g}" if self.sense in ("<=", ">=") else "–"


def skipped(line: str, why: str) -> Figure:
    """A figure that cannot be measured on this machine."""
    return Figure(line=line, value=None, sense="skipped", detail=why)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value (the lower one of two)."""
    return quantile(values, 0.5)


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness: 1 where all shares are equal, 1/n where one has everything.

    Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness" (1984).
    """
    squares = len(shares) * sum(share * share for share in shares)
    return sum(shares) ** 2 / squares if squares else 0.0
