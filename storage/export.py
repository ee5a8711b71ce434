"""Everything that is stored about a member, as plain values, piece by piece.

Of files that are kept the size is told (``*_bytes``, by kind), not the bytes, which no message
could carry: results are in Discord, or fetched from /history where they reached nobody; before and
after is a button; a mask is what was marked; a draft's are the member's own uploads and go within a
day. Left out are secrets (the interaction's token) and the machinery's marks (lanes, places in
line, slots, workers).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from storage import pictures
from storage.database import Row, Runs, Steps, transaction
from storage.gallery import HIDDEN, SHOWN

Plain = dict[str, Any]  # what JSON can say

_LIVE = (
    "id, request_id, number, guild_id, channel_id, message_id, operation, options, price, private,"
    " spoiler, set_size, parent_id, draft_id, state, reason, links, placed_at, started_at,"
    " drawn_at, day"
)
_KEPT = ", ".join(
    "(SELECT CAST(COALESCE(SUM(LENGTH(picture.data)), 0) AS BIGINT) FROM picture"
    f" WHERE picture.job_id = job.id AND picture.kind = '{kind}') AS {kind}_bytes"
    for kind in pictures.KINDS
)
_PAST = f"{_LIVE}, told_at, deleted_at, seconds"
# Each reads one piece: $1 the member, $2 the last key of the piece before, $3 how many rows.
TABLES: Mapping[str, tuple[str, str]] = {
    "pictures": (
        "id",
        f"SELECT {_PAST}, {_KEPT} FROM job WHERE member_id = $1 AND id > $2 AND {SHOWN}"
        " ORDER BY id LIMIT $3",
    ),
    "jobs without a picture": (
        "id",
        f"SELECT {_PAST} FROM job WHERE member_id = $1 AND id > $2 AND {HIDDEN}"
        " ORDER BY id LIMIT $3",
    ),
    "jobs in line": (
        "id",
        f"""SELECT {_LIVE}, {_KEPT} FROM job WHERE member_id = $1
            AND state IN ('placed', 'queued', 'resting') AND id > $2 ORDER BY id LIMIT $3""",
    ),
    "jobs in hand": (
        "id",
        f"""SELECT {_LIVE}, {_KEPT} FROM job WHERE member_id = $1 AND state <> 'placed'
            AND told_at IS NULL AND state NOT IN ('queued', 'resting')
            AND id > $2 ORDER BY id LIMIT $3""",
    ),
    "drafts": (
        "id",
        """SELECT draft.*, (SELECT CAST(COALESCE(SUM(LENGTH(draft_picture.data)), 0) AS BIGINT)
            FROM draft_picture WHERE draft_picture.draft_id = draft.id) AS files_bytes
        FROM draft WHERE member_id = $1 AND id > $2 ORDER BY id LIMIT $3""",
    ),
    "favourites": (
        "job_id",
        """SELECT job_id, marked_at FROM favourite
        WHERE member_id = $1 AND job_id > $2 ORDER BY job_id LIMIT $3""",
    ),
    "preferences": (
        "member_id",
        """SELECT member_id, options FROM preference
        WHERE member_id = $1 AND member_id > $2 ORDER BY member_id LIMIT $3""",
    ),
    "days": (
        "day",
        """SELECT day, images_held, images_spent, micros_held, micros_spent FROM account
        WHERE scope = 'member' AND owner = $1 AND day > $2 ORDER BY day LIMIT $3""",
    ),
    "erasures": (
        "member_id",
        """SELECT member_id, asked_at FROM erasure
        WHERE member_id = $1 AND member_id > $2 ORDER BY member_id LIMIT $3""",
    ),
    "sums of what was erased": (
        "number",
        """SELECT * FROM (SELECT row_number() OVER (ORDER BY day, guild_id, state) AS number,
            day, guild_id, state, jobs, micros FROM tally WHERE member_id = $1) AS numbered
        WHERE number > $2 ORDER BY number LIMIT $3""",
    ),
}
_JSON = ("options", "links", "trail", "candidates")
_FLAGS = ("private", "spoiler", "stream")


@transaction
def piece(member_id: int, table: str, after: int = -1, most: int = 500) -> Steps[list[Plain]]:
    """Up to ``most`` rows of one of ``TABLES``, after that key."""
    _, sql = TABLES[table]
    return [_plain(row) for row in (yield sql, (member_id, after, most))]


async def export(
    database: Runs, member_id: int, *, most: int = 500
) -> AsyncIterator[tuple[str, list[Plain]]]:
    """All of it: (table, rows) in pieces of up to ``most``; every table comes at least once."""
    for table, (key, _) in TABLES.items():
        after = -1
        while True:
            rows = await database.run(piece(member_id, table, after, most))
            yield table, rows
            if len(rows) < most:
                break
            after = rows[-1][key]


def _plain(row: Row) -> Plain:
    values: Plain = dict(row)  # type: ignore[call-overload]  # both drivers' rows are mappings
    for name in _JSON:
        if values.get(name):
            values[name] = json.loads(values[name])
    for name in _FLAGS:
        if name in values:
            values[name] = bool(values[name])
    return values
