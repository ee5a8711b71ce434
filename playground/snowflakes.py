"""Discord's ids: they grow with time, and a guild's id decides its shard."""

from __future__ import annotations

import time

EPOCH_MS = 1_420_070_400_000
_OLDEST_GUILD_MS = 720_720 * 300_000  # divisible by 1..16, so guild i is on shard i % n


class Snowflakes:
    """Gives ids as decimal strings, each greater than the one before."""

    def __init__(self) -> None:
        self._last = 0
        self._guilds = 0

    def next(self) -> str:
        """The next id for anything but a guild."""
        now = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return str(self._last)

    def guild(self) -> str:
        """The next guild's id; guild number ``i`` is on shard ``i % shard_count`` (up to 16)."""
        number = self._guilds
        self._guilds += 1
        return str((_OLDEST_GUILD_MS + number) << 22)


def shard_of(guild_id: str | None, count: int) -> int:
    """The shard that serves a guild; direct messages (None) belong to shard 0."""
    return 0 if guild_id is None else (int(guild_id) >> 22) % count
