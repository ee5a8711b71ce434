"""Starting the bot outside of a stage: to its end, and against servers that are not Discord's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from playground.listening import listening
from playground.process import BotProcess

GOOD = {"DISCORD_TOKEN": "a-token", "PIXAZO_API_KEY": "a-key", "DATABASE_URL": "sqlite:///bot.db"}
PAGE = "<!DOCTYPE html>\n<html>\n<head><title>Attention</title></head>\n</html>\n"
ME = {"id": "1", "username": "bot", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": "1",
    "name": "bot",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": {**ME, "id": "2"},
}
GATEWAY = {
    "url": "ws://127.0.0.1:1/",
    "shards": 1,
    "session_start_limit": {
        "total": 9,
        "remaining": 9,
        "reset_after": 1,
        "max_concurrency": 1,
    },
}
KNOWN = {"/users/@me": ME, "/oauth2/applications/@me": APPLICATION, "/gateway/bot": GATEWAY}


@asynccontextmanager
async def started(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[BotProcess]:
    """A bot with what it needs and these settings, which is gone at the end of the block."""
    bot = BotProcess(folder=folder, settings={**GOOD, **settings}, arguments=arguments)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.running:
            await bot.kill()


async def ended(folder: Path, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    """Run the bot until it ends: its status, and the lines of its output that are no log lines."""
    async with started(folder, *arguments, **settings) as bot:
        return await bot.ended(), said(bot)


def said(bot: BotProcess) -> list[str]:
    """The lines of its output that are no log lines; among them is no traceback."""
    assert "Traceback" not in bot.log
    return [line for line in bot.log.splitlines() if not line.startswith("20")]


@dataclass(kw_only=True)
class Odd:
    """A server that logs everybody in, but answers one path as no Discord does.

    ``after`` is how often that path is answered well before.
    """

    path: str
    status: int = 200
    body: str = PAGE
    headers: dict[str, str] = field(default_factory=dict)
    act: str = "answer"
    after: int = 0
    url: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer as Discord, or in the odd way."""
        path = request.path.removeprefix("/api")
        if not path.endswith(self.path) or self.after:
            self.after -= path.endswith(self.path)
            return _json(json.dumps(KNOWN.get(path, [])))
        self.asked.set()
        if self.act == "hang":
            await asyncio.Event().wait()
        if self.act == "drop" and request.transport:
            request.transport.abort()
        if self.body.startswith("{"):
            return _json(self.body, self.status, self.headers)
        return web.Response(status=self.status, text=self.body, content_type="text/html")


def _json(body: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the very type that discord.py looks for."""
    kind = {"Content-Type": "application/json"}
    return web.Response(status=status, body=body.encode(), headers={**kind, **(headers or {})})


@asynccontextmanager
async def serving(odd: Odd) -> AsyncIterator[str]:
    """Serve it on loopback; yields its address, as DISCORD_API_URL takes it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", odd.answer)
    async with listening(app, 0, "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}/api"
