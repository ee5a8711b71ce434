"""What a member wants when they say nothing: the options that ``/defaults`` sets."""

from __future__ import annotations

import json
from collections.abc import Mapping

from storage.database import Steps, one, transaction
from storage.job import Value


@transaction
def preferences(member_id: int) -> Steps[dict[str, Value]]:
    """The member's defaults; empty where none were set."""
    row = yield from one("SELECT options FROM preference WHERE member_id = $1", member_id)
    found: dict[str, Value] = json.loads(row["options"]) if row else {}
    return found


@transaction
def prefer(member_id: int, options: Mapping[str, Value]) -> Steps[None]:
    """Set the member's defaults, all of them; an empty mapping forgets them."""
    if not options:
        yield "DELETE FROM preference WHERE member_id = $1", (member_id,)
        return
    yield (
        "INSERT INTO preference (member_id, options) VALUES ($1, $2)"
        " ON CONFLICT (member_id) DO UPDATE SET options = $2",
        (member_id, json.dumps(dict(options))),
    )
