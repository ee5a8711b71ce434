"""What an open page is told, over a WebSocket: first everything, then each change.

A browser has six connections to a host for everything else, and a WebSocket is none of them: with
server-sent events the seventh open tab waited for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from playground import page_state
from playground.changes import Change
from playground.first import first
from playground.messages import Json, Message
from playground.page_panel import Panel
from playground.person import Person
from playground.places import User
from playground.world import World

TICK = 0.4  # seconds between looks at what tells nobody of its changes
GATHER = 0.02  # seconds in which several changes become one event
MESSAGES = ("message_create", "message_update", "message_delete")
WHOLE = ("commands", "guild", "channel")


class Feed:
    """One page's view: gathers what changed, so that a slow page is told the latest state only."""

    def __init__(self, world: World, me: User, panel: Panel) -> None:
        self._world = world
        self._me = me
        self._panel = panel
        self._dirty: dict[str, Message] = {}
        self._whole = True
        self._wire = 0
        self._last: Json | None = None
        self._wake = asyncio.Event()

    def hear(self, change: Change) -> None:
        """Note a change of the world."""
        if change.kind in MESSAGES:
            self._dirty[change.subject.id] = change.subject
        elif change.kind in WHOLE:
            self._whole = True
        else:
            return
        self._wake.set()

    async def events(self) -> AsyncIterator[tuple[str, Any]]:
        """Yield the events' names and bodies, for ever."""
        while True:
            for event in self._changed():
                yield event
            for event in await self._panel_changed():
                yield event
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(TICK):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
        await asyncio.sleep(GATHER)

    def _changed(self) -> list[tuple[str, Any]]:
        dirty, self._dirty = list(self._dirty.values()), {}
        if self._whole:
            self._whole = False
            return [("state", page_state.state(self._world, self._me))]
        return [self._message(message) for message in dirty]

    def _message(self, message: Message) -> tuple[str, Any]:
        if Person(self._world, self._me, message.channel).sees(message):
            return "message", page_state.shown(self._world, self._me, message)
        return "gone", {"id": message.id, "channel_id": message.channel.id}

    async def _panel_changed(self) -> list[tuple[str, Any]]:
        events: list[tuple[str, Any]] = []
        lines = self._panel.wire.after(self._wire)
        if lines:
            self._wire = lines[-1]["n"]
            events.append(("wire", lines))
        now = await self._panel.now()
        if now != self._last:
            events += [] if self._last else [("terms", self._panel.fixed())]
            self._last = now
            events.append(("panel", now))
        return events


async def stream(request: web.Request, world: World, panel: Panel) -> web.WebSocketResponse:
    """GET /feed?member=…: the events of that member's page until it goes away."""
    cast = page_state.cast(world)
    me = next((user for user in cast if user.id == request.query.get("member")), cast[0])
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    feed = Feed(world, me, panel)
    with world.changes.listening(feed.hear):
        await first(_tell(socket, feed), _goes(socket))
    return socket


async def _tell(socket: web.WebSocketResponse, feed: Feed) -> None:
    with contextlib.suppress(ConnectionError):
        async for event in feed.events():
            await socket.send_str(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


async def _goes(socket: web.WebSocketResponse) -> None:
    """Wait until the page goes away; it says nothing before."""
    async for _ in socket:
        pass
