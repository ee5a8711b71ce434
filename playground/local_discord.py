"""A Discord on this machine: REST, gateway and files on one loopback port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from playground import routes_application, routes_channels, routes_interactions
from playground.faultbox import FaultBox
from playground.gateway import Gateway
from playground.host_guard import at_home
from playground.person import Person
from playground.places import Channel
from playground.rest import API, FAULTS, WORLD, border
from playground.uploads import MIB
from playground.wirelog import WireLog
from playground.world import World


class LocalDiscord:
    """The running server. ``url`` is the REST base that the bot gets as DISCORD_API_URL."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.gateway = Gateway(world)
        self.faults = FaultBox()
        self.origin = ""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, port: int = 0, world: World | None = None
    ) -> AsyncIterator[LocalDiscord]:
        """Serve a world (the furnished one by default) on 127.0.0.1; port 0 picks a free one."""
        discord = cls(world or World.furnished())
        runner = web.AppRunner(discord._application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            host, bound = runner.addresses[0][:2]
            discord.origin = discord.world.shelf.base = f"http://{host}:{bound}"
            with discord.world.changes.listening(discord.gateway.hear):
                yield discord
        finally:
            discord.gateway.shut()
            await runner.cleanup()

    @property
    def url(self) -> str:
        """The REST base, without a slash at the end."""
        return self.origin + API

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def application_id(self) -> str:
        """The application's id."""
        return self.world.application_id

    @property
    def wire(self) -> WireLog:
        """What went over the wire."""
        return self.world.wire

    def person(self, name: str, channel: Channel | None = None, *, dm: bool = False) -> Person:
        """A member in a channel (default: the first one), or in a direct talk with the bot."""
        user = self.world.user(name)
        if dm:
            return Person(self.world, user, self.world.direct(user))
        where = channel or next(c for c in self.world.channels.values() if c.guild)
        if where.guild and user not in where.guild.members:
            where.guild.join(user)
        return Person(self.world, user, where)

    async def commands_synced(self, timeout: float = 45.0) -> None:  # noqa: ASYNC109
        """Wait until every shard of the bot is connected and commands are there."""
        await self.world.changes.when(
            lambda: self.gateway.connected() and any(self.world.commands.values()),
            timeout=timeout,
            explain=lambda: (
                f"connected: {self.gateway.connected()}, commands: "
                f"{[c['name'] for cs in self.world.commands.values() for c in cs]}"
            ),
        )

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[at_home, border], client_max_size=512 * MIB)
        app[WORLD] = self.world
        app[FAULTS] = self.faults
        for module in (routes_application, routes_channels, routes_interactions):
            app.add_routes(module.routes())
        app.router.add_get("/gateway", self.gateway.handle)
        for folder in ("attachments", "ephemeral-attachments"):
            app.router.add_get(f"/{folder}/{{place}}/{{id}}/{{name}}", self._file)
        return app

    async def _file(self, request: web.Request) -> web.Response:
        """The CDN: 404 for a link that is wrong or too old, and for a file that is gone."""
        attachment = self.world.shelf.open(request.path, request.query)
        if attachment is None:
            return web.Response(status=404, text="This content is no longer available.")
        kind = attachment.content_type or "application/octet-stream"
        return web.Response(body=attachment.data, content_type=kind)
