"""The arithmetic of the limit and of fairness: slots, pacing, start tags, times to come. No I/O.

Times are milliseconds on the limit's clock. A slot is the time at which one of the N calls of a
window may be used again: the latest possible arrival of the call that took it, plus the window.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor

WIDEN_MS = 100  # a 429 widens the margin by this …
MARGIN_MOST_MS = 2000  # … up to this
DECAY_MS = 1  # and each later admission narrows it by this

WEIGHT = 100  # the weight of an ordinary member, in hundredths of a share
SCALE = WEIGHT << 20  # so that the step of an ordinary member is 2**20
QUANTILE = 0.9
LEARNING = 0.05
FORESEEN = 120  # admissions that are played through to foretell a turn


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``calls`` in any ``window_ms``; ``margin_ms``: from admission until counted."""

    calls: int
    window_ms: int
    burst: int = 8
    margin_ms: int = 500


@dataclass(frozen=True, kw_only=True)
class Window:
    """The limit's state: ``slots`` sorted; ``tat`` paces; nothing before ``held``.

    There are more slots than calls for a while after the owner lowered the limit: an owner who
    raises it again, or a process that still has the old one, must find those that are busy.
    """

    slots: tuple[int, ...]
    tat: float = 0.0
    held: int = 0
    widened: int = 0


def span(window: Window, limit: Limit) -> int:
    """How long a slot stays busy after the admission, in ms."""
    return limit.window_ms + min(limit.margin_ms + window.widened, _most(limit))


def _most(limit: Limit) -> int:
    return max(MARGIN_MOST_MS, limit.margin_ms)


def gap(window: Window, limit: Limit) -> float:
    """The steady distance between admissions, in ms."""
    return span(window, limit) / limit.calls


def unused(limit: Limit) -> Window:
    """The window of a limit that was never called."""
    return Window(slots=(0,) * limit.calls)


def spent(window: Window, limit: Limit, now: int) -> Window:
    """The window where nothing is known of the past, as after a boot: every slot is busy."""
    busy = now + span(window, limit)
    return replace(window, slots=(busy,) * limit.calls, tat=float(now), held=0)


def fitted(window: Window, limit: Limit, window_ms: int) -> Window:
    """The window after the owner changed the limit; ``window_ms`` is what it was before.

    Of the calls before those that hold a slot nothing is known but that they were no later than
    the oldest: in a longer window they may still count, so that a new slot is free when it is.
    """
    known = tuple(slot + limit.window_ms - window_ms for slot in window.slots)
    return replace(window, slots=known[:1] * (limit.calls - len(known)) + known)


def steadied(window: Window, limit: Limit, now: int) -> Window:
    """The window with no time later than can be: mends a clock that was set back."""
    last = now + limit.window_ms + _most(limit)
    if window.slots[-1] <= last:
        return window
    slots = tuple(min(slot, last) for slot in window.slots)
    tat, held = min(window.tat, float(last)), min(window.held, last)
    return replace(window, slots=slots, tat=tat, held=held)


def _credit_ms(window: Window, limit: Limit) -> float:
    """How far admissions may run ahead of their pace."""
    return (limit.burst - 1) * gap(window, limit)


def opens_at(window: Window, limit: Limit) -> int:
    """When the next call may be admitted (in the past: at once)."""
    paced = floor(window.tat - _credit_ms(window, limit))
    return max(window.slots[-limit.calls], window.held, paced)


def admit(window: Window, limit: Limit, now: int) -> tuple[Window, int]:
    """Take a slot at ``now``, which must not be before opens_at; returns the slot taken.

    The next admissions are spread over the time at which the slots they need become free, so that
    a newcomer never finds all of them taken at once.
    """
    slot = now + span(window, limit)
    busy = window.slots[len(window.slots) - limit.calls + 1 :]
    moved = Window(
        slots=_inserted(busy, slot),
        tat=_paced(window, limit, now, busy),
        held=window.held,
        widened=max(0, window.widened - DECAY_MS),
    )
    return moved, slot


def _paced(window: Window, limit: Limit, now: int, busy: tuple[int, ...]) -> float:
    """The pace after an admission at ``now``: a plain gap within the burst, else spread.

    ``busy`` are the slots that are left for the next admissions.
    """
    steady = gap(window, limit)
    tat = max(window.tat, float(now))
    if tat + steady / 2 - now <= _credit_ms(window, limit):  # half a gap against rounding
        return tat + steady
    # Whole milliseconds: one less, or the rounding of each round would slow the next.
    needed = max(((s - now - 1) / k for k, s in enumerate(busy, 1)), default=0.0)
    return tat + max(steady, needed)


def _inserted(slots: tuple[int, ...], slot: int) -> tuple[int, ...]:
    kept = list(slots)
    insort(kept, slot)
    return tuple(kept)


def move(window: Window, limit: Limit, slot: int, now: int) -> tuple[Window, int] | None:
    """Let the call that took ``slot`` be sent only now; None if its slot is in use again."""
    if slot not in window.slots:
        return None
    kept = list(window.slots)
    kept.remove(slot)
    moved = max(slot, now + span(window, limit))
    return replace(window, slots=_inserted(tuple(kept), moved)), moved


def hold(window: Window, limit: Limit, now: int, wait_ms: int) -> Window:
    """After an unexpected 429: nothing for ``wait_ms``, and a wider margin."""
    widened = min(window.widened + WIDEN_MS, _most(limit) - limit.margin_ms)
    return replace(window, held=max(window.held, now + wait_ms), widened=widened)


def turn_at(window: Window, limit: Limit, now: int, ahead: int) -> float:
    """The time of a call's admission when ``ahead`` others go first and all are on time."""
    if ahead == 0:
        return max(now, opens_at(window, limit))
    coming = _coming(window, limit, now)
    rounds, place = divmod(ahead, len(coming))
    return coming[place] + rounds * len(coming) * gap(window, limit)


@lru_cache(maxsize=16)
def _coming(window: Window, limit: Limit, now: int) -> tuple[int, ...]:
    """The next admissions, at most a window's, if there is demand."""
    times = []
    for _ in range(min(limit.calls, FORESEEN)):
        now = max(now, opens_at(window, limit))
        window, _slot = admit(window, limit, now)
        times.append(now)
    return tuple(times)


def step(weight: int) -> int:
    """How far one turn moves a member's tag; twice the weight, half the way."""
    return SCALE // weight


def entry(vtime: int, weight: int) -> int:
    """The least tag of who joins the line: an eighth of a turn behind the tag served last.

    At no distance a flood of new accounts starves the regulars; at a whole turn newcomers wait
    a round.
    """
    return vtime + step(weight) // 8


def returned(vtime: int, turn: int) -> int:
    """The least tag of who got a turn of length ``turn`` back while having nothing in line."""
    return vtime + turn // 8 - turn


def learned(stretch: float, actual_ms: float, foretold_ms: float, grain: float) -> float:
    """The running 90 % quantile of actual / foretold waits after one more of them."""
    late = (actual_ms + grain) / (foretold_ms + grain) > stretch
    return max(1.0, stretch + LEARNING * (QUANTILE if late else QUANTILE - 1))
