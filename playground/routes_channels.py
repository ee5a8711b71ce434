"""Routes about channels, guilds and messages, asked with the bot's token."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from playground import posting
from playground.forms import read_form
from playground.messages import REPLY, Json, Message
from playground.payloads import channel_json, guild_json, member_json, message_json, user_json
from playground.places import (
    ATTACH_FILES,
    EMBED_LINKS,
    MANAGE_MESSAGES,
    READ_HISTORY,
    SEND,
    VIEW,
    Channel,
    Guild,
)
from playground.redaction import MESSAGE_CONTENT, redacted
from playground.refusal import Problem, invalid_form, refusal
from playground.rest import API, Call, endpoint
from playground.uploads import MIB


def _channel(call: Call, needs: int = 0) -> Channel:
    channel = call.world.channels.get(call["channel"])
    if channel is None:
        raise refusal("unknown channel")
    powers = channel.permissions_of(call.world.bot)
    if not powers & VIEW or (channel.guild is None and call.world.settings.user_installed):
        raise refusal("missing access")
    if channel.guild and needs & ~powers:
        raise refusal("missing permissions")
    return channel


def _message(call: Call, channel: Channel) -> Message:
    message = call.world.messages.get(call["message"])
    if message is None or message.channel is not channel or message.ephemeral_to:
        raise refusal("unknown message")
    return message


def _shown(call: Call, message: Message) -> Json:
    full = message_json(call.world, message)
    if call.world.settings.privileged & MESSAGE_CONTENT:
        return full
    return redacted(full, message, call.world.bot)


async def get_channel(call: Call) -> Json:
    """GET /channels/{channel}"""
    return channel_json(_channel(call), call.world.bot)


async def get_guild(call: Call) -> Json:
    """GET /guilds/{guild}"""
    return guild_json(_guild(call), call.world.bot)


def _guild(call: Call) -> Guild:
    guild = call.world.guilds.get(call["guild"])
    if guild is None:
        raise refusal("unknown guild")
    return guild


async def get_member(call: Call) -> Json:
    """GET /guilds/{guild}/members/{user}"""
    guild = _guild(call)
    for user in guild.members:
        if user.id == call["user"]:
            return {**member_json(guild, user), "user": user_json(user)}
    raise refusal("unknown user")


async def open_direct(call: Call) -> Json:
    """POST /users/@me/channels"""
    form = await read_form(call.request, MIB)
    user = call.world.users.get(str(form.payload.get("recipient_id")))
    if user is None or user.bot:
        raise refusal("unknown user")
    return channel_json(call.world.direct(user), call.world.bot)


async def typing(call: Call) -> None:
    """POST /channels/{channel}/typing"""
    _channel(call, SEND)


def _reference(call: Call, channel: Channel, payload: Json) -> Message | None:
    asked = payload.get("message_reference")
    if not asked:
        return None
    found = call.world.messages.get(str(asked.get("message_id")))
    if found is not None and found.channel is channel and not found.ephemeral_to:
        return found
    if asked.get("fail_if_not_exists", True):
        raise invalid_form(
            [
                Problem(
                    path=("message_reference",),
                    message="Unknown message",
                    code="MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
                )
            ]
        )
    return None


async def post_message(call: Call) -> Json:
    """POST /channels/{channel}/messages"""
    channel = _channel(call, SEND)
    world = call.world
    limit = channel.guild.upload_limit if channel.guild else world.settings.dm_limit
    form = await read_form(call.request, limit)
    payload = form.payload
    if form.uploads:
        _channel(call, ATTACH_FILES)
    if channel.recipient and not channel.recipient.dms_open:
        raise refusal("cannot message user")
    posting.check(payload, form.uploads)
    nonce = payload.get("nonce")
    if nonce is not None and payload.get("enforce_nonce"):
        for message in world.in_channel(channel):
            if message.author is world.bot and message.nonce == str(nonce):
                return message_json(world, message)
    if channel.guild and not channel.permissions_of(world.bot) & EMBED_LINKS:
        payload = {key: value for key, value in payload.items() if key != "embeds"}
    reference = _reference(call, channel, payload)
    message = world.post(
        channel,
        world.bot,
        payload,
        form.uploads,
        reference=reference,
        type=REPLY if reference else 0,
        nonce=None if nonce is None else str(nonce),
    )
    return message_json(world, message)


async def get_message(call: Call) -> Json:
    """GET one message"""
    return _shown(call, _message(call, _channel(call, READ_HISTORY)))


async def get_messages(call: Call) -> list[Json]:
    """GET the channel's messages, newest first; before, after, around, limit (1-100)"""
    channel = _channel(call)
    if channel.guild and not channel.permissions_of(call.world.bot) & READ_HISTORY:
        return []
    found = [m for m in call.world.in_channel(channel) if not m.ephemeral_to]
    limit = min(max(int(call.query("limit", "50")), 1), 100)
    if call.query("after"):
        found = [m for m in found if int(m.id) > int(call.query("after"))][:limit]
    elif call.query("around"):
        middle = int(call.query("around"))
        older = [m for m in found if int(m.id) < middle][-(limit // 2) :] if limit > 1 else []
        found = older + [m for m in found if int(m.id) >= middle][: limit - len(older)]
    elif call.query("before"):
        found = [m for m in found if int(m.id) < int(call.query("before"))]
    return [_shown(call, message) for message in reversed(found[-limit:])]


async def patch_message(call: Call) -> Json:
    """PATCH one message of the bot"""
    channel = _channel(call)
    message = _message(call, channel)
    if message.author is not call.world.bot:
        raise refusal("not the author")
    limit = channel.guild.upload_limit if channel.guild else call.world.settings.dm_limit
    form = await read_form(call.request, limit)
    if form.uploads:
        _channel(call, ATTACH_FILES)
    posting.check(form.payload, form.uploads, message)
    return message_json(call.world, call.world.edit(message, form.payload, form.uploads))


async def delete_message(call: Call) -> None:
    """DELETE one message: the bot's own, or another's with Manage Messages"""
    message = _message(call, _channel(call))
    if message.author is not call.world.bot:
        if message.channel.guild is None:
            raise refusal("missing permissions")
        _channel(call, MANAGE_MESSAGES)
    call.world.delete(message)


def routes() -> list[web.RouteDef]:
    """The routes of this module."""
    messages = r"/channels/{channel:\d+}/messages"
    table: list[tuple[str, str, Any]] = [
        ("POST", "/users/@me/channels", open_direct),
        ("GET", r"/guilds/{guild:\d+}", get_guild),
        ("GET", r"/guilds/{guild:\d+}/members/{user:\d+}", get_member),
        ("GET", r"/channels/{channel:\d+}", get_channel),
        ("POST", r"/channels/{channel:\d+}/typing", typing),
        ("GET", messages, get_messages),
        ("POST", messages, post_message),
        ("GET", messages + r"/{message:\d+}", get_message),
        ("PATCH", messages + r"/{message:\d+}", patch_message),
        ("DELETE", messages + r"/{message:\d+}", delete_message),
    ]
    return [web.route(method, API + path, endpoint(function)) for method, path, function in table]
