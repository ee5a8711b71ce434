"""Who may talk to the page: this machine's own browser, from the page itself, and nobody else.

Beyond Host and Origin it asks what Fetch Metadata says, and lets nothing change that has no Origin.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from playground.host_guard import Handler, foreign, hosts

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


def stranger(request: web.Request) -> str | None:
    """Return what is wrong with a request that does not come from the page; None if nothing is."""
    wrong = foreign(request)
    if wrong is not None:
        return wrong
    if "Origin" not in request.headers and request.method not in READING:
        return "A request that changes something has to say its origin."
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
