"""Who and where: users, guilds, roles, channels and what is allowed in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.world import World

VIEW, SEND, MANAGE_MESSAGES = 1 << 10, 1 << 11, 1 << 13
EMBED_LINKS, ATTACH_FILES, READ_HISTORY = 1 << 14, 1 << 15, 1 << 16
MENTION_EVERYONE, ADMINISTRATOR, MANAGE_GUILD = 1 << 17, 1 << 3, 1 << 5
USE_COMMANDS = 1 << 31
EVERYBODY = VIEW | SEND | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | USE_COMMANDS
ALL = (1 << 53) - 1

TEXT, DIRECT = 0, 1


@dataclass(eq=False, kw_only=True)
class User:
    """An account; ``dms_open`` False makes direct messages to it fail with 50007."""

    id: str
    name: str
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """The text that mentions this user."""
        return f"<@{self.id}>"


@dataclass(eq=False, kw_only=True)
class Role:
    """A role of a guild."""

    id: str
    name: str
    permissions: int = 0


@dataclass(eq=False, kw_only=True)
class Channel:
    """A text channel of a guild, or a direct conversation of a user with the bot.

    ``bot_permissions`` overrules what the bot may do here (None: the guild's usual). Members
    without the permissions of ``needs`` do not see the channel.
    """

    id: str
    name: str
    guild: Guild | None = None
    recipient: User | None = None
    bot_permissions: int | None = None
    nsfw: bool = False
    needs: int = 0

    @property
    def type(self) -> int:
        """0 in a guild, 1 for direct messages."""
        return TEXT if self.guild else DIRECT

    def close_to_bot(self) -> None:
        """The bot no longer sees this channel (50001)."""
        self.bot_permissions = 0

    def mute_bot(self) -> None:
        """The bot sees this channel and may not write in it (50013)."""
        self.bot_permissions = EVERYBODY & ~SEND

    def open_to_bot(self) -> None:
        """The bot has its usual permissions again."""
        self.bot_permissions = None

    def permissions_of(self, user: User) -> int:
        """What the user may do here, as Discord's bit set."""
        if self.guild is None:
            return EVERYBODY
        if user.bot and self.bot_permissions is not None:
            return self.bot_permissions
        mine = self.guild.permissions_of(user)
        return mine if user.bot or mine & self.needs == self.needs else 0

    def open_to(self, user: User) -> bool:
        """Whether the user sees this channel at all."""
        if self.guild is None:
            return user.bot or user is self.recipient
        return user in self.guild.members and bool(self.permissions_of(user) & VIEW)


@dataclass(eq=False, kw_only=True)
class Guild:
    """A server. ``upload_limit`` is in bytes a file."""

    id: str
    name: str
    upload_limit: int
    world: World
    locale: str = "en-US"
    owner: User | None = None
    channels: list[Channel] = field(default_factory=list)
    members: dict[User, int] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    role_of: dict[User, list[Role]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Guild {self.id} {self.name!r}>"

    def permissions_of(self, user: User) -> int:
        """The member's permissions: everybody's, their own and their roles'."""
        if user is self.owner:
            return ALL
        mine = EVERYBODY | self.members.get(user, 0)
        for role in self.role_of.get(user, []):
            mine |= role.permissions
        return ALL if mine & ADMINISTRATOR else mine

    def join(self, user: User, permissions: int = 0) -> User:
        """Make the user a member, with these permissions on top of everybody's."""
        self.members[user] = permissions
        return user

    def member(self, name: str) -> User:
        """The member of that name; KeyError with the names there are."""
        for user in self.members:
            if user.name == name:
                return user
        raise KeyError(f"no member {name!r} in {self.name}: {[u.name for u in self.members]}")

    def add_role(self, name: str, *members: User, permissions: int = 0) -> Role:
        """A new role that these members have."""
        role = Role(id=self.world.ids.next(), name=name, permissions=permissions)
        self.roles.append(role)
        for user in members:
            self.role_of.setdefault(user, []).append(role)
        return role

    def add_channel(self, name: str, *, needs: int = 0) -> Channel:
        """A new text channel for all who have these permissions; a connected bot hears of it."""
        channel = Channel(id=self.world.ids.next(), name=name, guild=self, needs=needs)
        self.channels.append(channel)
        self.world.channels[channel.id] = channel
        self.world.changes.publish("channel", channel)
        return channel
