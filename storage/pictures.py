"""The bytes of pictures on their way: inputs to publish, results to deliver.

They go when the member was told; a result that reached nobody is kept for its member to fetch.
An edit's mask stays as long as the edit: with it the same part can be repainted again.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.database import Steps, now, one, transaction
from storage.ids import first_id
from storage.job import Blob

KINDS = ("input", "result", "undelivered", "compare", "mask")
KEPT_MS = 30 * 86_400_000  # comparisons, and results that reached nobody

_INSERT = """
INSERT INTO picture (job_id, kind, place, data, format, width, height)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


def keep_inputs(job_id: int, inputs: tuple[bytes, ...]) -> Steps[None]:
    """Store the pictures that the bot has to publish."""
    for place, data in enumerate(inputs):
        yield _INSERT, (job_id, "input", place, data, "", 0, 0)


def keep_result(job_id: int, blob: Blob) -> Steps[None]:
    """Store the drawn picture."""
    yield _INSERT, (job_id, "result", 0, blob.data, blob.format, blob.width, blob.height)


def keep_edit(job_id: int, kept: Mapping[str, bytes]) -> Steps[None]:
    """Store an edit's before and after (``compare``), and where it was repainted (``mask``)."""
    for kind, data in kept.items():
        yield _INSERT, (job_id, kind, 0, data, "", 0, 0)


def forget(job_id: int) -> Steps[None]:
    """Delete the pictures on their way; what is kept of an edit stays."""
    yield "DELETE FROM picture WHERE job_id = $1 AND kind IN ('input', 'result')", (job_id,)


def keep_undelivered(job_id: int) -> Steps[None]:
    """Keep a result that reached nobody."""
    yield (
        "UPDATE picture SET kind = 'undelivered' WHERE job_id = $1 AND kind = 'result'",
        (job_id,),
    )


@transaction
def undelivered(request_id: int) -> Steps[dict[int, bytes]]:
    """The results of a set that reached nobody, by job; none where they are kept no longer."""
    rows = yield (
        "SELECT job_id, data FROM picture WHERE kind = 'undelivered'"
        " AND job_id IN (SELECT id FROM job WHERE request_id = $1)",
        (request_id,),
    )
    return {row["job_id"]: bytes(row["data"]) for row in rows}


@transaction
def are_undelivered(job_ids: tuple[int, ...]) -> Steps[frozenset[int]]:
    """Which of these jobs have a result that reached nobody."""
    found = set()
    for job_id in job_ids:
        row = yield from one(
            "SELECT job_id FROM picture WHERE job_id = $1 AND kind = 'undelivered'", job_id
        )
        found |= {job_id} if row else set()
    return frozenset(found)


@transaction
def picture(job_id: int) -> Steps[Blob | None]:
    """The drawn picture; None when there is none, or no longer."""
    row = yield from one("SELECT * FROM picture WHERE job_id = $1 AND kind = 'result'", job_id)
    if row is None:
        return None
    return Blob(
        data=bytes(row["data"]), format=row["format"], width=row["width"], height=row["height"]
    )


@transaction
def inputs(job_id: int) -> Steps[tuple[bytes, ...]]:
    """The pictures to publish with the first answer, in their order."""
    rows = yield (
        "SELECT data FROM picture WHERE job_id = $1 AND kind = 'input' ORDER BY place",
        (job_id,),
    )
    return tuple(bytes(row["data"]) for row in rows)


@transaction
def compare(job_id: int) -> Steps[bytes | None]:
    """An edit's before and after (JPEG); None when there is none, or no longer."""
    return (yield from _of(job_id, "compare"))


@transaction
def mask(job_id: int) -> Steps[bytes | None]:
    """Where an edit was repainted (PNG); None when there is none."""
    return (yield from _of(job_id, "mask"))


def _of(job_id: int, kind: str) -> Steps[bytes | None]:
    sql = "SELECT data FROM picture WHERE job_id = $1 AND kind = $2"
    row = yield from one(sql, job_id, kind)
    return bytes(row["data"]) if row else None


@transaction
def sweep() -> Steps[int]:
    """Delete what is kept beyond the telling and older than ``KEPT_MS``; return how many."""
    moment = yield from now()
    gone = yield (
        "DELETE FROM picture WHERE kind IN ('compare', 'undelivered') AND job_id < $1"
        " RETURNING job_id",
        (first_id(moment.wall - KEPT_MS),),
    )
    return len(gone)
