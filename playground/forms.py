"""Request bodies: JSON, or multipart with ``payload_json`` and ``files[n]``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from playground.messages import Json
from playground.refusal import refusal
from playground.uploads import Upload

_FILE = re.compile(r"files?\[(\d+)\]")


@dataclass(kw_only=True)
class Form:
    """What a request carries: the JSON and the files in the order of their numbers."""

    payload: Any = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)

    def loggable(self) -> Any:
        """The body for the wire log: files by name and size only."""
        if not self.uploads:
            return self.payload
        return {**self.payload, "files": [f"{u.name} ({len(u.data)} bytes)" for u in self.uploads]}


FORM = web.RequestKey("form", Form)


async def read_form(request: web.Request, limit: int) -> Form:
    """Read the body; 413 (40005) when a file is longer than ``limit`` bytes.

    A file that is too long is read to its end and thrown away, so that the answer arrives.
    """
    if not request.can_read_body:
        return Form()
    if request.content_type == "multipart/form-data":
        form = await _multipart(request, limit)
    else:
        form = Form(payload=_json(await request.read()))
    request[FORM] = form
    return form


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise refusal("invalid json") from error


async def _multipart(request: web.Request, limit: int) -> Form:
    payload: Json = {}
    numbered: dict[int, Upload] = {}
    too_large = False
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "payload_json":
            payload = _json(await part.read())
        elif match := _FILE.fullmatch(part.name or ""):
            data = await _read(part, limit)
            too_large = too_large or data is None
            numbered[int(match[1])] = Upload(part.filename or "file", data or b"")
    form = Form(payload=payload, uploads=[numbered[n] for n in sorted(numbered)])
    request[FORM] = form
    if too_large:
        raise refusal("too large")
    return form


async def _read(part: BodyPartReader, limit: int) -> bytes | None:
    data = bytearray()
    size = 0
    while chunk := await part.read_chunk(1 << 18):
        size += len(chunk)
        if size <= limit:
            data += chunk
    return bytes(data) if size <= limit else None
