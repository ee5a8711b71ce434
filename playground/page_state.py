"""The world as JSON, as one member sees it. No I/O, no decisions about what members may do."""

from __future__ import annotations

from typing import Any

from playground.command_rules import CHAT, MESSAGE_MENU, USER_MENU
from playground.interactions import COMMAND, Interaction
from playground.messages import Json, Message
from playground.modal import Modal
from playground.payloads import message_json
from playground.person import Person
from playground.places import MANAGE_MESSAGES, Channel, Guild, User
from playground.uploads import Attachment
from playground.world import World

SHOWN = 200  # messages of a channel that a page is given when it opens
LINKS = ("url", "proxy_url", "icon_url")


def state(world: World, me: User) -> Json:
    """Return everything that a page needs to show what ``me`` sees."""
    direct = world.direct(me)
    mine = [guild for guild in world.guilds.values() if me in guild.members]
    places = [direct, *(channel for guild in mine for channel in guild.channels)]
    open_places = [channel for channel in places if channel.open_to(me)]
    return {
        "me": me.id,
        "bot": world.bot.id,
        "users": {user.id: user_json(world, user) for user in world.users.values()},
        "cast": [user.id for user in cast(world)],
        "guilds": [guild_json(guild, me) for guild in mine],
        "direct": {"id": direct.id, "name": world.bot.name},
        "commands": {
            "direct": commands(world, me, direct),
            **{guild.id: commands(world, me, guild.channels[0]) for guild in mine},
        },
        "messages": {channel.id: messages(world, me, channel) for channel in open_places},
    }


def cast(world: World) -> list[User]:
    """Return the people whom the page can play: everybody but the bots and the owner."""
    return [user for user in world.users.values() if not user.bot and user is not world.owner]


def user_json(world: World, user: User) -> Json:
    """Return a user, and whether they are staff anywhere."""
    staff = any(
        guild.permissions_of(user) & MANAGE_MESSAGES
        for guild in world.guilds.values()
        if user in guild.members
    )
    return {"id": user.id, "name": user.name, "bot": user.bot, "staff": staff and not user.bot}


def guild_json(guild: Guild, me: User) -> Json:
    """Return a server with the channels that the member sees."""
    return {
        "id": guild.id,
        "name": guild.name,
        "channels": [{"id": c.id, "name": c.name} for c in guild.channels if c.open_to(me)],
        "members": [user.id for user in guild.members],
        "roles": [{"id": role.id, "name": role.name} for role in guild.roles],
    }


def commands(world: World, me: User, channel: Channel) -> Json:
    """Return the commands that the member's client offers there, by kind."""
    person = Person(world, me, channel)
    kinds = {"slash": CHAT, "message": MESSAGE_MENU, "user": USER_MENU}
    return {name: person.commands(kind) for name, kind in kinds.items()}


def messages(world: World, me: User, channel: Channel) -> list[Json]:
    """Return the last messages that the member sees there, oldest first."""
    seen = Person(world, me, channel).messages()[-SHOWN:]
    return [shown(world, me, message) for message in seen]


def shown(world: World, me: User, message: Message) -> Json:
    """Return one message for the member's screen; files lead to the page itself."""
    answer: Json = _homeward(world, message_json(world, message))
    _describe(answer["embeds"], message)
    staff = message.channel.permissions_of(me) & MANAGE_MESSAGES and message.channel.guild
    return answer | {
        "private": message.ephemeral_to is not None,
        "loading": message.loading,
        "used": _used(world, message),
        "pinged": message.pinged_everyone or me in message.pinged,
        "deletable": bool(message.author is me or message.ephemeral_to is me or staff),
    }


def _describe(embeds: list[Json], message: Message) -> None:
    """Give the pictures in embeds the alt text that their files were sent with."""
    texts = {file_link(file): file.description for file in message.attachments}
    for embed in embeds:
        for key in ("image", "thumbnail"):
            if texts.get(embed.get(key, {}).get("url")):
                embed[key]["description"] = texts[embed[key]["url"]]


def _used(world: World, message: Message) -> Json | None:
    """Return who used which command to get this message."""
    if not message.metadata:
        return None
    source = interaction(world, message.metadata["id"])
    if source is None or source.type != COMMAND:
        return None
    return {"user": source.user.id, "name": source.data["name"], "type": source.data["type"]}


def interaction(world: World, interaction_id: str) -> Interaction | None:
    """Return the interaction of that id; pages know ids and never a token."""
    for known in reversed(world.interactions.values()):
        if known.id == interaction_id:
            return known
    return None


def modal_json(world: World, modal: Modal) -> Json:
    """Return a form, with the pictures that it is about (to paint over)."""
    return {
        "id": modal.source.id,
        "title": modal.title,
        "components": modal.components,
        "pictures": [file_link(picture) for picture in _pictures(world, modal.source)],
    }


def _pictures(world: World, source: Interaction) -> list[Attachment]:
    target = source.message or world.messages.get(str(source.data.get("target_id")))
    files = list(target.attachments) if target else []
    for file_id in source.data.get("resolved", {}).get("attachments", {}):
        kept = world.shelf.get(file_id)
        files += [kept] if kept else []
    return [file for file in files if file.size_px]


def file_link(attachment: Attachment) -> str:
    """Return where the page itself serves a file; always the same, so that nothing reloads."""
    return f"/files/{attachment.id}/{attachment.filename}"


def _homeward(world: World, value: Any) -> Any:
    """Copy a JSON value with the local Discord's file links made the page's own."""
    if isinstance(value, list):
        return [_homeward(world, inner) for inner in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _homeward(world, inner) for key, inner in value.items()}
    for key in LINKS:
        link = copied.get(key)
        if isinstance(link, str) and link.startswith(world.shelf.base + "/"):
            place = link.removeprefix(world.shelf.base).split("?")[0].split("/")
            copied[key] = "/files/" + "/".join(place[3:5])
    return copied
