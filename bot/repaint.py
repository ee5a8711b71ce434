"""Reading what members send, and whether Pixazo can be given the same link."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from bot.errors import BadPicture, UnusableAnswer
from bot.fetch import Fetch

BYTES_MOST = 32 * 1024 * 1024
LASTS = 3 * 3600  # seconds that a link must hold, so that a long line does not outlive it


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a member sent, before it was read; ``size`` in bytes as Discord states it."""

    url: str
    size: int


async def read(fetch: Fetch, upload: Upload, what: str) -> bytes:
    """Return a member's upload, at most 32 MB. Raises BadPicture."""
    if upload.size > BYTES_MOST:
        megabytes = BYTES_MOST // 1024 // 1024
        raise BadPicture(f"The {what} is larger than {megabytes} MB. Send a smaller one.")
    try:
        return await fetch(upload.url)
    except UnusableAnswer as error:
        raise BadPicture(f"Discord no longer has the {what}. Please send it again.") from error


def lasts(link: str, now: float) -> bool:
    """Whether a link of Discord's still holds for some hours; ``now`` in seconds since 1970.

    Discord signs its links with an end in ``ex``, in hexadecimal seconds; a link without one may
    be anybody's, and is not trusted to hold.
    """
    ends = httpx.URL(link).params.get("ex", "")
    try:
        return int(ends, 16) - now >= LASTS
    except ValueError:
        return False
