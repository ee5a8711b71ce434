"""Killed at any point, the bot loses nothing, charges nothing twice and never exceeds the limit."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.storage.conftest import fresh

ROOT = Path(__file__).parents[2]


def _live(mutant: str, first: int, every: int, folder: Path, *urls: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.storage.life", mutant, str(first), str(every), folder, *urls],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


@pytest.mark.parametrize("first", [1, 2])
def test_every_crash_point_is_survived(first: int, tmp_path: Path) -> None:
    """Killed before any SQL statement, call or telling: each order ends once, accounts agree."""
    report = _live("none", first, 2, tmp_path)
    assert report["found"] == {}
    assert report["ended"]
    assert report["points"] > 150


@pytest.mark.parametrize(
    ("mutant", "every", "sign"), [("halves", 1, "account"), ("memory", 5, "calls in")]
)
def test_the_enumeration_catches_a_mutant(
    mutant: str, every: int, sign: str, tmp_path: Path
) -> None:
    """Hold and job in two transactions, and a window kept in memory, are both found out."""
    report = _live(mutant, 1, every, tmp_path)
    assert any(sign in wrong for wrongs in report["found"].values() for wrong in wrongs)


def test_crash_points_are_survived_on_postgres(postgres_folder: Path, tmp_path: Path) -> None:
    """The same on PostgreSQL, at every 23rd point."""
    urls = [asyncio.run(fresh(postgres_folder)) for _ in range(12)]
    report = _live("none", 1, 23, tmp_path, *urls)
    assert report["found"] == {}
    assert report["points"] >= 10
