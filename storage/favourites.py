"""The pictures that a member has marked."""

from __future__ import annotations

from storage.database import Steps, now, one, transaction
from storage.gallery import SHOWN

_MARK = f"""
INSERT INTO favourite (member_id, job_id, marked_at)
SELECT CAST($1 AS BIGINT), job.id, CAST($3 AS BIGINT) FROM job
WHERE job.id = $2 AND {SHOWN} AND job.member_id = $1
ON CONFLICT (member_id, job_id) DO UPDATE SET marked_at = favourite.marked_at
RETURNING job_id
"""


@transaction
def favourite(member_id: int, job_id: int, on: bool) -> Steps[bool]:
    """Mark a picture, or take the mark away; whether it is marked now.

    One's own pictures can be marked, as long as they are there.
    """
    if on:
        moment = yield from now()
        return (yield from one(_MARK, member_id, job_id, moment.wall)) is not None
    yield "DELETE FROM favourite WHERE member_id = $1 AND job_id = $2", (member_id, job_id)
    return False
