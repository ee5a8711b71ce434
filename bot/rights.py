"""Who may do what to a picture: decided from its row, whatever a control's id claims."""

from __future__ import annotations

from bot.catalog import BY_ID
from bot.errors import Refused
from bot.spec import Operation
from storage.job import Job

GONE = "This picture is not known here any more."
PRIVATE = "This picture is private."
NOT_YOURS = "This form is not known here any more. Please press the button again."
MODEL_GONE = "This model is not here any more."
ONLY_AUTHOR = "Only the member who asked for this picture can {}."
ONLY_STAFF = "Only the member who asked for this picture, or the server's staff, can delete it."


class Closed(Refused):
    """Something that this member cannot do here; it was no order, so no charge is spoken of."""


def visible(job: Job | None, member_id: int) -> Job:
    """Return the job when the member may see it. Raises Closed."""
    if job is None or job.deleted_at is not None:
        raise Closed(GONE)
    if not seen_by(job, member_id):
        raise Closed(PRIVATE)
    return job


def seen_by(job: Job, member_id: int) -> bool:
    """Whether the member may see the job: a private one, or a direct talk's, is its author's."""
    return job.member_id == member_id or not (job.private or job.guild_id is None)


def operation(job: Job) -> Operation:
    """Return the job's operation, as long as the catalogue has it. Raises Closed."""
    known = BY_ID.get(job.operation)
    if known is None:
        raise Closed(MODEL_GONE)
    return known


def own(job: Job, member_id: int, deed: str) -> None:
    """Check that the job is the member's own; ``deed`` completes the sentence. Raises Closed."""
    if job.member_id != member_id:
        raise Closed(ONLY_AUTHOR.format(deed))


def deletable(job: Job, member_id: int, *, staff_in: int | None) -> None:
    """Check that the member may delete the job: their own, or in the channel that they moderate.

    Who is staff in one channel may be none in the next. Raises Closed.
    """
    if job.member_id == member_id:
        return
    if staff_in is None or staff_in != job.channel_id:
        raise Closed(ONLY_STAFF)
