"""Where a result is shown: a private one that its author shares, an answer that had to move."""

from __future__ import annotations

from storage.database import Steps, transaction


@transaction
def share(request_id: int, *, message_id: int, channel_id: int) -> Steps[bool]:
    """Make a set public: it is now where it was shared. False where it was public before."""
    rows = yield (
        "UPDATE job SET private = 0, message_id = $2, channel_id = $3"
        " WHERE request_id = $1 AND private = 1 AND told_at IS NOT NULL RETURNING id",
        (request_id, message_id, channel_id),
    )
    return bool(rows)


@transaction
def moved(request_id: int, *, message_id: int) -> Steps[None]:
    """Remember the message that shows a set in place of its first answer, in the same channel."""
    yield "UPDATE job SET message_id = $2 WHERE request_id = $1", (request_id, message_id)


@transaction
def hidden(request_id: int) -> Steps[None]:
    """Make a set private: only its member has it, in a direct message."""
    yield "UPDATE job SET private = 1 WHERE request_id = $1", (request_id,)


@transaction
def fetched(request_id: int) -> Steps[bool]:
    """Its member has a set that reached nobody, privately; it is kept no more.

    False where that was so before: the set may have been shared since.
    """
    gone = yield (
        "DELETE FROM picture WHERE kind = 'undelivered'"
        " AND job_id IN (SELECT id FROM job WHERE request_id = $1) RETURNING job_id",
        (request_id,),
    )
    if gone:
        yield from hidden(request_id).steps()
    return bool(gone)
