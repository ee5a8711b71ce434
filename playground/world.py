"""Everything there is in the local Discord, and the few ways in which it changes."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from playground import posting
from playground.changes import Changes
from playground.interactions import Interaction
from playground.messages import EPHEMERAL, LOADING, Json, Message
from playground.places import MANAGE_MESSAGES, Channel, Guild, Role, User
from playground.refusal import refusal
from playground.snowflakes import Snowflakes
from playground.uploads import DEFAULT_LIMIT, Shelf, Upload
from playground.wirelog import TOKEN_START, WireLog


@dataclass(kw_only=True)
class Settings:
    """What a test may change. Times in seconds.

    ``privileged`` is the set of privileged intents switched on in the portal (bits). Without
    ``resolved`` a reply comes without the message that it answers, as Discord may send it.
    """

    ack_seconds: float = 3.0
    token_seconds: float = 900.0
    heartbeat_seconds: float = 41.25
    recommended_shards: int = 1
    privileged: int = 0
    dm_limit: int = DEFAULT_LIMIT
    user_installed: bool = False
    resolved: bool = True


class World:
    """Guilds, people, channels, messages, commands and interactions of one application."""

    def __init__(self, *, bot_name: str = "Pixbot") -> None:
        self.settings = Settings()
        self.ids = Snowflakes()
        self.changes = Changes()
        self.shelf = Shelf()
        self.application_id = self.ids.next()
        self.bot = User(id=self.application_id, name=bot_name, bot=True)
        self.token = f"{secrets.token_urlsafe(18)}.{secrets.token_urlsafe(4)}." + (
            secrets.token_urlsafe(28)
        )
        self.owner = User(id=self.ids.next(), name="Owner")
        self.users: dict[str, User] = {u.id: u for u in (self.bot, self.owner)}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[str | None, list[Json]] = {}
        self.command_puts = 0
        self.edit_peak = 0
        self.unknown: list[str] = []
        self.warnings: list[str] = []
        self.wire = WireLog(self.changes)
        self.wire.secrets.append(self.token)

    @classmethod
    def furnished(cls) -> World:
        """Two guilds with channels, the members Ada and Ben, and Mo of the staff."""
        world = cls()
        ada, ben, mo = (world.add_user(name) for name in ("Ada", "Ben", "Mo"))
        for name, channels in (
            ("Cat Cafe", ("general", "pictures", "staff-only")),
            ("Pixel Club", ("lobby", "gallery")),
        ):
            guild = world.add_guild(name)
            for channel in channels:
                guild.add_channel(channel, needs=MANAGE_MESSAGES if "staff" in channel else 0)
            for person in (ada, ben):
                guild.join(person)
            guild.join(mo, MANAGE_MESSAGES)
        return world

    # who and where

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """A new account."""
        user = User(id=self.ids.next(), name=name, bot=bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, upload_limit: int = DEFAULT_LIMIT) -> Guild:
        """A new server with the bot in it; a connected bot hears of it."""
        guild = Guild(id=self.ids.guild(), name=name, upload_limit=upload_limit, world=self)
        guild.roles.append(Role(id=guild.id, name="@everyone"))
        guild.owner = self.owner
        guild.join(self.owner)
        guild.join(self.bot)
        self.guilds[guild.id] = guild
        self.changes.publish("guild", guild)
        return guild

    def guild(self, name: str) -> Guild:
        """The guild of that name; KeyError for another."""
        return {guild.name: guild for guild in self.guilds.values()}[name]

    def channel(self, name: str) -> Channel:
        """The first guild channel of that name; KeyError for another."""
        for channel in self.channels.values():
            if channel.guild and channel.name == name:
                return channel
        raise KeyError(f"no channel {name!r}: {[c.name for c in self.channels.values()]}")

    def user(self, name: str) -> User:
        """The account of that name, made if there is none."""
        for user in self.users.values():
            if user.name == name and not user.bot:
                return user
        return self.add_user(name)

    def direct(self, user: User) -> Channel:
        """The direct conversation of the user and the bot."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(id=self.ids.next(), name=f"@{user.name}", recipient=user)
        self.channels[channel.id] = channel
        return channel

    # messages

    def post(
        self, channel: Channel, author: User, payload: Json, uploads: list[Upload], **extra: Any
    ) -> Message:
        """Put a checked message into a channel; ``extra`` are more fields of Message."""
        message = Message(id=self.ids.next(), channel=channel, author=author, **extra)
        posting.apply(self, message, payload, uploads)
        self.messages[message.id] = message
        self.changes.publish("message_create", message)
        return message

    def think(self, channel: Channel, **extra: Any) -> Message:
        """The placeholder of a deferred answer."""
        message = Message(id=self.ids.next(), channel=channel, author=self.bot, **extra)
        message.flags = LOADING | (EPHEMERAL if message.ephemeral_to else 0)
        posting.remember(message)
        self.messages[message.id] = message
        self.changes.publish("message_create", message)
        return message

    def edit(self, message: Message, payload: Json, uploads: list[Upload]) -> Message:
        """Change a message by a checked payload; it no longer "thinks"."""
        message.flags &= ~LOADING
        posting.apply(self, message, payload, uploads)
        message.edits += 1
        message.edited = time.time()
        self.changes.publish("message_update", message)
        return message

    def delete(self, message: Message) -> None:
        """Take a message away, with its files."""
        message.deleted = True
        for attachment in message.attachments:
            self.shelf.remove(attachment)
        self.messages.pop(message.id, None)
        self.changes.publish("message_delete", message)

    def in_channel(self, channel: Channel) -> list[Message]:
        """The channel's messages, oldest first."""
        return [m for m in self.messages.values() if m.channel is channel]

    # interactions

    def interact(
        self, kind: int, user: User, channel: Channel, data: Json, **extra: Any
    ) -> Interaction:
        """A member acts; the gateway tells the bot."""
        guild = channel.guild
        owners: Json = {} if self.settings.user_installed else {"0": guild.id if guild else "0"}
        if self.settings.user_installed:
            owners["1"] = user.id
        interaction = Interaction(
            id=self.ids.next(),
            type=kind,
            token=TOKEN_START + secrets.token_urlsafe(60),
            user=user,
            channel=channel,
            data=data,
            owners=owners,
            size_limit=guild.upload_limit if guild else self.settings.dm_limit,
            **extra,
        )
        self.interactions[interaction.token] = interaction
        self.changes.publish("interaction", interaction)
        return interaction

    def interaction(self, token: str) -> Interaction:
        """The interaction that a live token belongs to; 50027 for a wrong or an old one."""
        found = self.interactions.get(token)
        if found is None or found.age() > self.settings.token_seconds:
            raise refusal("invalid webhook token")
        return found

    # commands

    def commands_in(self, guild: Guild | None) -> list[Json]:
        """The commands offered there: the guild's own first, then the global ones."""
        own = self.commands.get(guild.id, []) if guild else []
        taken = {(command["type"], command["name"]) for command in own}
        return own + [c for c in self.commands.get(None, []) if (c["type"], c["name"]) not in taken]
