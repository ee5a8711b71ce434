"""Which picture came from which."""

from __future__ import annotations

from storage.database import Steps, one, transaction
from storage.job import Job
from storage.rows import job_of

CHILDREN = """
SELECT count(*) AS jobs FROM job WHERE parent_id = $1 AND parent_id IS NOT NULL
    AND told_at IS NOT NULL AND state = 'drawn' AND deleted_at IS NULL
"""


@transaction
def lineage(job_id: int, most: int = 20) -> Steps[tuple[Job, ...]]:
    """The job, its parent and so on, to the oldest that is still known; ``most`` of them.

    Deleted pictures and other members' private ones are among them: see the jobs' fields.
    """
    line: list[Job] = []
    wanted: int | None = job_id
    while wanted is not None and len(line) < most:
        row = yield from one("SELECT * FROM job WHERE id = $1", wanted)
        if row is None:
            break
        line.append(job_of(row))
        wanted = row["parent_id"]
    return tuple(line)


@transaction
def children(job_id: int) -> Steps[int]:
    """How many pictures were made from this one, by anybody; deleted ones do not count."""
    row = yield from one(CHILDREN, job_id)
    return int(row["jobs"]) if row else 0


@transaction
def of(job_id: int) -> Steps[tuple[tuple[Job, ...], int]]:
    """The lineage of a job, and how many children it has."""
    line = yield from lineage(job_id).steps()
    return line, (yield from children(job_id).steps())
