"""A member's data as a file that grows piece by piece, so that a long one stops nobody."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

_UNITS = {
    "price, micros, micros_*": "micro-dollars",
    "*_at": "ms since 1970 UTC",
    "day": "since 1970",
    "*_bytes": "the size of a file that is kept",
}


class ExportFile:
    """A JSON file with a list for each table; a row a line.

    Money is in micro-dollars (``price``, ``micros*``), times (``*_at``) are milliseconds since
    1970 UTC, ``day`` counts days since 1970. Everything here belongs in a thread.
    """

    def __init__(self, member_id: int) -> None:
        self._member_id = member_id
        self._parts: list[bytes] = [_line({"member_id": member_id, "units": _UNITS})[:-1]]
        self._table = ""
        self._rows = 0

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows of a table; those of one table come one after the other."""
        if table != self._table:
            self._close_table()
            self._parts.append(b",\n" + _line(table) + b": [")
            self._table, self._rows = table, 0
        for row in rows:
            self._parts.append((b",\n" if self._rows else b"\n") + _line(row))
            self._rows += 1

    def finish(self, limit_bytes: int) -> tuple[str, bytes]:
        """Return the name and the bytes; above the limit compressed (gzip), about to a tenth."""
        self._close_table()
        data = b"".join([*self._parts, b"}\n"])
        if len(data) <= limit_bytes:
            return f"my-data-{self._member_id}.json", data
        return f"my-data-{self._member_id}.json.gz", gzip.compress(data, mtime=0)

    def _close_table(self) -> None:
        if self._table:
            self._parts.append(b"]")


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
