"""How long a turn is good for: a call that leaves later moves its slot first."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import TurnOver
from storage import clock, lane
from storage.database import Database
from storage.errors import Unavailable
from storage.job import Job

LEASE_MS = 100  # from a claim to the first byte


@dataclass(frozen=True)
class Lease:
    """A job's turn; ``claimed`` (ms of storage.clock) is no later than the limiter counts from."""

    database: Database
    job: Job
    claimed: int

    async def sending(self) -> None:
        """Let the call be sent, as soon as its slot counts from less than a lease ago.

        Raises TurnOver where it must not be: nothing was sent.
        """
        counted = self.claimed
        while (now := clock.read().ms) - counted > LEASE_MS:
            counted = now
            try:
                kept = await self.database.run(lane.late(self.job))
            except Unavailable as error:
                raise TurnOver("The turn could not be moved in the bot's memory.") from error
            if not kept:
                raise TurnOver("The turn was over before the call could leave.")
