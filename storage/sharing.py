"""A private result that its author shows to everybody."""

from __future__ import annotations

from dataclasses import replace

from storage.database import Steps, transaction
from storage.job import Job


@transaction
def share(request_id: int, *, message_id: int, channel_id: int) -> Steps[bool]:
    """Make a set public: it is now where it was shared. False where it was public before."""
    rows = yield (
        "UPDATE job SET private = 0, message_id = $2, channel_id = $3"
        " WHERE request_id = $1 AND private = 1 AND told_at IS NOT NULL RETURNING id",
        (request_id, message_id, channel_id),
    )
    return bool(rows)


def as_public(job: Job) -> Job:
    """Return the job as it is once it is shared."""
    return replace(job, private=False)
