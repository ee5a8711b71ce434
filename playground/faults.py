"""Everything that can go wrong at the gateway, as rows, and the queue of what goes wrong next.

Source of the rows: the field notes on this gateway (answers, errors, links) and on its neighbours.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from PIL import Image

from playground.painter import Sketch, encode, paint
from playground.results import Drawn

Act = Literal["answer", "slow", "hang", "drop", "cut"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A picture that was made, and how the operation would have answered with it."""

    drawn: Drawn
    link: str
    field: str


Shape = Callable[[Made], object]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to go wrong.

    A fault with a ``body`` answers it with ``status``; otherwise the picture is made and billed
    and ``shape`` gives the answer's JSON, or its bytes. ``act`` is how the answer travels;
    ``remake`` is what becomes of the file, and ``road`` and ``private`` say where the link leads;
    ``queue`` is the last status that polling finds, and ``anonymous`` polls do not repeat the
    request's id. One ``add`` fails ``repeat`` calls.
    """

    name: str
    about: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    act: Act = "answer"
    shape: Shape | None = None
    remake: Callable[[Drawn], Drawn] | None = None
    road: str = "results"
    private: bool = False
    queue: str | None = None
    anonymous: bool = False
    repeat: int = 1


JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)


def _service(status: int, name: str, about: str, text: str, *, repeat: int = 1) -> Fault:
    """A refusal as the services behind the gateway word it."""
    body = json.dumps({"error": text})
    return Fault(name=name, about=about, status=status, headers=JSON, body=body, repeat=repeat)


def _front(status: int, name: str, about: str, text: str, **headers: str) -> Fault:
    """A refusal as the gateway's own front words it; ``retry_after`` becomes the header."""
    more = {key.replace("_", "-").title(): value for key, value in headers.items()}
    body = json.dumps({"statusCode": status, "message": text})
    return Fault(name=name, about=about, status=status, headers={**JSON, **more}, body=body)


def _text(made: Made) -> str:
    return base64.b64encode(made.drawn.data).decode()


def _gif(drawn: Drawn) -> Drawn:
    file = io.BytesIO()
    Image.open(io.BytesIO(drawn.data)).convert("P").save(file, "GIF")
    return Drawn(data=file.getvalue(), content_type="image/gif")


def _placeholder(drawn: Drawn) -> Drawn:
    sketch = Sketch(
        prompt="We are busy, please come back later", model="placeholder", width=512, height=512
    )
    return Drawn(data=encode(paint(sketch)), content_type="image/png")


def _half(drawn: Drawn) -> Drawn:
    return Drawn(data=drawn.data[: len(drawn.data) // 2], content_type=drawn.content_type)


def _page(drawn: Drawn) -> Drawn:
    return Drawn(data=PAGE.encode(), content_type="text/html")


def _bomb(drawn: Drawn) -> Drawn:
    return Drawn(data=bomb(), content_type="image/png")


@cache
def bomb(side: int = 20_000) -> bytes:
    """Return a small PNG file that unpacks to ``side`` times ``side`` pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + -(-side // 8))
    rows = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


ROWS = (
    Fault(name="slow", about="the answer comes late", act="slow"),
    Fault(name="hang", about="the picture is made, the answer never comes", act="hang"),
    Fault(name="drop", about="the picture is made, then the connection is cut", act="drop"),
    Fault(name="cut", about="the answer is cut off half way", act="cut"),
    _front(429, "429", "too many calls, no word of when", "Rate limit is exceeded."),
    _front(
        429,
        "429-retry-after",
        "too many calls, with the header",
        "Rate limit is exceeded.",
        retry_after="1",
    ),
    _front(
        429,
        "429-text",
        "too many calls, the text says when",
        "Rate limit is exceeded. Try again in 1 seconds.",
    ),
    _service(500, "500", "the service fails", "Internal server error"),
    Fault(name="502-html", about="a proxy's page", status=502, headers=HTML, body=PAGE),
    Fault(
        name="503-retry-after",
        about="no service for a second",
        status=503,
        headers={"Retry-After": "1"},
        body="Service Unavailable",
    ),
    Fault(name="504", about="a proxy lost patience", status=504, body="Gateway Timeout"),
    _service(
        400, "400-text", "the values are refused", "The prompt was refused by the content filter."
    ),
    _front(401, "401", "the key is refused", "Access denied due to invalid subscription key."),
    _service(402, "402-credit", "the account is empty", "Insufficient balance. Please top up."),
    _service(403, "403-credit", "the account is empty, as 403", "Insufficient wallet balance"),
    _service(
        403, "403", "the key has no access to the model", "You do not have access to this API."
    ),
    Fault(name="plain-text", about="200 with words instead of JSON", body="OK"),
    Fault(
        name="html-200",
        about="200 with a page",
        headers=HTML,
        body=PAGE.replace("502 Bad Gateway", "Welcome"),
    ),
    Fault(name="empty-url", about="200 with an empty link", shape=lambda made: {made.field: ""}),
    Fault(
        name="no-field",
        about="200 without the link's field",
        shape=lambda _: {"status": "succeeded"},
    ),
    Fault(name="list", about="a list of one link", shape=lambda made: {made.field: [made.link]}),
    Fault(
        name="image_url",
        about="the link under image_url",
        shape=lambda made: {"image_url": made.link},
    ),
    Fault(name="url", about="the link under url", shape=lambda made: {"url": made.link}),
    Fault(name="base64", about="the file as base64", shape=lambda made: {"image": _text(made)}),
    Fault(
        name="data-uri",
        about="the file as a data: link",
        shape=lambda made: {"data": f"data:{made.drawn.content_type};base64,{_text(made)}"},
    ),
    Fault(name="bytes", about="the file itself", shape=lambda made: made.drawn.data),
    Fault(
        name="queue", about="202, and the picture after some polls", status=202, queue="COMPLETED"
    ),
    Fault(
        name="queue-anonymous",
        about="202, and polls that do not repeat the id",
        status=202,
        queue="COMPLETED",
        anonymous=True,
    ),
    Fault(
        name="queue-failed", about="202, and a failure after some polls", status=202, queue="FAILED"
    ),
    Fault(name="queue-forever", about="202, and never done", status=202, queue="PROCESSING"),
    Fault(name="link-404", about="the link leads nowhere", road="gone"),
    Fault(name="link-slow", about="the file trickles", road="slow"),
    Fault(name="link-html", about="the link leads to a page", remake=_page),
    Fault(name="link-truncated-picture", about="half of the file", remake=_half),
    Fault(name="link-bomb", about="a small file of 400 megapixels", remake=_bomb),
    Fault(name="link-huge", about="a file without end", road="huge"),
    Fault(
        name="link-redirect-private", about="the link leads on to a private address", road="away"
    ),
    Fault(name="link-private", about="a link to a private address", private=True),
    Fault(name="gif", about="a GIF", remake=_gif),
    _service(500, "cold-start", "500 twice, then fine", "Model is loading", repeat=2),
    Fault(
        name="placeholder", about="200 with a picture that nobody asked for", remake=_placeholder
    ),
)
BY_NAME = {fault.name: fault for fault in ROWS}


class Faults:
    """What goes wrong next, in the order it was added; each call takes the first that fits it."""

    def __init__(self) -> None:
        self._queue: list[tuple[Fault, str | None]] = []

    def add(self, name: str, operation: str | None = None, times: int = 1) -> None:
        """Let the next calls (of one operation, by its id, or of any) go wrong.

        Raises KeyError for a name that is not a row of the table.
        """
        fault = BY_NAME[name]
        self._queue.extend([(fault, operation)] * (times * fault.repeat))

    def clear(self) -> None:
        """Let nothing more go wrong."""
        self._queue.clear()

    def take(self, operation: str) -> Fault | None:
        """Return and forget the first fault that fits a call of that operation."""
        for entry in self._queue:
            if entry[1] in (None, operation):
                self._queue.remove(entry)
                return entry[0]
        return None
