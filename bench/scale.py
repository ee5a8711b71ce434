"""How much is measured: the whole table in minutes, or a quick look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Sizes of the measurements.

    ``window_s`` and ``rivals_s`` are real seconds, ``simulated_minutes`` virtual ones; ``heavy``
    are the numbers of members with 200 jobs queued; ``rounds`` repeats whatever is compared,
    ``calls`` is what one round does; ``finished`` is the larger number of finished jobs; ``acks``
    and ``pictures`` are commands sent to each bot, ``crowds`` how often 50 are sent at once.
    """

    name: str
    window_s: float
    rivals_s: float
    simulated_minutes: int
    heavy: tuple[int, ...]
    rounds: int
    calls: int
    finished: int
    acks: int
    pictures: int
    crowds: int


WHOLE = Scale(
    name="whole",
    window_s=60.0,
    rivals_s=48.0,
    simulated_minutes=30,
    heavy=(1, 2, 5, 10, 20, 40),
    rounds=9,
    calls=300,
    finished=1_000_000,
    acks=200,
    pictures=30,
    crowds=6,
)
QUICK = Scale(
    name="quick",
    window_s=25.0,
    rivals_s=20.0,
    simulated_minutes=10,
    heavy=(1, 5, 20),
    rounds=3,
    calls=150,
    finished=100_000,
    acks=40,
    pictures=8,
    crowds=1,
)
