"""The arithmetic of slots, pacing and tags."""

from __future__ import annotations

from bisect import bisect_left

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import window
from storage.window import Limit, Window

LIMIT = Limit(calls=60, window_ms=60_000)
START = 10**9


def busiest(arrivals: list[float], window_ms: int) -> int:
    """Most arrivals in any half-open window."""
    times = sorted(arrivals)
    return max(bisect_left(times, first + window_ms) - n for n, first in enumerate(times))


def test_an_idle_limit_lets_a_burst_through_at_once() -> None:
    """Eight calls at one instant, the ninth about a gap later."""
    state = window.unused(LIMIT)
    for _ in range(8):
        assert window.opens_at(state, LIMIT) <= START
        state, _slot = window.admit(state, LIMIT, START)
    assert window.gap(state, LIMIT) <= window.opens_at(state, LIMIT) - START < 1300


@settings(max_examples=150)
@given(
    calls=st.integers(1, 12),
    window_ms=st.integers(50, 2000),
    margin_ms=st.integers(1, 100),
    burst=st.integers(1, 12),
    steps=st.lists(
        st.tuples(st.integers(0, 300), st.floats(0, 0.999), st.integers(0, 9)), max_size=120
    ),
)
def test_no_window_ever_holds_more_than_the_limit(
    calls: int, window_ms: int, margin_ms: int, burst: int, steps: list[tuple[int, float, int]]
) -> None:
    """With any delays within the margin, late sends that moved their slots, and any idle times."""
    limit = Limit(calls=calls, window_ms=window_ms, margin_ms=margin_ms, burst=burst)
    state, now, arrivals = window.unused(limit), START, []
    for idle, delay, kind in steps:
        now = max(now + idle, window.opens_at(state, limit))
        state, slot = window.admit(state, limit, now)
        sent = now
        if kind == 0:
            now += 3 * margin_ms
            moved = window.move(state, limit, slot, now)
            if moved is None:
                continue
            state, sent = moved[0], now
        elif kind == 1:
            state = window.hold(state, limit, now, 10)
        arrivals.append(sent + delay * margin_ms)
        assert list(state.slots) == sorted(state.slots)
        assert len(state.slots) == calls
    assert not arrivals or busiest(arrivals, window_ms) <= calls


def test_a_late_call_keeps_its_slot_busy_from_when_it_is_sent() -> None:
    """One call a window: the next opens a whole window and margin after the late one was sent."""
    limit = Limit(calls=1, window_ms=100, margin_ms=10)
    state, slot = window.admit(window.unused(limit), limit, START)
    moved = window.move(state, limit, slot, START + 50)
    assert moved is not None
    assert window.opens_at(moved[0], limit) >= START + 160


def test_a_slot_that_is_in_use_again_cannot_move() -> None:
    """Who was late for a whole window must not send."""
    limit = Limit(calls=1, window_ms=100, margin_ms=10)
    state, slot = window.admit(window.unused(limit), limit, START)
    state, _ = window.admit(state, limit, slot)
    assert window.move(state, limit, slot, slot + 1) is None


def test_a_429_holds_and_widens_the_margin_up_to_a_cap() -> None:
    """100 ms wider each time, 2 s at most, and narrower again with later admissions."""
    state = window.hold(window.unused(LIMIT), LIMIT, START, 30_000)
    assert window.opens_at(state, LIMIT) == START + 30_000
    assert window.span(state, LIMIT) == 60_600
    narrower, _ = window.admit(state, LIMIT, START + 30_000)
    assert window.span(narrower, LIMIT) < 60_600
    for _ in range(50):
        state = window.hold(state, LIMIT, START, 0)
    assert window.span(state, LIMIT) == 62_000


@pytest.mark.parametrize(("calls", "window_ms"), [(30, 60_000), (90, 60_000), (60, 120_000)])
def test_a_changed_limit_is_kept_from_the_start(calls: int, window_ms: int) -> None:
    """Calls made before the owner changed the limit count for the new one."""
    state, times, now = window.unused(LIMIT), [], START
    for _ in range(60):
        now = max(now, window.opens_at(state, LIMIT))
        state, _slot = window.admit(state, LIMIT, now)
        times.append(float(now))
    changed = Limit(calls=calls, window_ms=window_ms)
    state = window.fitted(state, changed, LIMIT.window_ms)
    before = len(times)
    for _ in range(200):
        now = max(now, window.opens_at(state, changed))
        state, _slot = window.admit(state, changed, now)
        times.append(float(now))
    assert len(state.slots) == calls
    for n in range(before, len(times)):
        assert sum(times[n] - window_ms < time <= times[n] for time in times[: n + 1]) <= calls


@settings(max_examples=300)
@given(
    phases=st.lists(
        st.tuples(
            st.integers(1, 12), st.integers(50, 2000), st.integers(0, 15), st.integers(0, 90)
        ),
        min_size=2,
        max_size=6,
    )
)
def test_no_change_of_a_limit_admits_too_early(phases: list[tuple[int, int, int, int]]) -> None:
    """However often calls and window change, each call finds no more than it may in its window."""
    calls, window_ms, _, _ = phases[0]
    state, times, now = window.unused(Limit(calls=calls, window_ms=window_ms)), [], START
    for calls, length, demand, pause in phases:
        limit = Limit(calls=calls, window_ms=length, margin_ms=0)
        state, window_ms = window.fitted(state, limit, window_ms), length
        now += pause
        for _ in range(demand):
            now = max(now, window.opens_at(state, limit))
            state, _slot = window.admit(state, limit, now)
            times.append(now)
            assert sum(now - length < time for time in times) <= calls


@pytest.mark.parametrize("others", [1, 30, 59, 90])
def test_two_limits_at_once_keep_the_larger(others: int) -> None:
    """While processes with an old and a new limit take turns, no window holds more than it may."""
    limits = LIMIT, Limit(calls=others, window_ms=LIMIT.window_ms)
    state, times = window.unused(LIMIT), []
    for now in range(START, START + 600_000, 250):
        for limit in limits:
            state = window.fitted(state, limit, limit.window_ms)
            while window.opens_at(state, limit) <= now:
                state, _slot = window.admit(state, limit, now)
                times.append(float(now))
    assert busiest(times, LIMIT.window_ms) <= max(60, others)


def test_a_clock_set_back_does_not_stall_the_limit() -> None:
    """Times that cannot be are brought to the latest that can."""
    state, _ = window.admit(window.unused(LIMIT), LIMIT, START)
    state = window.hold(state, LIMIT, START, 10_000)
    back = START - 86_400_000
    steady = window.steadied(state, LIMIT, back)
    assert window.opens_at(steady, LIMIT) <= back + 62_000


def test_after_a_boot_all_slots_are_busy() -> None:
    """Nothing is known of the calls before it."""
    state = window.spent(window.unused(LIMIT), LIMIT, START)
    assert window.opens_at(state, LIMIT) == START + 60_500


@pytest.mark.parametrize("done", [0, 3, 8, 30, 60])
def test_a_foretold_turn_is_never_after_the_real_one(done: int) -> None:
    """``turn_at`` is the earliest time, and a good one: within some gaps of the real time."""
    state, now = window.unused(LIMIT), START
    for _ in range(done):
        now = max(now, window.opens_at(state, LIMIT))
        state, _slot = window.admit(state, LIMIT, now)
    told = [window.turn_at(state, LIMIT, now, ahead) for ahead in range(150)]
    at = now
    for foretold in told:
        at = max(at, window.opens_at(state, LIMIT))
        assert foretold <= at + 2
        assert at - foretold <= 9_000
        state, _slot = window.admit(state, LIMIT, at)


def test_the_quantile_settles_where_nine_of_ten_waits_are_below() -> None:
    """The running quantile of uniform waits of 1 … 3 times what was told goes to 2.8."""
    stretch, waits = 1.5, [1 + 2 * ((n * 7919) % 1000) / 1000 for n in range(4000)]
    for wait in waits:
        stretch = window.learned(stretch, wait * 10_000, 10_000, 0)
    assert stretch == pytest.approx(2.8, abs=0.2)


def test_twice_the_weight_is_half_the_way() -> None:
    """Tags move on by the inverse of the weight."""
    assert window.step(200) * 2 == window.step(100)
    assert Window(slots=(0,)).tat == 0
