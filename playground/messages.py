"""A message as Discord keeps it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from playground.places import Channel, User
from playground.transcript import transcript
from playground.uploads import Attachment

Json: TypeAlias = dict[str, Any]

CROSSPOSTED, SUPPRESS_EMBEDS, EPHEMERAL, LOADING = 1, 4, 64, 128
SILENT, COMPONENTS_V2 = 4096, 32768
ORDINARY, REPLY, SLASH, MENU = 0, 19, 20, 23


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a message showed from ``at`` (Unix seconds) on, as plain text."""

    at: float
    text: str


@dataclass(eq=False, kw_only=True)
class Message:
    """A message; it stays the same object through every edit and after its deletion.

    ``attachments`` are all its files. ``loose`` are those that no embed shows: only these reach
    the bot as ``message.attachments``.
    """

    id: str
    channel: Channel
    author: User
    type: int = ORDINARY
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    reference: Message | None = None
    ephemeral_to: User | None = None
    metadata: Json | None = None
    nonce: str | None = None
    mentions: list[User] = field(default_factory=list)
    pinged: list[User] = field(default_factory=list)
    pinged_everyone: bool = False
    edits: int = 0
    edited: float | None = None
    created: float = field(default_factory=time.time)
    deleted: bool = False
    history: list[Version] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Message {self.id} by {self.author.name}: {self.text()!r}>"

    @property
    def loading(self) -> bool:
        """Shows "thinking…"."""
        return bool(self.flags & LOADING)

    @property
    def loose(self) -> list[Attachment]:
        """The files that no embed shows."""
        used = set(named_files(self.embeds))
        return [a for a in self.attachments if a.filename not in used]

    @property
    def guild_id(self) -> str | None:
        """None in direct messages."""
        return self.channel.guild.id if self.channel.guild else None

    def attachment(self, name: str) -> Attachment | None:
        """The file of that name."""
        return next((a for a in self.attachments if a.filename == name), None)

    def parts(self) -> list[Json]:
        """Every component at every depth, outermost first."""
        return list(walk(self.components))

    def text(self) -> str:
        """The whole message as plain text, for people and for the tour."""
        return transcript(self)


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component of a tree, outermost first."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for key in ("accessory", "component"):
            if key in component:
                yield from walk([component[key]])


def named_files(value: Any) -> Iterator[str]:
    """Every ``attachment://name`` anywhere in a JSON value: the names."""
    if isinstance(value, str) and value.startswith("attachment://"):
        yield value.removeprefix("attachment://")
    elif isinstance(value, dict):
        for inner in value.values():
            yield from named_files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_files(inner)
