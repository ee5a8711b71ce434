"""What went over the wire, with every secret masked."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playground.changes import Changes

_LONGEST = 20_000
TOKEN_START = "aW50ZXJhY3Rpb24"  # noqa: S105 - every token begins so, as Discord's do
_INTERACTION_TOKEN = re.compile(rf"{TOKEN_START}[\w-]{{20,}}")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One REST call or gateway message.

    ``method`` is GET, POST … or ">> NAME" (to the bot) and "<< NAME" (from it); ``body`` and
    ``answer`` are JSON texts, cut at 20,000 characters.
    """

    time: float
    method: str
    path: str
    status: int | None
    body: str
    answer: str = ""


class WireLog:
    """The last ``bound`` records, oldest first."""

    def __init__(self, changes: Changes, bound: int = 5_000) -> None:
        self.secrets: list[str] = []
        self._records: deque[Record] = deque(maxlen=bound)
        self._changes = changes

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def find(self, method: str, part: str = "") -> list[Record]:
        """The records of that method whose path contains ``part``."""
        return [r for r in self._records if r.method == method and part in r.path]

    def note(
        self, method: str, path: str, body: Any, *, status: int | None = None, answer: Any = None
    ) -> None:
        """Add a record; secrets are masked here and nowhere else."""
        record = Record(
            time=time.time(),
            method=method,
            path=self._mask(path),
            status=status,
            body=self._mask(_text(body)),
            answer=self._mask(_text(answer)),
        )
        self._records.append(record)
        self._changes.publish("wire", record)

    def _mask(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return _INTERACTION_TOKEN.sub("***", text)[:_LONGEST]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)
