"""A job's row as a Job."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, cast

from storage.database import Row
from storage.job import Job

_SAME = (
    "id", "request_id", "number", "member_id", "guild_id", "channel_id", "operation", "lane",
    "price", "upload_limit", "draft_id", "parent_id", "set_size", "deleted_at", "application_id",
    "token", "state", "attempt", "tries", "refusals", "worker", "reporter", "message_id", "receipt",
    "reason", "slot", "placed_at", "started_at", "drawn_at", "told_at", "seconds", "day",
)  # fmt: skip


class _Columns(Protocol):
    """What the rows of both drivers can do besides."""

    def keys(self) -> Iterable[str]: ...

    def __iter__(self) -> Iterator[Any]: ...


def job_of(row: Row) -> Job:
    """The job that a row of the table ``job`` (all columns) holds."""
    columns = cast(_Columns, row)
    found = dict(zip(columns.keys(), columns, strict=True))  # SQLite's rows search for each name
    return Job(
        values=json.loads(found["options"]),
        private=bool(found["private"]),
        spoiler=bool(found["spoiler"]),
        links=tuple(json.loads(found["links"])),
        **{name: found[name] for name in _SAME},
    )
