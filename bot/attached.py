"""A file as it is attached to a message."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import discord


@dataclass(frozen=True, kw_only=True)
class Attached:
    """Bytes with a name fit for ``attachment://`` and an alt text of at most 1,024 characters."""

    name: str
    data: bytes = field(repr=False)
    alt: str | None = None

    def open(self) -> discord.File:
        """Return the file anew: discord.py closes what it has sent."""
        return discord.File(io.BytesIO(self.data), filename=self.name, description=self.alt)
