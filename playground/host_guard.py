"""Keeps a local server to itself: other hosts' names and other pages' requests get 403.

A foreign page that makes its own name point at loopback (DNS rebinding) is known by its Host; a
foreign page that sends requests here is known by its Origin. Programs send no Origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def hosts(request: web.Request) -> tuple[str, ...]:
    """Return the Host headers under which this server is rightly addressed."""
    transport = request.transport
    address, port = transport.get_extra_info("sockname")[:2] if transport else ("", 0)
    return tuple(f"{name}:{port}" for name in (address, "localhost"))


def foreign(request: web.Request) -> str | None:
    """Return what is wrong with a request that is not meant for here; None if nothing is."""
    known = hosts(request)
    if request.headers.get("Host") not in known:
        return "This server answers to its own address only."
    origin = request.headers.get("Origin")
    if origin is not None and origin not in [f"http://{host}" for host in known]:
        return "This server takes no requests from other pages."
    return None


@web.middleware
async def at_home(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to what is foreign, before anything counts or notes it."""
    wrong = foreign(request)
    return web.Response(status=403, text=wrong) if wrong else await handler(request)
