"""Whether another machine's clock has stepped, from what is seen of it."""

from __future__ import annotations

import pytest

from storage.clock import DRIFT, STEP_MS, Offset


@pytest.mark.parametrize("step_ms", [0, STEP_MS, -STEP_MS, 10_000, -10_000])
def test_a_step_is_seen_and_a_slow_answer_is_none(step_ms: int) -> None:
    """An answer that was long on its way proves nothing, and hides no step from the next one."""
    ahead = 5_000_000
    known = Offset.seen(1000, 1001 + ahead, 1002)
    slow = known.after(Offset.seen(2000, 2900 + ahead, 9000))
    assert slow is not None
    after = slow.after(Offset.seen(10_000, 10_001 + ahead + step_ms, 10_002))
    assert (after is None) == (abs(step_ms) > STEP_MS)


@pytest.mark.parametrize("slow_ms", [2, 8000])
def test_clocks_that_drift_apart_have_not_stepped(slow_ms: int) -> None:
    """For an hour one clock runs faster than the other, as NTP may make it, seen well or not."""
    known = Offset.seen(0, 1, 2)
    for now in range(0, 3_600_000, 15_000):
        vague = Offset.seen(now, now + 1 + round(now * DRIFT / 2), now + slow_ms)
        followed = known.after(vague)
        assert followed is not None
        known = followed
    assert known.after(Offset.seen(now, now + 1 + round(now * DRIFT / 2), now + 2)) is not None


def test_a_step_within_a_slow_answer_is_seen_by_the_next() -> None:
    """What is known is never forgotten for something vaguer."""
    known = Offset.seen(0, 1, 2)
    vague = known.after(Offset.seen(1000, 1500 + 3000, 6000))
    assert vague is not None
    assert vague.after(Offset.seen(7000, 7001 + 3000, 7002)) is None
