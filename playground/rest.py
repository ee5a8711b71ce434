"""Discord's REST v10 on aiohttp: who may ask, what goes wrong on demand, how errors look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.faultbox import Fault, FaultBox
from playground.forms import FORM, Form
from playground.refusal import Refusal, refusal
from playground.world import World

API = "/api/v10"
WORLD: web.AppKey[World] = web.AppKey("world", World)
FAULTS: web.AppKey[FaultBox] = web.AppKey("faults", FaultBox)
ANSWER: web.RequestKey[Any] = web.RequestKey("answer", object)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Endpoint = Callable[["Call"], Awaitable[Any]]
_FAULT_TEXT = {
    429: "You are being rate limited.",
    500: "500: Internal Server Error",
    502: "502: Bad Gateway",
    503: "503: Service Unavailable",
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to an endpoint."""

    world: World
    request: web.Request

    def __getitem__(self, name: str) -> str:
        return self.request.match_info[name]

    def query(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.request.query.get(name, default)


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer; the content type has no charset, or discord.py would not read it."""
    if value is None:
        return web.Response(status=204, headers=headers)
    return web.Response(
        body=json.dumps(value).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def endpoint(function: Endpoint, *, bot_only: bool = True) -> Handler:
    """Make an aiohttp handler of a function that returns JSON, or None for 204."""

    async def handle(request: web.Request) -> web.StreamResponse:
        world = request.app[WORLD]
        if bot_only and request.headers.get("Authorization") != f"Bot {world.token}":
            raise refusal("unauthorized")
        value = await function(Call(world=world, request=request))
        request[ANSWER] = value
        return answer(value)

    return handle


@web.middleware
async def border(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Faults, errors as Discord's JSON, 501 for the unknown, and the wire log."""
    if not request.path.startswith(API):
        return await handler(request)
    world, path = request.app[WORLD], request.path.removeprefix(API)
    fault = request.app[FAULTS].take(request.method, path)
    if fault and fault.action in ("status", "banned", "drop"):
        response = await _misbehave(request, fault)
    else:
        if fault and fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        response = await _handled(request, handler, world, path)
        if fault and fault.action == "drop_after":
            response = _cut(request)
    form: Form = request.get(FORM, Form())
    world.wire.note(
        request.method, path, form.loggable(), status=response.status, answer=request.get(ANSWER)
    )
    return response


async def _handled(
    request: web.Request, handler: Handler, world: World, path: str
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as error:
        request[ANSWER] = error.body()
        return answer(error.body(), error.status)
    except web.HTTPException as error:
        if error.status not in (404, 405):
            raise
        world.unknown.append(f"{request.method} {path}")
        return answer(
            {"message": f"the local Discord has no {request.method} {path}", "code": 0}, 501
        )


async def _misbehave(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.action == "drop":
        return _cut(request)
    await request.read()
    if fault.action == "banned":
        return web.Response(status=429, text="error code: 1015")
    body: dict[str, Any] = {"message": _FAULT_TEXT.get(fault.status, "error"), "code": 0}
    headers = {"Via": "1.1 local"}
    if fault.status == 429:
        body |= {"retry_after": fault.seconds, "global": False}
        headers["Retry-After"] = str(fault.seconds)
    request[ANSWER] = body
    return answer(body, fault.status, headers)


def _cut(request: web.Request) -> web.Response:
    """Close the TCP connection; the response returned is never sent (status 499 in the log)."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=499)
