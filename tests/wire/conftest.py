"""The real bot between a local Discord and a local Pixazo, shared by a module or of one's own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from playground.person import Person
from playground.pixazo import Terms
from playground.stage import Stage, stage
from tests.wire import scene

OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]

_OPEN: list[Stage] = []
_NUMBERS = itertools.count(1)


@asynccontextmanager
async def _opened(
    folder: Path, *, terms: Terms | None = None, started: bool = True, **settings: str
) -> AsyncIterator[Stage]:
    """A stage in the folder; whatever a test does with it, it must be clean at the end."""
    chosen = {**scene.SETTINGS, **settings}
    async with stage(
        folder,
        terms=terms or scene.terms(),
        started=False,
        **chosen,  # type: ignore[arg-type]  # by name
    ) as whole:
        _OPEN.append(whole)
        try:
            if started:
                await scene.begin(whole)
            yield whole
            scene.clean(whole)
        except BaseException:
            print(whole.bot.log[-6000:])  # noqa: T201 - pytest shows it with the failure
            raise
        finally:
            _OPEN.remove(whole)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A running bot for all the tests of a module."""
    async with _opened(tmp_path_factory.mktemp("bot")) as whole:
        yield whole


@pytest.fixture
def open_stage(tmp_path: Path) -> OpenStage:
    """Opens a stage of the test's own; settings by name, ``started=False`` to start it later."""

    def opener(**how: object) -> AbstractAsyncContextManager[Stage]:
        return _opened(tmp_path, **how)  # type: ignore[arg-type]  # a test names what it changes

    return opener


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """After every test: Discord knew every request, and no secret stands in the bot's log."""
    yield
    for whole in _OPEN:
        whole.discord.faults.clear()
        whole.pixazo.faults.clear()
        whole.pixazo.resume()
        scene.clean(whole)


@pytest.fixture
def ada(shared: Stage) -> Person:
    """A member whom nobody has seen, in a channel of her own."""
    number = next(_NUMBERS)
    channel = shared.discord.world.guild("Cat Cafe").add_channel(f"ada-{number}")
    return shared.discord.person(f"Ada{number}", channel)
