"""The interleavings once more, on PostgreSQL: fewer of them, by the test's own clock.

One transaction after another; those whose statements mix are in test_mixed_postgres.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from storage import postgres
from storage.database import NOW, Database, Rows, Statement
from storage.postgres import Postgres, _Session
from storage.schema import migrate
from tests.storage.conftest import fresh
from tests.storage.test_interleavings import Interleavings
from tests.storage.world import Clock


class _ClockedSession(_Session):
    """Answers NOW from the test's clock; all else is PostgreSQL's."""

    clock: ClassVar[Clock]

    async def answer(self, statement: Statement) -> Rows:
        """The statement's rows."""
        if statement is not NOW:
            sql, args = statement
            return await self._fetch(sql, *args)
        moment = self.clock()
        return ({"ms": moment.ms, "epoch": moment.epoch, "wall": moment.wall},)


def test_interleavings_on_postgres(postgres_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same orders, turns, results and crashes keep the same promises there."""
    monkeypatch.setattr(postgres, "_Session", _ClockedSession)

    class OnPostgres(Interleavings):
        async def _open(self) -> Database:
            _ClockedSession.clock = self.clock
            database = await Postgres.connect(await fresh(postgres_folder), size=2)
            await migrate(database)
            return database

    few = settings(
        max_examples=6, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(OnPostgres, settings=few)
