"""One nursery a test: bots are forked from it, and none outlives it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator

import pytest

from tests.chaos.nursery import Nursery
from tests.storage.conftest import postgres_folder, postgres_url

__all__ = ["postgres_folder", "postgres_url"]

CHAOS = os.environ.get("CHAOS", "")  # "all": every crash point; a number: so many random kills


@pytest.fixture(autouse=True)
def on_linux() -> None:
    """Forked children that die with their parent are a thing of Linux."""
    if sys.platform != "linux":
        pytest.skip("the crash tests of the whole process need Linux")


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    """Where bots are born."""
    async with Nursery.open() as opened:
        yield opened
