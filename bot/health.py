"""Whether the process is well, for a container's health check and for a graph: two plain pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from aiohttp import web

from bot.complaint import one_line
from bot.errors import StartError
from storage import audit
from storage.database import Database
from storage.errors import Unavailable


@asynccontextmanager
async def serving(port: int, database: Database, client: discord.Client) -> AsyncIterator[None]:
    """Serve ``/healthz`` and ``/metrics`` on the port while the block runs; 0 serves nothing.

    Raises StartError where the port cannot be had.
    """
    if not port:
        yield
        return
    pages = _Pages(database, client)
    app = web.Application()
    app.add_routes([web.get("/healthz", pages.health), web.get("/metrics", pages.metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "0.0.0.0", port).start()  # noqa: S104 - a container's own port
    except OSError as error:
        raise StartError(f"HEALTH_PORT: {port} cannot be had: {one_line(error)}") from error


class _Pages:
    def __init__(self, database: Database, client: discord.Client) -> None:
        self._database = database
        self._client = client

    async def health(self, _: web.Request) -> web.Response:
        """200 while the gateway is connected and the database answers, else 503 with the reason."""
        if not self._client.is_ready():
            return web.Response(status=503, text="not connected to Discord\n")
        try:
            await self._database.run(audit.counts())
        except Unavailable:
            return web.Response(status=503, text="the database does not answer\n")
        return web.Response(text="ok\n")

    async def metrics(self, _: web.Request) -> web.Response:
        """Jobs by state and the gateway's latency, in the Prometheus text format."""
        try:
            counts = await self._database.run(audit.counts())
        except Unavailable:
            return web.Response(status=503)
        lines = [f'pixazo_bot_jobs{{state="{state}"}} {n}' for state, n in sorted(counts.items())]
        lines.append(f"pixazo_bot_gateway_latency_seconds {self._client.latency:.3f}")
        return web.Response(text="\n".join(lines) + "\n")
