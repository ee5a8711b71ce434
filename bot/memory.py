"""The database as the bot asks it: in time for Discord, or for as long as it takes.

The border of storage: what it raises where the database does not answer becomes StorageDown.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TypeVar

import stamina

from bot import refusals
from bot.errors import StorageDown
from storage.database import Database, Transaction
from storage.errors import Unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

# Discord wants an answer within 3 seconds; what looks a job up and then places one asks twice.
SOON = 1.0  # seconds
PATIENT = 20.0  # seconds; Discord shows "thinking…" meanwhile
KEEP_TRYING = 600.0  # seconds; then a restart picks the job up from its row


class Memory:
    """Runs transactions with a deadline; one that is cut off is done whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def soon(self, transaction: Transaction[T], within: float = SOON) -> T:
        """Run what stands before an answer to Discord. Raises StorageDown."""
        try:
            async with asyncio.timeout(within):
                return await self._database.run(transaction)
        except (TimeoutError, Unavailable) as error:
            log.warning("the database did not answer in time: %s", error)
            raise StorageDown(refusals.NO_MEMORY) from error

    async def run(self, transaction: Transaction[T]) -> T:
        """Run what a member waits for who reads "thinking…" already. Raises StorageDown."""
        return await self.soon(transaction, PATIENT)

    async def keep(self, transaction: Transaction[T]) -> T:
        """Write down what has happened, however long the database takes to accept it.

        Raises storage.errors.Unavailable after KEEP_TRYING seconds.
        """
        async for attempt in stamina.retry_context(
            on=Unavailable, attempts=None, timeout=KEEP_TRYING, wait_max=10.0
        ):
            with attempt:
                try:
                    return await self._database.run(transaction)
                except Unavailable as error:
                    log.warning("the database is asked again: %s", error)
                    raise
        raise AssertionError("unreachable: the last attempt raises")
