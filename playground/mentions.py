"""Who is named in a text, and who is really pinged by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from playground.messages import Json, Message
from playground.places import MENTION_EVERYONE, Channel, User

_USER, _ROLE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, kw_only=True)
class Pings:
    """Who is notified by a message."""

    users: tuple[User, ...]
    everyone: bool


def audience(channel: Channel, bot: User) -> Iterable[User]:
    """Everybody who can be mentioned in a channel."""
    if channel.guild:
        return channel.guild.members
    return (bot, *([channel.recipient] if channel.recipient else []))


def pings(message: Message, allowed: Json | None, bot: User) -> Pings:
    """Apply ``allowed_mentions`` (None: everything is allowed) to the message's content.

    Embeds never ping (Discord's page "Allowed Mentions Object").
    """
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    named = set(_USER.findall(message.content))
    listed = {str(i) for i in (allowed or {}).get("users") or ()}
    people = [u for u in audience(message.channel, bot) if u.id in named]
    hit = [u for u in people if "users" in parse or u.id in listed]
    hit += [u for u in _by_role(message, allowed, parse) if u not in hit]
    if message.reference and (allowed or {"replied_user": True}).get("replied_user"):
        hit += [u for u in (message.reference.author,) if u not in hit]
    powers = message.channel.permissions_of(message.author)
    loud = bool(_EVERYONE.search(message.content)) and "everyone" in parse
    return Pings(users=tuple(hit), everyone=loud and bool(powers & MENTION_EVERYONE))


def _by_role(message: Message, allowed: Json | None, parse: set[str]) -> list[User]:
    guild = message.channel.guild
    if guild is None:
        return []
    named = set(_ROLE.findall(message.content))
    if "roles" not in parse:
        named &= {str(i) for i in (allowed or {}).get("roles") or ()}
    return [u for u, roles in guild.role_of.items() if any(role.id in named for role in roles)]
