"""One bot shard seen from Discord: its connection, and the session that outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import zlib
from collections import deque
from typing import Any

from aiohttp import web

from playground.messages import Json
from playground.snowflakes import shard_of
from playground.world import World

DISPATCH = 0
_REPLAY = 1_000


class Link:
    """One WebSocket: what is put in is sent in order by a task of the connection."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, packed: bool) -> None:
        self.socket = socket
        self.request = request
        self._packer = zlib.compressobj() if packed else None
        self._outbox: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.closed_here = False

    def put(self, payload: Json) -> None:
        """Send a payload after all that was put in before."""
        self._outbox.put_nowait(("send", payload))

    def close(self, code: int) -> None:
        """Close with this code after all that was put in before."""
        self.closed_here = True
        self._outbox.put_nowait(("close", code))

    def cut(self) -> None:
        """Cut the TCP connection at once."""
        self.closed_here = True
        if self.request.transport:
            self.request.transport.abort()

    async def run(self) -> None:
        """Send until cancelled or closed."""
        with contextlib.suppress(ConnectionError):
            while True:
                what, value = await self._outbox.get()
                if what == "close":
                    await self.socket.close(code=value)
                    return
                await self._send(json.dumps(value))

    async def _send(self, text: str) -> None:
        if self._packer is None:
            await self.socket.send_str(text)
        else:
            packed = self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)


class Session:
    """What the gateway remembers of one shard of one process, over reconnects."""

    def __init__(self, shard: tuple[int, int], intents: int, world: World) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.sequence = 0
        self.link: Link | None = None
        self.replay: deque[Json] = deque(maxlen=_REPLAY)
        self._world = world

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it for a RESUME."""
        self.sequence += 1
        payload = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.replay.append(payload)
        kept = "" if self.link else " (kept for RESUME)"
        self._world.wire.note(f">> {event}", f"shard {self.shard[0]}{kept}", data)
        if self.link:
            self.link.put(payload)

    def serves(self, guild_id: str | None) -> bool:
        """Whether events of that guild (None: direct messages) belong to this shard."""
        return shard_of(guild_id, self.shard[1]) == self.shard[0]
