"""A job's row as a Job."""

from __future__ import annotations

import json

from storage.database import Row
from storage.job import Job

_SAME = (
    "id", "request_id", "number", "member_id", "guild_id", "channel_id", "operation", "lane",
    "price", "upload_limit", "draft_id", "parent_id", "set_size", "deleted_at", "application_id",
    "token", "state", "attempt", "tries", "worker", "reporter", "message_id", "receipt", "reason",
    "slot", "placed_at", "started_at", "drawn_at", "told_at", "seconds", "day",
)  # fmt: skip


def job_of(row: Row) -> Job:
    """The job that a row of the table ``job`` (all columns) holds."""
    return Job(
        values=json.loads(row["options"]),
        private=bool(row["private"]),
        spoiler=bool(row["spoiler"]),
        links=tuple(json.loads(row["links"])),
        **{name: row[name] for name in _SAME},
    )
