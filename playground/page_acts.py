"""What the page asks for is done by a Person: the routes of everything that members do."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from aiohttp import web

from playground.messages import Json, Message
from playground.page_state import interaction, modal_json
from playground.person import Person
from playground.refusal import ClientRefused
from playground.reply import Reply
from playground.uploads import Upload
from playground.world import World

TEXT_MOST = 2000
FILES_MOST = 10
BODY_MOST = 128 * 1024 * 1024
WORLD = web.AppKey("world", World)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request of the page: who, what is asked, and the files that came with it."""

    person: Person
    body: Json
    files: dict[str, Upload]

    @property
    def world(self) -> World:
        """The world that it happens in."""
        return self.person.world

    def word(self, key: str, default: str | None = None) -> str:
        """Return a text of the request; HTTP 400 where there is none."""
        said = self.body.get(key, default)
        return said if isinstance(said, str) else _malformed(key)

    def message(self, key: str = "message") -> Message:
        """Return the message that the request names; ClientRefused when it is gone."""
        found = self.world.messages.get(str(self.body.get(key)))
        if found is None:
            raise ClientRefused("This message was deleted.")
        return found

    def value(self, raw: Any) -> Any:
        """Return an option's value: plain, or the file, user, channel or role that it names."""
        if isinstance(raw, list):
            return [self.value(inner) for inner in raw]
        if not isinstance(raw, dict):
            return raw
        return self._named(str(raw.get("kind")), str(raw.get("id")))

    def values(self, key: str = "values") -> Json:
        """Return the values by name."""
        given = self.body.get(key) or {}
        if not isinstance(given, dict):
            _malformed(key)
        return {name: self.value(raw) for name, raw in given.items()}

    def _named(self, kind: str, name: str) -> Any:
        guild = self.person.channel.guild
        roles = {role.id: role for role in guild.roles} if guild else {}
        kinds: dict[str, Any] = {
            "file": self.files, "user": self.world.users,
            "channel": self.world.channels, "role": roles,
        }  # fmt: skip
        if name not in kinds.get(kind, {}):
            raise ClientRefused(f"There is no such {kind}.")
        return kinds[kind][name]


async def command(ask: Ask) -> Json:
    """Send a slash command."""
    return _answer(ask, await ask.person.command(ask.word("name"), **ask.values()))


async def autocomplete(ask: Ask) -> Json:
    """Ask the bot for suggestions."""
    try:
        found = await ask.person.autocomplete(
            ask.word("name"), ask.word("option"), ask.word("text"), **ask.values()
        )
    except TimeoutError as error:
        return {"choices": [], "failed": str(error)}
    return {"choices": found}


async def menu(ask: Ask) -> Json:
    """Use a context menu command on a message or a user."""
    on_user = ask.world.users.get(str(ask.body.get("user")))
    return _answer(ask, await ask.person.menu(ask.word("name"), on_user or ask.message()))


async def press(ask: Ask) -> Json:
    """Press a button."""
    return _answer(ask, await ask.person.press(ask.message(), custom_id=ask.word("custom_id")))


async def select(ask: Ask) -> Json:
    """Choose in a select."""
    values = ask.body.get("values")
    if not isinstance(values, list):
        _malformed("values")
    chosen = ask.value(values)
    return _answer(ask, await ask.person.select(ask.message(), ask.word("custom_id"), chosen))


async def submit(ask: Ask) -> Json:
    """Send a form."""
    source = interaction(ask.world, ask.word("modal"))
    modal = source.modal if source else None
    return _answer(ask, await ask.person.submit(modal, ask.values()))


async def say(ask: Ask) -> Json:
    """Write a message."""
    text, files = ask.word("text", ""), list(ask.files.values())
    if not text.strip() and not files:
        raise ClientRefused("Write something, or attach a file.")
    if len(text) > TEXT_MOST:
        raise ClientRefused(f"A message has at most {TEXT_MOST} characters; this has {len(text)}.")
    if len(files) > FILES_MOST:
        raise ClientRefused(f"A message has at most {FILES_MOST} files.")
    _fit(ask, files)
    text = text.replace(f"@{ask.world.bot.name}", "@bot")
    answered = ask.message("reply_to") if ask.body.get("reply_to") else None
    ping = bool(ask.body.get("ping", True))
    await ask.person.say(text, reply_to=answered, files=files, ping=ping)
    return {}


async def delete(ask: Ask) -> Json:
    """Delete or dismiss a message."""
    await ask.person.delete(ask.message())
    return {}


def _malformed(key: str) -> NoReturn:
    raise web.HTTPBadRequest(text=f"{key} is missing, or not what it should be")


def _fit(ask: Ask, files: list[Upload]) -> None:
    guild = ask.person.channel.guild
    limit = guild.upload_limit if guild else ask.world.settings.dm_limit
    for file in files:
        if len(file.data) > limit:
            raise ClientRefused(f"{file.name} is larger than {limit >> 20} MB.")


def _answer(ask: Ask, reply: Reply) -> Json:
    """Return what the member's client learns: a form, or that nobody answered."""
    modal = modal_json(ask.world, reply.modal) if reply.modal else None
    return {"failed": reply.failed, "modal": modal}


ACTS: dict[str, Callable[[Ask], Awaitable[Json]]] = {
    act.__name__: act for act in (command, autocomplete, menu, press, select, submit, say, delete)
}


async def act(request: web.Request) -> web.Response:
    """POST /act/{name}: multipart with ``payload`` (JSON) and files under the names it uses."""
    doing = ACTS.get(request.match_info["name"])
    if doing is None:
        raise web.HTTPNotFound(text="no such act")
    try:
        answer = await doing(await _read(request))
    except ClientRefused as error:  # no HTTP error: nothing went wrong between page and server
        return web.json_response({"refused": str(error)})
    return web.json_response(answer)


async def _read(request: web.Request) -> Ask:
    form = await request.post()
    world = request.app[WORLD]
    try:
        body = json.loads(str(form["payload"]))
        user, channel = world.users[body["member"]], world.channels[body["channel"]]
    except (KeyError, ValueError, TypeError) as error:
        raise web.HTTPBadRequest(text="member, channel and payload are needed") from error
    if not channel.open_to(user):
        raise ClientRefused(f"{user.name} does not see this channel.")
    files = {
        name: Upload(part.filename, part.file.read())
        for name, part in form.items()
        if isinstance(part, web.FileField)
    }
    return Ask(person=Person(world, user, channel), body=body, files=files)


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.post("/act/{name}", act)]
