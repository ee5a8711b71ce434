"""A web application that listens on loopback for the length of a ``with`` block."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class PortTaken(Exception):
    """Nobody can listen there; says at which port, and why."""


@asynccontextmanager
async def listening(app: web.Application, port: int, *hosts: str) -> AsyncIterator[int]:
    """Serve the application at every host on one port (0 picks a free one); yield the port.

    Raises PortTaken. Handlers that still run at the end are cancelled after a moment.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        for host in hosts:
            try:
                await web.TCPSite(runner, host, port).start()
            except (OSError, OverflowError) as error:  # no such port is an OverflowError
                raise PortTaken(f"Port {port} cannot be used ({error})") from error
            port = port or int(runner.addresses[0][1])
        yield port
    finally:
        await runner.cleanup()
