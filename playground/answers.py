"""What the local gateway's answers look like, and how they travel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.spec import Operation
from playground.faults import Fault, Made

KEY_HEADER = "Ocp-Apim-Subscription-Key"


def picture(operation: Operation, fault: Fault, made: Made) -> web.Response:
    """Return the answer with the picture: bytes from a stream operation, else JSON with a link."""
    shown: object = {made.field: made.link}
    if operation.id == "sd35":
        shown = {"id": made.link.rpartition("/")[2], "status": "succeeded", made.field: made.link}
    if operation.stream and fault.road == "results" and not fault.private:
        shown = made.drawn.data
    if fault.shape:
        shown = fault.shape(made)
    if isinstance(shown, bytes):
        return web.Response(body=shown, headers={"Content-Type": made.drawn.content_type})
    return web.json_response(shown)


async def travel(request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
    """Let the answer travel as the fault says: whole, never, not at all, or half of it."""
    if fault.act == "hang":
        await asyncio.Event().wait()
    if fault.act == "drop" and request.transport:
        request.transport.abort()
    if fault.act != "cut":
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b""
    part = web.StreamResponse(headers={"Content-Type": answer.headers["Content-Type"]})
    part.content_length = len(body)
    await part.prepare(request)
    await part.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return part


def unknown_key(request: web.Request) -> web.Response:
    """Return the refusal of a key that is wrong or missing."""
    wrong = "invalid" if KEY_HEADER in request.headers else "missing"
    return front(401, f"Access denied due to {wrong} subscription key.")


def front(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a refusal of the gateway itself."""
    return web.json_response(
        {"statusCode": status, "message": text}, status=status, headers=headers
    )


def service(status: int, text: str) -> web.Response:
    """Return a refusal of a service behind the gateway."""
    return web.json_response({"error": text}, status=status)
