"""Reading what members send, and whether Pixazo can be given the same link."""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx
import stamina

from bot.errors import BadPicture, UnusableAnswer
from bot.fetch import Fetch, FetchFailed, NotThere, TooLarge

BYTES_MOST = 32 * 1024 * 1024
TRIES = 3
TRIED_FOR = 30.0  # seconds in which a new try may begin; Discord waits 15 minutes for the answer
LASTS = 3 * 3600  # seconds that a link must hold, so that a long line does not outlive it


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a member sent, before it was read; ``size`` in bytes as Discord states it."""

    url: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an edit's picture: the member's own link to it, and its size in pixels."""

    link: str
    size: tuple[int, int]

    def encode(self) -> bytes:
        """Return the facts as bytes, to be stored beside the picture."""
        return json.dumps({"link": self.link, "size": self.size}).encode()

    @classmethod
    def decode(cls, stored: bytes) -> Facts:
        """Return what ``encode`` wrote."""
        facts = json.loads(stored)
        width, height = facts["size"]
        return cls(link=facts["link"], size=(width, height))


async def read(fetch: Fetch, upload: Upload, what: str) -> bytes:
    """Return a member's upload, at most 32 MB, tried again where Discord stumbles.

    Raises BadPicture.
    """
    megabytes = BYTES_MOST // 1024 // 1024
    too_large = BadPicture(f"The {what} is larger than {megabytes} MB. Send a smaller one.")
    if upload.size > BYTES_MOST:
        raise too_large
    try:
        return await _insist(fetch, upload.url)
    except TooLarge as error:
        raise too_large from error
    except UnusableAnswer as error:
        if _passing(error):
            raise BadPicture(
                f"The {what} could not be downloaded just now. Please try again in a minute."
            ) from error
        raise BadPicture(f"Discord no longer has the {what}. Please send it again.") from error


async def _insist(fetch: Fetch, url: str) -> bytes:
    """Download; the member reads "thinking…" meanwhile."""
    async for attempt in stamina.retry_context(
        on=_passing, attempts=TRIES, timeout=TRIED_FOR, wait_initial=0.5, wait_max=2.0
    ):
        with attempt:
            return await fetch(url)
    raise AssertionError("unreachable: the last attempt raises")


def _passing(error: Exception) -> bool:
    """Whether a second try may help: what Discord does not have, it gets no more."""
    return isinstance(error, FetchFailed) and not isinstance(error, NotThere)


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
