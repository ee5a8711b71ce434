"""The page's files hold nothing that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playground.page import STATIC

SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
PAGE = "\n".join(SCRIPTS.values()) + (STATIC / "index.html").read_text(encoding="utf-8")
STYLES = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("css/*.css"))
COUNTED = ("across-", "heading-", "of-", "sign-")  # the scripts put together what follows these
NAMES = re.compile(r"^(export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def unused() -> Iterator[str]:
    """The names of the scripts that their file, or for an export another one, never uses."""
    for file, text in SCRIPTS.items():
        others = "".join(script for name, script in SCRIPTS.items() if name != file)
        for exported, name in NAMES.findall(text):
            imported = re.search(rf"import \{{[^}}]*\b{name}\b", others)
            uses = len(re.findall(rf"\b{name}\b", re.sub(r"//.*", "", text))) - 1
            if not imported and (exported or not uses):
                yield f"{file}: {name}"


def test_every_style_is_for_something() -> None:
    """Each class and id of the style sheets is somewhere in the page or its scripts."""
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "{}", STYLES, flags=re.DOTALL)
    names = set(re.findall(r"[.#]([a-z][\w-]*)", selectors))
    assert len(names) > 100
    words = set(re.findall(r"[\w-]+", PAGE))
    assert sorted(name for name in names - words if not name.startswith(COUNTED)) == []


def test_every_name_of_the_scripts_is_used() -> None:
    """No function, class or constant is left over, and none exported that nobody imports."""
    assert len(NAMES.findall(PAGE)) > 100
    assert list(unused()) == []


def test_every_event_is_heard() -> None:
    """What one script tells or dispatches, a script listens to."""
    told = set(re.findall(r'(?:\btell\(|new CustomEvent\()"(\w+)"', PAGE))
    assert told
    assert told - set(re.findall(r'(?:\bon\(|\baddEventListener\()"(\w+)"', PAGE)) == set()
