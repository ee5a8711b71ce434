"""Routes about the application itself: who am I, the gateway's address, the commands."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from playground.command_rules import CHAT, set_problems
from playground.forms import read_form
from playground.messages import Json
from playground.payloads import application_json, user_json
from playground.refusal import refusal
from playground.rest import API, Call, endpoint
from playground.rules import demand
from playground.uploads import MIB

_KEPT = (
    "name",
    "type",
    "description",
    "options",
    "contexts",
    "integration_types",
    "nsfw",
    "default_member_permissions",
    "name_localizations",
    "description_localizations",
    "dm_permission",
)


def gateway_url(call: Call) -> str:
    """The WebSocket address of this very server."""
    return f"ws://{call.request.host}/gateway"


async def gateway(call: Call) -> Json:
    """GET /gateway"""
    return {"url": gateway_url(call)}


async def gateway_bot(call: Call) -> Json:
    """GET /gateway/bot"""
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 16}
    return {
        "url": gateway_url(call),
        "shards": call.world.settings.recommended_shards,
        "session_start_limit": limit,
    }


async def me(call: Call) -> Json:
    """GET /users/@me"""
    return {
        **user_json(call.world.bot),
        "verified": True,
        "mfa_enabled": False,
        "locale": "en-US",
        "flags": 0,
        "email": None,
    }


async def user(call: Call) -> Json:
    """GET /users/{user}"""
    found = call.world.users.get(call["user"])
    if found is None:
        raise refusal("unknown user")
    return user_json(found)


async def application(call: Call) -> Json:
    """GET /applications/@me and /oauth2/applications/@me"""
    return application_json(call.world)


def _scope(call: Call) -> str | None:
    if call["application"] != call.world.application_id:
        raise refusal("unknown application")
    guild = call.request.match_info.get("guild")
    if guild is not None and guild not in call.world.guilds:
        raise refusal("unknown guild")
    return guild


def _stored(call: Call, command: Json, before: list[Json]) -> Json:
    """A command as Discord keeps it: its id stays while its type and name stay."""
    kept = {key: command[key] for key in _KEPT if key in command}
    kept.setdefault("type", CHAT)
    kept.setdefault("description", "")
    kept["options"] = kept.get("options") or []
    powers = kept.get("default_member_permissions")
    kept["default_member_permissions"] = None if powers is None else str(powers)
    same = [c for c in before if (c["type"], c["name"]) == (kept["type"], kept["name"])]
    kept["id"] = same[0]["id"] if same else call.world.ids.next()
    guild = call.request.match_info.get("guild")
    return {
        **kept,
        "application_id": call.world.application_id,
        "version": call.world.ids.next(),
        **({"guild_id": guild} if guild else {}),
    }


async def get_commands(call: Call) -> list[Json]:
    """GET the commands of a scope"""
    return call.world.commands.get(_scope(call), [])


async def put_commands(call: Call) -> list[Json]:
    """PUT: the whole set of a scope is replaced"""
    scope = _scope(call)
    commands = (await read_form(call.request, MIB)).payload
    demand(set_problems(commands))
    before = call.world.commands.get(scope, [])
    call.world.commands[scope] = [_stored(call, command, before) for command in commands]
    call.world.command_puts += 1
    call.world.changes.publish("commands", scope)
    return call.world.commands[scope]


async def post_command(call: Call) -> Json:
    """POST: one command is added, or replaced where type and name are the same"""
    scope = _scope(call)
    command = (await read_form(call.request, MIB)).payload
    before = call.world.commands.get(scope, [])
    fresh = _stored(call, command, before)
    others = [c for c in before if c["id"] != fresh["id"]]
    demand(set_problems([*others, fresh]))
    call.world.commands[scope] = [*others, fresh]
    call.world.changes.publish("commands", scope)
    return fresh


def _command(call: Call, scope: str | None) -> Json:
    for command in call.world.commands.get(scope, []):
        if command["id"] == call["command"]:
            return command
    raise refusal("unknown command")


async def get_command(call: Call) -> Json:
    """GET one command"""
    return _command(call, _scope(call))


async def patch_command(call: Call) -> Json:
    """PATCH one command"""
    scope = _scope(call)
    old = _command(call, scope)
    changed = {**old, **(await read_form(call.request, MIB)).payload}
    others = [c for c in call.world.commands[scope] if c is not old]
    demand(set_problems([*others, changed]))
    fresh = {**_stored(call, changed, [old]), "id": old["id"]}
    call.world.commands[scope] = [*others, fresh]
    call.world.changes.publish("commands", scope)
    return fresh


async def delete_command(call: Call) -> None:
    """DELETE one command"""
    scope = _scope(call)
    call.world.commands[scope].remove(_command(call, scope))
    call.world.changes.publish("commands", scope)


def routes() -> list[web.RouteDef]:
    """The routes of this module."""
    table: list[tuple[str, str, Any, bool]] = [
        ("GET", "/gateway", gateway, False),
        ("GET", "/gateway/bot", gateway_bot, True),
        ("GET", "/users/@me", me, True),
        ("GET", r"/users/{user:\d+}", user, True),
        ("GET", "/applications/@me", application, True),
        ("GET", "/oauth2/applications/@me", application, True),
    ]
    for where in ("", r"/guilds/{guild}"):
        base = rf"/applications/{{application:\d+}}{where}/commands"
        one = base + r"/{command:\d+}"
        table += [
            ("GET", base, get_commands, True),
            ("PUT", base, put_commands, True),
            ("POST", base, post_command, True),
            ("GET", one, get_command, True),
            ("PATCH", one, patch_command, True),
            ("DELETE", one, delete_command, True),
        ]
    return [
        web.route(method, API + path, endpoint(function, bot_only=bot_only))
        for method, path, function, bot_only in table
    ]
