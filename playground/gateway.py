"""Discord's gateway: sessions, shards, heartbeats, events, RESUME with replay."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import WSMsgType, web

from playground.changes import Change
from playground.interactions import Interaction
from playground.messages import Json, Message
from playground.payloads import (
    channel_json,
    guild_json,
    interaction_json,
    member_json,
    message_json,
    user_json,
)
from playground.places import VIEW, Channel, Guild
from playground.redaction import MESSAGE_CONTENT, redacted
from playground.sessions import Link, Session
from playground.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
_PASSIVE = (3, 4, 8, 31)  # presence, voice state, request members, soundboard: heard, no answer
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
_ALL_INTENTS = (1 << 26) - 1


class Gateway:
    """The gateway of one world; its methods make it misbehave on demand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self._links: set[Link] = set()
        self._tellers: dict[str, Callable[[Any], None]] = {
            "message_create": self._created,
            "message_update": self._updated,
            "message_delete": self._deleted,
            "interaction": self._interaction,
            "guild": self._guild,
            "channel": self._channel,
        }

    # on demand

    def _live(self, shard: int | None) -> list[Session]:
        return [s for s in self.sessions.values() if s.link and shard in (None, s.shard[0])]

    def reconnect(self, shard: int | None = None) -> None:
        """Op 7: ask the bot to come back with RESUME."""
        for session in self._live(shard):
            self._to(session).put({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False, shard: int | None = None) -> None:
        """Op 9: the session is over, or may be resumed."""
        for session in self._live(shard):
            self._to(session).put({"op": INVALID, "d": resumable})
            if not resumable:
                self.sessions.pop(session.id, None)

    def close(self, code: int, shard: int | None = None) -> None:
        """Close the connections with this code; 4007 and 4009 also end the session."""
        for session in self._live(shard):
            self._to(session).close(code)
            if code in (4007, 4009):
                self.sessions.pop(session.id, None)

    def drop(self, shard: int | None = None) -> None:
        """Cut the TCP connections."""
        for session in self._live(shard):
            self._to(session).cut()

    @staticmethod
    def _to(session: Session) -> Link:
        assert session.link is not None  # _live gives only those  # noqa: S101
        return session.link

    def connected(self) -> bool:
        """Whether every shard of the bot has a live session."""
        live = self._live(None)
        counts = {session.shard[1] for session in live}
        return any({s.shard[0] for s in live if s.shard[1] == n} == set(range(n)) for n in counts)

    # events

    def hear(self, change: Change) -> None:
        """Turn a change of the world into events."""
        teller = self._tellers.get(change.kind)
        if teller:
            teller(change.subject)

    def _tell(
        self, event: str, guild_id: str | None, needs: int, make: Callable[[Session], Json]
    ) -> None:
        for session in list(self.sessions.values()):
            if session.serves(guild_id) and session.intents & needs == needs:
                session.dispatch(event, make(session))

    def _message(self, event: str, message: Message) -> None:
        if message.ephemeral_to or not message.channel.permissions_of(self.world.bot) & VIEW:
            return
        needs = GUILD_MESSAGES if message.guild_id else DIRECT_MESSAGES
        full = message_json(self.world, message)
        guild = message.channel.guild
        if guild:
            full |= {"guild_id": guild.id, "member": member_json(guild, message.author)}

        def make(session: Session) -> Json:
            if session.intents & MESSAGE_CONTENT:
                return full
            return redacted(full, message, self.world.bot)

        self._tell(event, message.guild_id, needs, make)

    def _created(self, message: Message) -> None:
        self._message("MESSAGE_CREATE", message)

    def _updated(self, message: Message) -> None:
        self._message("MESSAGE_UPDATE", message)

    def _deleted(self, message: Message) -> None:
        if message.ephemeral_to:
            return
        gone = {"id": message.id, "channel_id": message.channel.id}
        if message.guild_id:
            gone["guild_id"] = message.guild_id
        needs = GUILD_MESSAGES if message.guild_id else DIRECT_MESSAGES
        self._tell("MESSAGE_DELETE", message.guild_id, needs, lambda _: gone)

    def _interaction(self, interaction: Interaction) -> None:
        guild = interaction.channel.guild
        payload = interaction_json(self.world, interaction)
        self._tell("INTERACTION_CREATE", guild.id if guild else None, 0, lambda _: payload)

    def _guild(self, guild: Guild) -> None:
        payload = guild_json(guild, self.world.bot)
        self._tell("GUILD_CREATE", guild.id, GUILDS, lambda _: payload)

    def _channel(self, channel: Channel) -> None:
        if channel.guild:
            payload = channel_json(channel, self.world.bot)
            self._tell("CHANNEL_CREATE", channel.guild.id, GUILDS, lambda _: payload)

    # connections

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """GET /gateway: one WebSocket from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=16_384)
        await socket.prepare(request)
        link = Link(socket, request, request.query.get("compress") == "zlib-stream")
        self._links.add(link)
        sender = asyncio.create_task(link.run())
        try:
            await self._converse(link)
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
            self._links.discard(link)
            self._lost(link)
        return socket

    def shut(self) -> None:
        """Cut every connection, because the server ends."""
        for link in list(self._links):
            link.cut()

    def _lost(self, link: Link) -> None:
        for session in list(self.sessions.values()):
            if session.link is link:
                session.link = None
                if link.socket.close_code in (1000, 1001) and not link.closed_here:
                    self.sessions.pop(session.id, None)
        self.world.changes.publish("session", None)

    async def _converse(self, link: Link) -> None:
        beat = self.world.settings.heartbeat_seconds
        link.put({"op": HELLO, "d": {"heartbeat_interval": int(beat * 1000)}})
        session: Session | None = None
        async for payload in self._payloads(link, beat * 2):
            op, data = payload.get("op"), payload.get("d") or {}
            if op == HEARTBEAT:
                link.put({"op": ACK})
            else:
                self.world.wire.note(f"<< op {op}", "", data)
                session = self._answer(link, session, op, data)

    def _answer(self, link: Link, session: Session | None, op: Any, data: Json) -> Session | None:
        """Act on what the bot said; the session that the connection has from now on."""
        if op == RESUME:
            return self._resume(link, data)
        if op == IDENTIFY and session is None:
            return self._identify(link, data)
        if op == IDENTIFY:
            link.close(4005)
        elif session is None:
            link.close(4003)
        elif op not in _PASSIVE:
            link.close(4001)
        return session

    async def _payloads(self, link: Link, patience: float) -> AsyncIterator[Json]:
        """What the bot says until the connection ends; silence beyond ``patience`` ends it."""
        while True:
            try:
                message = await link.socket.receive(timeout=patience)
            except TimeoutError:
                await link.socket.close(code=4009)
                return
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            try:
                yield dict(json.loads(message.data))
            except (ValueError, TypeError):
                link.close(4002)

    def _identify(self, link: Link, data: Json) -> Session | None:
        index, count = data.get("shard") or (0, 1)
        intents = int(data.get("intents") or 0)
        refused = (
            4004
            if data.get("token") != self.world.token
            else 4010
            if not 0 <= index < count
            else 4013
            if intents & ~_ALL_INTENTS
            else 4014
            if intents & PRIVILEGED & ~self.world.settings.privileged
            else None
        )
        if refused:
            link.close(refused)
            return None
        self._forget((index, count))
        session = Session((index, count), intents, self.world)
        session.link = link
        self.sessions[session.id] = session
        self.identified += 1
        self._welcome(session)
        self.world.changes.publish("session", session)
        return session

    def _forget(self, shard: tuple[int, int]) -> None:
        """Sessions of that shard which nobody holds any more end when it identifies anew."""
        for old in list(self.sessions.values()):
            if old.shard == shard and old.link is None:
                del self.sessions[old.id]

    def _welcome(self, session: Session) -> None:
        mine = [g for g in self.world.guilds.values() if session.serves(g.id)]
        address = f"ws://{self._to(session).request.host}/gateway"
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": user_json(self.world.bot),
                "session_id": session.id,
                "resume_gateway_url": address,
                "shard": list(session.shard),
                "session_type": "normal",
                "guilds": [{"id": guild.id, "unavailable": True} for guild in mine],
                "application": {"id": self.world.application_id, "flags": 0},
                "private_channels": [],
                "relationships": [],
                "user_settings": {},
            },
        )
        for guild in mine if session.intents & GUILDS else []:
            session.dispatch("GUILD_CREATE", guild_json(guild, self.world.bot))

    def _resume(self, link: Link, data: Json) -> Session | None:
        if data.get("token") != self.world.token:
            link.close(4004)
            return None
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            link.put({"op": INVALID, "d": False})
            return None
        session.link = link
        for payload in session.replay:
            if payload["s"] > int(data.get("seq") or 0):
                link.put(payload)
        self.resumed += 1
        session.dispatch("RESUMED", {})
        self.world.changes.publish("session", session)
        return session
