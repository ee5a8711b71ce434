"""What is thrown away when its time is over: forgotten drafts, old comparisons, erased members."""

from __future__ import annotations

import asyncio
import logging

from storage import drafts, erasure, pictures
from storage.database import Database
from storage.errors import Unavailable

log = logging.getLogger(__name__)

EVERY = 3600.0  # seconds


async def keep_house(database: Database) -> None:
    """Throw away what is due, at the start and every hour, for ever."""
    while True:
        try:
            edits = await database.run(drafts.sweep())
            comparisons = await database.run(pictures.sweep())
            members = await erasure.sweep(database)
            log.debug("swept %d edits, %d comparisons, %d members", edits, comparisons, members)
        except Unavailable as error:
            log.warning("the housekeeping was skipped: %s", error)
        await asyncio.sleep(EVERY)
