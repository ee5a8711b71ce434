"""Discord's host of files, played by a test: what it answers, and how late, is the test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from playground.listening import listening
from playground.stage import Stage

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


def kept(stage: Stage, request: web.Request) -> web.Response:
    """The file as Discord would have answered."""
    found = stage.discord.world.shelf.open(request.path, request.query)
    return web.Response(body=found.data) if found else web.Response(status=404)


@asynccontextmanager
async def served(stage: Stage, serve: Serve) -> AsyncIterator[None]:
    """Let links made inside the block lead to ``serve``."""
    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    shelf = stage.discord.world.shelf
    usual = shelf.base
    async with listening(app, 0, "127.0.0.1") as port:
        shelf.base = f"http://127.0.0.1:{port}"
        try:
            yield
        finally:
            shelf.base = usual
