"""What the gateway's answers mean: status, headers and body in, a receipt or an error out.

Source of the shapes: the provider's page, and what public integrations of the gateway have seen.
Nothing here does I/O.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.complaint import complaint, retry_after
from bot.errors import (
    BadRequest,
    Forbidden,
    GatewayBroken,
    GatewayError,
    KeyRefused,
    NoCredit,
    RateLimited,
    UnusableAnswer,
)

FIELDS = ("output", "imageUrl", "image_url", "media_url", "url", "image", "base64", "data")
FAILED = frozenset({"failed", "error", "cancelled", "canceled"})
DONE = frozenset({"completed", "succeeded", "success"})
UNDER_WAY = frozenset({"in_queue", "queued", "processing"})  # a link in it is not the picture's
NOT_YET = frozenset({404, 425})  # of a poll: the queue may not know at once what it just took
NO_PROOF = frozenset({303, 408, 409, 499})  # 3xx and 4xx after which a picture may be under way
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
DEEPEST = 4  # {"output": {"media_url": [{"url": …}]}} is the deepest shape that makes sense

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")
_DATA_URL = re.compile(r"data:[^,]{0,100};base64,", re.IGNORECASE)
_BALANCE = re.compile(r"balance|credit|funds|payment|billing|quota", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof that the gateway accepted a call, and where its picture is: exactly one field is set.

    ``link`` is the result's address (not kept for ever), ``request`` the id in the gateway's
    queue, ``data`` the picture's bytes, not yet verified.
    """

    link: str | None = None
    request: str | None = None
    data: bytes | None = field(default=None, repr=False)

    def encode(self) -> str:
        """Return the receipt as JSON text, to be stored."""
        if self.data is not None:
            # Not through json.dumps, which looks at each of millions of letters.
            return f'{{"data": "{base64.b64encode(self.data).decode("ascii")}"}}'
        return json.dumps({"link": self.link} if self.link else {"request": self.request})

    @classmethod
    def decode(cls, text: str) -> Receipt:
        """Read what ``encode`` wrote."""
        stored = json.loads(text)
        if "data" in stored:
            return cls(data=base64.b64decode(stored["data"]))
        return cls(**stored)


def decode(status: int, headers: Mapping[str, str], body: bytes) -> Receipt:
    """Return the receipt that an answer is.

    ``headers`` are looked up in lower case. Raises the GatewayError of the answer's status, and
    UnusableAnswer for a 2xx without a picture.
    """
    if not 200 <= status < 300:
        raise refusal(status, headers, body)
    if not body:
        raise UnusableAnswer("Pixazo's answer was empty. Try again.")
    if headers.get("content-type", "").lower().startswith("image/") or body.startswith(MAGIC):
        return Receipt(data=body)
    return _document(headers, body)


def poll(status: int, headers: Mapping[str, str], body: bytes) -> Receipt | None:
    """Return the picture that a look at the gateway's queue found; None where it is to be awaited.

    Only a refusal, or a status that is an end, ends the waiting: the picture may be paid for, and
    another look costs nothing. Raises as ``decode`` does.
    """
    if 300 <= status < 400 or status in NOT_YET:
        return None
    try:
        receipt = decode(status, headers, body)
    except UnusableAnswer:
        if _status(_parsed(body)) in FAILED | DONE:
            raise
        return None
    return receipt if receipt.request is None else None


def is_document(body: bytes) -> bool:
    """Whether an answer is a JSON object, as everything that the gateway itself says."""
    return isinstance(_parsed(body), dict)


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> GatewayError:
    """Return the error of an answer that is not a 2xx."""
    said = complaint(headers, body)
    if status >= 500 or status in NO_PROOF:
        return GatewayBroken(
            f"Pixazo has a problem of its own ({status}). Try again in a minute.",
            retry_after=retry_after(headers, ""),
        )
    if status == 403 and _BALANCE.search(said):
        status = 402
    if 300 <= status < 400:
        return _MOVED()
    return _REFUSALS.get(status, _bad_request)(status, headers, said)


def _rate_limited(_: int, headers: Mapping[str, str], said: str) -> GatewayError:
    return RateLimited(
        "Pixazo is getting too many requests right now. Try again in a minute.",
        retry_after=retry_after(headers, said),
    )


def _owner(kind: type[GatewayError], happened: str) -> Callable[..., GatewayError]:
    """The row of a refusal that only the bot's owner can mend."""
    return lambda *_: kind(f"{happened}. The bot's owner must look at it.")


def _bad_request(status: int, _: Mapping[str, str], said: str) -> GatewayError:
    """400 and the other refusals: 4xx say that the values went no further."""
    if said:
        return BadRequest(f"Pixazo refused these values: `{said}`. Change them and try again.")
    return BadRequest(f"Pixazo refused these values ({status}). Change them and try again.")


_NOT_FOUND = _owner(BadRequest, "Pixazo does not know this model's address")
_MOVED = _owner(BadRequest, "Something at Pixazo's address sends the bot elsewhere (PIXAZO_URL)")
_REFUSALS: dict[int, Callable[[int, Mapping[str, str], str], GatewayError]] = {
    401: _owner(KeyRefused, "Pixazo refused the bot's key"),
    402: _owner(NoCredit, "The bot's account at Pixazo is out of credit"),
    403: _owner(Forbidden, "The bot's key has no access to this model at Pixazo"),
    404: _NOT_FOUND,
    405: _NOT_FOUND,
    410: _NOT_FOUND,
    429: _rate_limited,
}


def _document(headers: Mapping[str, str], body: bytes) -> Receipt:
    document = _parsed(body)
    if document is None:
        raise UnusableAnswer("Pixazo's answer could not be read. Try again.")
    if isinstance(document, dict):
        if _status(document) in FAILED:
            raise _no_picture(headers, body)
        under_way = _status(document) in UNDER_WAY
        found = (None if under_way else _search(document)) or _queued(document)
    else:
        found = _picture(document, 0)
    if found is None:
        raise _no_picture(headers, body)
    return found


def _parsed(body: bytes) -> object:
    """The JSON of a body; None where it is none, or says nothing."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _status(document: object) -> str:
    return str(document.get("status")).lower() if isinstance(document, dict) else ""


def _no_picture(headers: Mapping[str, str], body: bytes) -> UnusableAnswer:
    said = complaint(headers, body)
    if said:
        return UnusableAnswer(f"Pixazo made no picture: `{said}`. Try again, or change the prompt.")
    return UnusableAnswer("Pixazo answered without a picture. Try again.")


def _search(document: Mapping[str, object], depth: int = 0) -> Receipt | None:
    for name in FIELDS:
        found = _picture(document.get(name), depth + 1)
        if found is not None:
            return found
    return None


def _picture(value: object, depth: int) -> Receipt | None:
    """The picture that a field holds: a link, base64, or either inside a list or an object."""
    if isinstance(value, str):
        return _text(value.strip())
    if depth >= DEEPEST:
        return None
    if isinstance(value, dict):
        return _search(value, depth)
    if isinstance(value, list):
        return next(filter(None, (_picture(item, depth + 1) for item in value[:16])), None)
    return None


def _text(value: str) -> Receipt | None:
    if value[:8].lower().startswith(("https://", "http://")):
        return Receipt(link=value)
    prefix = _DATA_URL.match(value)
    packed = "".join((value[prefix.end() :] if prefix else value).split())
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return Receipt(data=data) if data.startswith(MAGIC) else None


def _queued(document: Mapping[str, object]) -> Receipt | None:
    """The gateway's queue answer. Its ``polling_url`` is ignored: the key goes to one host only."""
    request = document.get("request_id")
    if _status(document) in DONE:
        return None
    if isinstance(request, bool) or not isinstance(request, int | str):
        return None
    return Receipt(request=str(request)) if _REQUEST_ID.fullmatch(str(request)) else None
