"""How much memory the largest pictures take, each step in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

SIZE = (8_000, 5_000)  # 40 megapixels, the most: 153 MiB decoded, with transparency or without
MIB_MOST = 512  # beside the file: the picture, the outcome, and some masks of 38 MiB
PROC = Path("/proc/self/status")

# VmHWM is of this program alone; getrusage() would begin with what the process had that started it.
STEP = """
import re, sys
from pathlib import Path
from PIL import Image
from bot import images
from bot.inpainting import retouch
from bot.inpainting.regions import Region
from bot.inpainting.selection import Selection
from bot.pixels import encoded

source, mask, painted = (Path(name).read_bytes() for name in sys.argv[2:])
grown = Selection(region=Region(quick="c", grow=9, feather=9))
answer = encoded(Image.new("RGB", (1024, 640), "red"), "PNG")
steps = {
    "look": lambda: retouch.look(source),
    "understand a mask": lambda: retouch.understand(source, mask),
    "understand a copy": lambda: retouch.understand(source, painted),
    "cut": lambda: retouch.cut(source, None, grown),
    "put back": lambda: retouch.put_back(source, None, grown, answer),
    "put back by a mask": lambda: retouch.put_back(source, mask, Selection(way="mask"), answer),
}
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
steps[sys.argv[1]]()
print((peak() - before) // 1024)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A see-through picture of 40 megapixels, a mask of its size, and a painted copy."""
    folder = tmp_path_factory.mktemp("large")
    picture = Image.new("RGB", SIZE, "teal")
    ImageDraw.Draw(picture).ellipse((1_000, 500, 6_000, 4_000), fill="orange")
    picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    mask = Image.new("L", SIZE)
    mask.paste(255, (2_000, 1_000, 6_000, 4_000))
    painted = picture.copy()
    painted.paste((255, 0, 0, 255), (2_000, 1_000, 6_000, 4_000))
    for name, image in (("picture", picture), ("mask", mask), ("painted", painted)):
        image.save(folder / f"{name}.png", compress_level=1)
    return [str(folder / f"{name}.png") for name in ("picture", "mask", "painted")]


@pytest.mark.skipif(not PROC.exists(), reason="only Linux tells the peak of one program")
@pytest.mark.parametrize(
    "step",
    ["look", "understand a mask", "understand a copy", "cut", "put back", "put back by a mask"],
)
def test_the_largest_picture_takes_bounded_memory(step: str, files: list[str]) -> None:
    """No step of an edit of 40 megapixels takes more than half a GiB beside its files."""
    command = [sys.executable, "-c", STEP, step, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MIB_MOST
