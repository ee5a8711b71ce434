"""A local Pixazo and a client of it for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from playground.pixazo import LocalPixazo, Terms
from tests.playground.pixazo.asking import (
    KEY,
)


@pytest.fixture
async def pixazo() -> AsyncIterator[LocalPixazo]:
    """A gateway with a wide limit and short faults."""
    async with LocalPixazo.open(terms=Terms(key="playground-key", slow=0.05), trap=True) as pixazo:
        yield pixazo


@pytest.fixture
async def client(pixazo: LocalPixazo) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that gateway, with the right key."""
    async with httpx.AsyncClient(base_url=pixazo.url, headers=KEY, timeout=20) as client:
        yield client
