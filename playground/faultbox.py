"""Makes the local Discord misbehave on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Action = Literal["status", "banned", "drop", "drop_after", "delay"]


@dataclass(kw_only=True)
class Fault:
    """What happens to the next ``times`` requests of that method whose path matches.

    status: answered with ``status`` and nothing takes effect (429 with Retry-After and Via);
    banned: the 429 of Cloudflare, which discord.py does not wait for;
    drop: the connection is cut before anything takes effect; drop_after: it takes effect and the
    connection is cut without an answer; delay: answered ``seconds`` later.
    """

    method: str
    path: re.Pattern[str]
    action: Action
    times: int
    status: int = 500
    seconds: float = 1.0


class FaultBox:
    """Waiting faults, first come first served."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.acted: list[Fault] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        times: int = 1,
        action: Action = "status",
        status: int = 500,
        seconds: float = 1.0,
    ) -> Fault:
        """Put a fault in; ``path`` is a regular expression searched in the request's path.

        ``seconds`` is the delay, or Retry-After of a 429.
        """
        fault = Fault(
            method=method,
            path=re.compile(path),
            action=action,
            times=times,
            status=status,
            seconds=seconds,
        )
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again."""
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, used up once."""
        for fault in self._waiting:
            if fault.method in (method, "*") and fault.path.search(path):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                self.acted.append(fault)
                return fault
        return None
