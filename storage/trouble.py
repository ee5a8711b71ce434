"""What asyncpg raises when the server does not do as it was asked, in one sentence."""

from __future__ import annotations

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage.errors import Unavailable

TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def unavailable(what: str, error: BaseException) -> Unavailable:
    """``what`` could not be done, and why; certain is what the server itself says."""
    said = isinstance(error, asyncpg.PostgresError)
    broke = isinstance(error, asyncpg.PostgresConnectionError)
    text = f"{what}: {type(error).__name__}: {error}".rstrip(": ")
    return Unavailable(text, certain=said and not broke)
