"""The host where the local gateway's pictures lie: another address than the gateway's.

The first part of a link's path is a road, and each road behaves in its own way.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from playground.host_guard import at_home
from playground.listening import listening

HOST = "127.0.0.1"
PRIVATE = "127.0.0.2"  # an address that nobody names as a host of results
KEPT = 1000
HUGE = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A picture's file and its Content-Type."""

    data: bytes
    content_type: str


class Results:
    """Keeps the latest pictures and serves them by link.

    ``trespasses`` lists the paths that were asked for at the private address.
    """

    def __init__(self, *, slow: float = 1.0) -> None:
        self.url = ""
        self.trespasses: list[str] = []
        self._slow = slow
        self._files: OrderedDict[str, Drawn] = OrderedDict()
        self._roads: dict[str, Callable[[web.Request, Drawn], Awaitable[web.StreamResponse]]] = {
            "results": self._plain,
            "slow": self._slowly,
            "huge": self._hugely,
            "away": self._away,
            "gone": self._gone,
        }

    async def open(self, stack: AsyncExitStack, *, trap: bool) -> None:
        """Listen on loopback until the stack closes; a trap listens at the private address too."""
        app = web.Application(middlewares=[at_home])
        app.router.add_get("/{road}/{name}", self._serve)
        hosts = (HOST, PRIVATE) if trap else (HOST,)
        port = await stack.enter_async_context(listening(app, 0, *hosts))
        self.url = f"http://{HOST}:{port}"

    def keep(self, name: str, drawn: Drawn, *, road: str = "results", private: bool = False) -> str:
        """Keep a picture under that name and return its link."""
        self._files[name] = drawn
        while len(self._files) > KEPT:
            self._files.popitem(last=False)
        base = self.url.replace(HOST, PRIVATE) if private else self.url
        return f"{base}/{road}/{name}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.host.startswith(PRIVATE):
            self.trespasses.append(request.path)
        drawn = self._files.get(request.match_info["name"])
        road = self._roads.get(request.match_info["road"])
        if drawn is None or road is None:
            return web.Response(status=404, text="Not found")
        return await road(request, drawn)

    async def _plain(self, request: web.Request, drawn: Drawn) -> web.StreamResponse:
        return web.Response(body=drawn.data, headers={"Content-Type": drawn.content_type})

    async def _slowly(self, request: web.Request, drawn: Drawn) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": drawn.content_type})
        answer.content_length = len(drawn.data)
        await answer.prepare(request)
        piece = max(1, -(-len(drawn.data) // 10))
        for start in range(0, len(drawn.data), piece):
            await asyncio.sleep(self._slow / 10)
            if not await _sent(answer, drawn.data[start : start + piece]):
                break
        return answer

    async def _hugely(self, request: web.Request, drawn: Drawn) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": drawn.content_type})
        await answer.prepare(request)
        block = bytes(64 * 1024)
        going = await _sent(answer, drawn.data)
        for _ in range(HUGE // len(block)):
            going = going and await _sent(answer, block)
            if not going:
                break
        return answer

    async def _away(self, request: web.Request, drawn: Drawn) -> web.StreamResponse:
        private = self.url.replace(HOST, PRIVATE)
        name = request.match_info["name"]
        return web.Response(status=302, headers={"Location": f"{private}/results/{name}"})

    async def _gone(self, request: web.Request, drawn: Drawn) -> web.StreamResponse:
        return web.Response(status=404, text="Not found")


async def _sent(answer: web.StreamResponse, data: bytes) -> bool:
    """Send a piece; False where the other side has gone, which is its good right."""
    try:
        await answer.write(data)
    except ConnectionError:
        return False
    return True
