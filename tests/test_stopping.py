"""How long a stop takes: its parts add up to what is promised, and nobody kills it before."""

from __future__ import annotations

import re
from pathlib import Path

from bot.dispatcher import DRAIN
from playground.process import STOP_WITHIN
from storage.sqlite import PRAGMAS

PROMISED = 20.0  # seconds
ENDING = 1.5  # seconds for what only has to be closed
README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_drain_leaves_time_for_a_locked_database() -> None:
    """What runs is given up early enough to wait for one more lock and still end in time."""
    (busy,) = (
        int(found[1]) for line in PRAGMAS if (found := re.search(r"busy_timeout = (\d+)", line))
    )
    assert DRAIN + busy / 1000 + ENDING <= PROMISED
    assert f"for up to {DRAIN:.0f} seconds, and takes {PROMISED:.0f} at most" in README


def test_docker_waits_as_long() -> None:
    """Docker's own patience is 10 seconds, so that the command in the README gives it more."""
    (patience,) = re.findall(r"^docker run .*--stop-timeout (\d+) ", README, flags=re.MULTILINE)
    assert PROMISED < int(patience) == STOP_WITHIN
