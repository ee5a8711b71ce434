"""The scripted visit works from its first word to its last."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.tour import tour


def saved(folder: Path) -> int:
    """How many pictures there are."""
    return len(list(folder.iterdir()))


async def test_the_tour_shows_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every part passes, every model's picture is saved, and the conversation is printed."""
    await tour(tmp_path)
    said = capsys.readouterr().out
    assert "All of it worked" in said
    for command in ("sdxl", "lightning", "sd3", "sd35", "inpaint", "imagine", "quota", "history"):
        assert f": /{command} " in said
    assert "stream: True" in said
    assert saved(tmp_path) >= 20
