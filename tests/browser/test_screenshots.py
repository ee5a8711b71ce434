"""``make screenshots``: the README's pictures are taken from the page as it is now."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from playground.screenshots import FOLDER, SHOTS

ROOT = Path(__file__).parent.parent.parent
COLOURS = 200  # a page with a picture in it has more, an empty or a broken one fewer


@pytest.mark.timeout(300)
async def test_every_picture_is_written(tmp_path: Path) -> None:
    """Each of them shows something, as large as it shall be, and the README has it."""
    if not (os.environ.get("CHROMIUM") or shutil.which("chromium")):
        pytest.skip("browser tests skipped: there is no chromium on this machine")
    pytest.importorskip("playwright", reason="browser tests skipped: playwright is not installed")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "screenshots", cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for shot in SHOTS:
        with Image.open(tmp_path / FOLDER / f"{shot.name}.png") as picture:
            assert picture.height == shot.height
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > COLOURS
        assert f"{FOLDER}/{shot.name}.png" in readme
