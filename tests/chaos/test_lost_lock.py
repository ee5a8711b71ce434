"""A process that the others take for dead, because its lock's connection broke, though it lives."""

from __future__ import annotations

from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from tests.chaos.life import Life
from tests.chaos.nursery import WITHIN, Nursery
from tests.chaos.verdict import verdict
from tests.wire import scene

BREAK = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_a_lost_lock_ends_the_process(
    nursery: Nursery, tmp_path: Path, postgres_url: str
) -> None:
    """It ends with one line for the owner and status 1; the next start finishes its work, once."""
    settings = {"DATABASE_URL": postgres_url}
    async with Life.open(nursery, tmp_path, settings=settings) as life:
        await life.start()
        life.pixazo.pause()
        ada = life.discord.person("Ada")
        for command, prompt in (("sdxl", "free"), ("sd3", "paid")):
            await ada.command(command, prompt=prompt)
            await scene.called(life.pixazo, prompt)
        admin = await asyncpg.connect(postgres_url)
        await admin.execute(BREAK)
        await admin.close()
        assert life.child is not None
        await life.until(lambda: not life.alive, "the process ends", within=WITHIN)
        assert await life.child.kill() == 1
        assert "Traceback" not in life.log
        assert life.log.splitlines()[-1].startswith("DATABASE_URL: the connection that shows")
        life.deaths += 1
        life.pixazo.resume()
        await life.start()
        assert await life.settled()
        await life.die()
        assert "\n".join(await verdict(life)) == ""
