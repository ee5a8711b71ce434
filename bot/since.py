"""How long ago something was first seen, by a clock that never steps: the wall clock may."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable

from storage import clock

REMEMBERED = 20_000  # things; one that was forgotten is seen for the first time again


class Since:
    """Notes when this process first asked about each thing."""

    def __init__(self) -> None:
        self._first: OrderedDict[Hashable, float] = OrderedDict()

    def seconds(self, thing: Hashable) -> float:
        """Return the seconds since the first question about it; 0 is the answer to that one."""
        now = clock.read().ms / 1000
        first = self._first.setdefault(thing, now)
        while len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return now - first

    def age(self, thing: Hashable) -> None:
        """Let it have been there for ever."""
        self.seconds(thing)
        self._first[thing] = -math.inf
