"""What holds for the repository as a whole: short modules, and lock files that lock everything."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LINES_MOST = 299
LOCKS = {
    "requirements.lock": ("postgres",),
    "requirements-dev.lock": ("dev", "postgres", "bench"),
}
PACKAGE = re.compile(r"(?P<name>[a-z0-9-]+)(\[(?P<extras>[a-z0-9,-]+)\])?==[^ ]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
COMMENT = re.compile(r"    # [^:/]+")

each_lock = pytest.mark.parametrize("lock", LOCKS)


def tracked() -> list[Path]:
    """The Python and JavaScript files that the repository keeps."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(
        [git, "ls-files", "*.py", "*.js"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def locked(lock: str) -> dict[str, frozenset[str]]:
    """The extras of every package in a lock file, by name."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    found = [match for line in lines if (match := PACKAGE.fullmatch(line))]
    return {match["name"]: frozenset((match["extras"] or "").split(",")) - {""} for match in found}


def required(lock: str) -> Iterator[Requirement]:
    """What the project asks for, and what the locked packages that are installed ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from map(Requirement, project["dependencies"])
    for extra in LOCKS[lock]:
        yield from map(Requirement, project["optional-dependencies"][extra])
    for name, extras in locked(lock).items():
        try:
            asked = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # of another system
        for requirement in map(Requirement, asked):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": one}) for one in {"", *extras}):
                yield requirement


def test_every_module_is_short() -> None:
    """No file of code has 300 lines: it would hold more than one idea."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked()}
    assert lines
    assert {str(path): number for path, number in lines.items() if number > LINES_MOST} == {}


@each_lock
def test_a_lock_file_names_no_index(lock: str) -> None:
    """There is nothing in it but packages, hashes and why they are there: no host, no option."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    shapes = (PACKAGE, HASH, COMMENT)
    assert [line for line in lines if not any(shape.fullmatch(line) for shape in shapes)] == []


@each_lock
def test_every_package_has_a_hash(lock: str) -> None:
    """Behind every package stands at least one hash, so that nothing else can be installed."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    behind = dict(itertools.pairwise(lines))
    bare = [line for line in lines if PACKAGE.fullmatch(line) and not HASH.fullmatch(behind[line])]
    assert locked(lock)
    assert bare == []


@each_lock
def test_every_extra_is_locked_with_its_package(lock: str) -> None:
    """A package that is asked for with an extra is locked with it.

    An older pip takes the newest release otherwise, which has no hash here.
    """
    there = locked(lock)
    missing = {
        str(requirement)
        for requirement in required(lock)
        if requirement.extras - there.get(canonicalize_name(requirement.name), frozenset())
    }
    assert missing == set()
