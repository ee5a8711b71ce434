"""The README says what the code does: its tables are held to the catalogue and the settings."""

from __future__ import annotations

from pathlib import Path

from bot import words
from bot.catalog import COMMANDS, find
from bot.config import Settings
from bot.inpainting.regions import MOST_ZOOMS
from bot.spec import Operation

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def row(operation: Operation) -> str:
    """Return a model's line of the README's table."""
    price = words.money(operation.price) if operation.price else "free"
    streams = "yes" if find(operation.command, stream=True).stream else "no"
    seed = "yes" if operation.takes_seed else "no"
    return f"| `/{operation.command}` | {operation.title} | {price} | {seed} | {streams} |"


def test_the_table_of_models_is_the_catalogue() -> None:
    """Every command has its line with the title, the price, seed and stream; no other has one."""
    lines = [line for line in README.splitlines() if line.startswith("| `/")]
    assert lines == [row(operation) for operation in COMMANDS]


def test_every_setting_is_explained() -> None:
    """The table of settings names exactly the settings that there are."""
    part = README.split("## Settings", 1)[1].split("\n## ", 1)[0]
    named = {line.split("`")[1] for line in part.splitlines() if line.startswith("| `")}
    assert named == set(Settings.names())


def test_the_finest_grid_is_promised_as_it_is() -> None:
    """The README says how often the grid gets finer."""
    times = {3: "three"}[MOST_ZOOMS]
    assert f"(finer up to {times} times)" in " ".join(README.split())


def test_every_file_that_is_named_exists() -> None:
    """The map of the code names modules that are there."""
    part = README.split("## How it is built", 1)[1].split("\n## ", 1)[0]
    named = [word.strip("`,.()") for word in part.split() if word.strip(",.()").endswith(".py`")]
    assert named
    for path in named:
        assert (ROOT / path).is_file(), path
