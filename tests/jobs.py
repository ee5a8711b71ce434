"""Jobs for the tests of what is shown."""

from __future__ import annotations

from typing import Any

from storage.job import Job

BIG = (1 << 63) - 1  # ids as long as they get


def job(**changes: Any) -> Job:
    """A finished, public picture of SDXL, with ids as long as they get."""
    known: dict[str, Any] = {
        "id": BIG, "request_id": BIG, "number": 0, "member_id": BIG, "guild_id": BIG,
        "channel_id": BIG, "operation": "sdxl",
        "values": {
            "prompt": "a fox", "width": 1024, "height": 1024, "steps": 20, "guidance": 5,
            "seed": 2**32 - 1,
        },
        "lane": "free", "price": 0, "private": False, "upload_limit": 1, "draft_id": None,
        "parent_id": None, "set_size": 1, "spoiler": False, "deleted_at": None,
        "application_id": 9, "token": "", "state": "drawn", "attempt": 1, "tries": 0, "refusals": 0,
        "worker": None, "reporter": None, "message_id": BIG, "links": (), "receipt": None,
        "reason": None, "slot": None, "placed_at": 1_800_000_000_000, "started_at": None,
        "drawn_at": 1_800_000_005_000, "told_at": 1_800_000_006_000, "seconds": 1.0, "day": 1,
    }  # fmt: skip
    return Job(**(known | changes))
