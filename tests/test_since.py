"""How old an order is, by what this process has seen: no step of the wall clock changes it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot import deferred, since
from bot.deferred import Deferred
from bot.since import Since
from tests.jobs import job
from tests.storage.world import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that ages are told by, moved by the test."""
    clock = Clock()
    monkeypatch.setattr(since, "clock", SimpleNamespace(read=clock))
    return clock


def test_a_token_lives_for_less_than_its_quarter_of_an_hour(clock: Clock) -> None:
    """From its first sight on, however the wall clock steps."""
    nobody: Any = None
    answers, order = Deferred(nobody), job(token="way")
    assert answers.lives(order)
    clock.wall += 10**9
    clock.ms += int(deferred.TOKEN_LIFE * 1000) - 1
    assert answers.lives(order)
    clock.ms += 1
    assert not answers.lives(order)


def test_what_is_aged_was_always_there(clock: Clock) -> None:
    """It counts as older than anything, and other things do not."""
    seen = Since()
    seen.age(1)
    clock.forward(5)
    assert (seen.seconds(1), seen.seconds(2)) == (float("inf"), 0)


def test_the_oldest_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what other processes bring to an end takes no memory for ever."""
    monkeypatch.setattr(since, "REMEMBERED", 2)
    seen = Since()
    for thing in (1, 2, 3):
        seen.seconds(thing)
    clock.forward(5)
    assert [seen.seconds(thing) for thing in (3, 2, 1)] == [5, 5, 0]
