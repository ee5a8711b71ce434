"""SIGKILL at every point of the real process: nothing is lost, repeated or told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.conftest import CHAOS
from tests.chaos.enumeration import Outcome, broken, live, live_all
from tests.chaos.nursery import Nursery
from tests.chaos.points import Point, chosen

LONG = 3600 if CHAOS else 400
# Where recovery itself is killed too: an order nobody was told of, a paid call under way, a
# picture that is there but not shown.
FIRST_DEATHS = (
    Point(label="before POST /interactions/#/#/callback", nth=3),
    Point(label="after POST /sd3-5/v1/r-sd-3-5-large", nth=1),
    Point(label="before GET /results/#", nth=2),
)


async def rehearsed(nursery: Nursery, folder: Path, *dooms: Point) -> Outcome:
    """A life of which the last process is not killed: its points are those of the next ones."""
    outcome = await live(nursery, folder, dooms)
    assert outcome.wrongs == []
    return outcome


def judged(outcomes: list[Outcome]) -> None:
    """No promise was broken; most kills took place (which requests there are may vary a little)."""
    assert broken(outcomes) == {}
    dooms = sum(len(outcome.dooms) for outcome in outcomes)
    met = sum(outcome.met for outcome in outcomes)
    print(f"{len(outcomes)} lives, killed at {met} of {dooms} points")  # noqa: T201 - for -s
    assert met >= 0.8 * dooms


@pytest.mark.timeout(LONG)
async def test_every_crash_point_is_survived(nursery: Nursery, tmp_path: Path) -> None:
    """Killed there and started again: each order ends once, accounts agree, no paid call twice."""
    points = (await rehearsed(nursery, tmp_path / "rehearsal")).passed
    assert len(points) > 400
    if CHAOS != "all":
        points = chosen(points, calls=1, statements=1)
    judged(await live_all(nursery, tmp_path, [(point,) for point in points]))


@pytest.mark.timeout(LONG)
@pytest.mark.parametrize("first", FIRST_DEATHS, ids=["untold", "paid", "undelivered"])
async def test_a_killed_recovery_is_survived(
    nursery: Nursery, tmp_path: Path, first: Point
) -> None:
    """The process that recovers is killed as well, beside each of its requests."""
    points = (await rehearsed(nursery, tmp_path / "rehearsal", first)).passed
    if CHAOS != "all":
        points = chosen([point for point in points if _of_recovery(point)], calls=1, statements=1)
    judged(await live_all(nursery, tmp_path, [(first, point) for point in points]))


def _of_recovery(point: Point) -> bool:
    """What a start does not pass that has nothing to recover."""
    words = ("POST /channels", "PATCH", "UPDATE job SET worker = NULL", "reporter", "requeue")
    return any(word in point.label for word in words)


CAUGHT = (
    ("forgets", "before PATCH /webhooks/#/#/messages/#", "told 0"),
    ("repeats", "after POST /sd3-5", "calls to sd35"),
)


@pytest.mark.timeout(LONG)
@pytest.mark.parametrize(("mutant", "where", "sign"), CAUGHT, ids=[row[0] for row in CAUGHT])
async def test_a_mutant_is_caught(
    nursery: Nursery, tmp_path: Path, mutant: str, where: str, sign: str
) -> None:
    """A bot with a mistake in it keeps all promises until it is killed at the right point."""
    outcome = await live(nursery, tmp_path / "rehearsal", mutant=mutant)
    assert outcome.wrongs == []
    points = outcome.passed
    near = [point for point in points if point.label.startswith(where)]
    outcomes = await live_all(nursery, tmp_path, [(point,) for point in near], mutant)
    wrongs = [wrong for outcome in outcomes for wrong in outcome.wrongs]
    assert any(sign in wrong for wrong in wrongs), wrongs


@pytest.mark.timeout(LONG)
async def test_a_post_without_a_nonce_is_caught(nursery: Nursery, tmp_path: Path) -> None:
    """A bot that posts without a nonce posts twice when it is killed after the first time."""
    first = FIRST_DEATHS[0]
    posted = Point(label="after POST /channels/#/messages", nth=1)
    (outcome,) = await live_all(nursery, tmp_path, [(first, posted)], "nameless")
    assert any("told 2 times" in wrong for wrong in outcome.wrongs), outcome
