"""Edits that are being prepared: a picture, what to change in it and how, until Draw is pressed.

Nothing is held or charged for a draft. Its bytes go when it is finished with, after ``KEPT_MS``, or
when the member has begun ``KEPT_MOST`` newer ones: a picture may have 32 MB.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.database import Row, Steps, now, one, transaction
from storage.ids import new_id
from storage.job import Value

KEPT_MS = 24 * 3600 * 1000  # after the last touch
KEPT_MOST = 10  # of a member's

_INSERT = """
INSERT INTO draft (id, member_id, options, private, stream, spoiler, pictures, selection, trail,
    version, candidates, touched_at, parent_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, '', '[]', 0, $8, $9, $10) RETURNING *
"""
_KEEP = """
INSERT INTO draft_picture (draft_id, kind, data) VALUES ($1, $2, $3)
ON CONFLICT (draft_id, kind) DO UPDATE SET data = $3
"""
# Drafts that a live job is made from; the two parts are those of the indexes of live jobs.
_NEEDED = """
SELECT draft_id FROM job WHERE draft_id IS NOT NULL AND state IN ('placed', 'queued', 'resting')
UNION ALL SELECT draft_id FROM job
WHERE draft_id IS NOT NULL AND told_at IS NULL AND state NOT IN ('queued', 'resting')
"""
_NEWEST = "SELECT id FROM draft WHERE member_id = $1 ORDER BY id DESC LIMIT $2"
# The request that a draft's order answers is the draft itself: Draw pressed twice is one job.
_UNORDERED = "NOT EXISTS (SELECT 1 FROM job WHERE request_id = $1)"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An edit in preparation.

    ``values`` are the member's options, ``selection`` is how the place was chosen,
    ``trail`` the selections before it, oldest first; ``version`` counts the changes;
    ``candidates`` are the pictures to choose from, as (name, link); ``parent_id`` is the job that
    made them. ``ordered``: Draw was pressed, and the job needs the draft as it is.
    """

    id: int
    member_id: int
    values: Mapping[str, Value]
    private: bool
    stream: bool
    spoiler: bool
    count: int
    selection: str
    trail: tuple[str, ...] = field(repr=False)
    version: int
    candidates: tuple[tuple[str, str], ...] = field(repr=False)
    parent_id: int | None = None
    ordered: bool = False


@transaction
def begin(
    member_id: int,
    values: Mapping[str, Value],
    *,
    private: bool = False,
    stream: bool = False,
    spoiler: bool = False,
    count: int = 1,
    candidates: tuple[tuple[str, str], ...] = (),
    parent_id: int | None = None,
) -> Steps[Draft]:
    """Begin an edit of a member's; the oldest of theirs go where there are too many."""
    moment = yield from now()
    row = yield from one(
        _INSERT,
        new_id(moment.wall),
        member_id,
        json.dumps(dict(values)),
        int(private),
        int(stream),
        int(spoiler),
        count,
        json.dumps(candidates),
        moment.wall,
        parent_id,
    )
    if row is None:
        raise LookupError("an insert returns its row")
    yield from _drop("member_id = $1 AND id NOT IN (" + _NEWEST + ")", member_id, KEPT_MOST)
    return _draft(row)


def _drop(which: str, *args: object) -> Steps[int]:
    """Delete drafts that no live job needs, with their files; return how many."""
    sql = f"DELETE FROM draft WHERE {which} AND id NOT IN ({_NEEDED}) RETURNING id"
    gone = yield sql, args
    for row in gone:
        yield "DELETE FROM draft_picture WHERE draft_id = $1", (row["id"],)
    return len(gone)


@transaction
def draft(draft_id: int) -> Steps[Draft | None]:
    """The draft as it is now; None when it is gone."""
    row = yield from one("SELECT * FROM draft WHERE id = $1", draft_id)
    order = yield from one("SELECT id FROM job WHERE request_id = $1", draft_id)
    return _draft(row, ordered=order is not None) if row else None


@transaction
def describe(
    draft_id: int,
    values: Mapping[str, Value],
    *,
    spoiler: bool = False,
    parent_id: int | None = None,
) -> Steps[Draft | None]:
    """Set the member's options; None where the draft is gone or ordered.

    ``spoiler`` and ``parent_id`` add to what is known of its picture, and take nothing back.
    """
    moment = yield from now()
    row = yield from one(
        "UPDATE draft SET options = $2, version = version + 1, touched_at = $3,"
        " spoiler = CASE WHEN CAST($4 AS BIGINT) = 1 THEN 1 ELSE spoiler END,"
        " parent_id = COALESCE(CAST($5 AS BIGINT), parent_id)"
        f" WHERE id = $1 AND {_UNORDERED} RETURNING *",
        draft_id,
        json.dumps(dict(values)),
        moment.wall,
        int(spoiler),
        parent_id,
    )
    return _draft(row) if row else None


@transaction
def select(
    before: Draft, selection: str, trail: tuple[str, ...], files: Mapping[str, bytes] = {}
) -> Steps[Draft | None]:
    """Change the selection, and store files that belong to it by their kinds.

    None where the draft is gone or ordered, or was changed since ``before`` was read.
    """
    moment = yield from now()
    row = yield from one(
        "UPDATE draft SET selection = $2, trail = $3, version = version + 1, touched_at = $4"
        f" WHERE id = $1 AND version = $5 AND {_UNORDERED} RETURNING *",
        before.id,
        selection,
        json.dumps(trail),
        moment.wall,
        before.version,
    )
    if row is None:
        return None
    for kind, data in files.items():
        yield _KEEP, (before.id, kind, data)
    return _draft(row)


@transaction
def keep(draft_id: int, files: Mapping[str, bytes]) -> Steps[Draft | None]:
    """Store files of the draft by their kinds (``source``, ``mask`` …), all of them or none.

    None where the draft is gone or ordered: a result is put into just what was ordered.
    """
    moment = yield from now()
    row = yield from one(
        "UPDATE draft SET version = version + 1, touched_at = $2"
        f" WHERE id = $1 AND {_UNORDERED} RETURNING *",
        draft_id,
        moment.wall,
    )
    if row is None:
        return None
    for kind, data in files.items():
        yield _KEEP, (draft_id, kind, data)
    return _draft(row)


@transaction
def picture(draft_id: int, kind: str) -> Steps[bytes | None]:
    """Return the file of that kind; None when there is none, or no longer."""
    row = yield from one(
        "SELECT data FROM draft_picture WHERE draft_id = $1 AND kind = $2", draft_id, kind
    )
    return bytes(row["data"]) if row else None


@transaction
def forget(draft_id: int) -> Steps[None]:
    """Delete a draft and its files, unless it was ordered."""
    gone = yield f"DELETE FROM draft WHERE id = $1 AND {_UNORDERED} RETURNING id", (draft_id,)
    if gone:
        yield "DELETE FROM draft_picture WHERE draft_id = $1", (draft_id,)


@transaction
def sweep() -> Steps[int]:
    """Delete the drafts that nobody has touched for long and no live job needs; return how many."""
    moment = yield from now()
    return (yield from _drop("touched_at < $1", moment.wall - KEPT_MS))


def disown(member_id: int, to: int) -> Steps[None]:
    """Delete a member's drafts; those that others' live jobs need are ``to`` another's until then.

    They are past their time, so that the first later sweep that may deletes them.
    """
    yield from _drop("member_id = $1", member_id)
    yield "UPDATE draft SET member_id = $2, touched_at = 0 WHERE member_id = $1", (member_id, to)


def _draft(row: Row, *, ordered: bool = False) -> Draft:
    return Draft(
        id=row["id"],
        member_id=row["member_id"],
        values=json.loads(row["options"]),
        private=bool(row["private"]),
        stream=bool(row["stream"]),
        spoiler=bool(row["spoiler"]),
        count=row["pictures"],
        selection=row["selection"],
        trail=tuple(json.loads(row["trail"])),
        version=row["version"],
        candidates=tuple((name, link) for name, link in json.loads(row["candidates"])),
        parent_id=row["parent_id"],
        ordered=ordered,
    )
