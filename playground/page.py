"""The playground in a browser: serves the page and its files on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from playground import page_acts, page_feed
from playground.bot_switch import BotSwitch
from playground.listening import listening
from playground.page_files import Files
from playground.page_guard import guarded
from playground.page_panel import Panel
from playground.page_wire import WireTail
from playground.places import MANAGE_GUILD, MANAGE_MESSAGES
from playground.stage import Stage
from playground.world import World

HOST = "127.0.0.1"
STATIC = Path(__file__).with_name("static")


@asynccontextmanager
async def opened(stage: Stage, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the page for this stage; yields its address. Port 0 picks a free one."""
    world = stage.discord.world
    world.wire.secrets.append(stage.pixazo.terms.key)
    promote(world)
    files = Files(world)
    with WireTail.following(world) as wire, world.changes.listening(files.hear):
        app = application(world, Panel(stage, wire, BotSwitch(stage)), files)
        async with listening(app, port, HOST) as bound:
            yield f"http://{HOST}:{bound}"


def promote(world: World, staff: str = "Mo") -> None:
    """Let the staff member manage the servers too, so that their settings can be tried."""
    for guild in world.guilds.values():
        guild.join(world.user(staff), MANAGE_MESSAGES | MANAGE_GUILD)


def application(world: World, panel: Panel, files: Files) -> web.Application:
    """Return the page's application."""

    async def feed(request: web.Request) -> web.StreamResponse:
        return await page_feed.stream(request, world, panel)

    app = guarded(client_max_size=page_acts.BODY_MOST)
    app[page_acts.WORLD] = world
    app.add_routes([*page_acts.routes(), *panel.routes()])
    app.router.add_get("/", _index)
    app.router.add_get("/feed", feed)
    app.router.add_get(r"/files/{id:\d+}/{name}", files.handle)
    app.router.add_static("/static", STATIC)
    return app


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")
