"""Opening the database that an address names, with its tables up to date."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database
from storage.errors import Unavailable
from storage.schema import migrate
from storage.sqlite import SQLite

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The database at ``sqlite:///path`` or ``postgresql://…``, migrated. Raises Unavailable."""
    database = await _connect(url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


async def _connect(url: str) -> Database:
    if url.startswith(SQLITE):
        return await SQLite.connect(Path(url.removeprefix(SQLITE)))
    if not url.startswith(POSTGRES):
        raise Unavailable("the database's address must begin with sqlite:/// or postgresql://")
    try:
        from storage.postgres import Postgres
    except ImportError as error:
        raise Unavailable("PostgreSQL needs the extra: pip install '.[postgres]'") from error
    return await Postgres.connect(url)
