"""Who may talk to the page: this machine's own browser, from the page itself, and nobody else.

A foreign page that makes its own name point at loopback (DNS rebinding) is known by its Host; a
foreign page that sends requests here is known by its Origin, or by what Fetch Metadata says of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NAMES = ("127.0.0.1", "localhost")
READING = ("GET", "HEAD")
NEAR = (None, "none", "same-origin")
POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; connect-src 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def hosts(request: web.Request) -> tuple[str, ...]:
    """Return the Host headers under which this server is rightly addressed."""
    transport = request.transport
    port = transport.get_extra_info("sockname")[1] if transport else 0
    return tuple(f"{name}:{port}" for name in NAMES)


def stranger(request: web.Request) -> str | None:
    """Return what is wrong with a request that does not come from the page; None if nothing is."""
    known = hosts(request)
    if request.headers.get("Host") not in known:
        return "This page answers to its own address only."
    origin = request.headers.get("Origin")
    if origin is None and request.method not in READING:
        return "A request that changes something has to say its origin."
    if origin is not None and origin not in [f"http://{host}" for host in known]:
        return "This page takes no requests from other pages."
    arriving = request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if request.headers.get("Sec-Fetch-Site") not in NEAR and not arriving:
        return "This page takes no requests from other pages."
    return None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to strangers."""
    wrong = stranger(request)
    if wrong is not None:
        return web.Response(status=403, text=wrong)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers that keep it at home (a file's own policy stays)."""
    sockets = " ".join(f"ws://{host}" for host in hosts(request))  # 'self' means http alone to some
    for name, value in {"Content-Security-Policy": f"{POLICY} {sockets}", **HEADERS}.items():
        response.headers.setdefault(name, value)


def guarded(**settings: Any) -> web.Application:
    """Return an application with the guard before everything."""
    app = web.Application(middlewares=[guard], **settings)
    app.on_response_prepare.append(add_headers)
    return app
