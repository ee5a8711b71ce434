"""What a delivery leaves behind in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

import storage
from bot import images
from bot.delivery import Delivery
from bot.house import House
from bot.pixazo import Pixazo, Receipt
from bot.studio import Studio
from storage import jobs, outcome
from storage.job import Job
from tests.storage.world import CAPS, PICTURE, World, order


class Gateway:
    """It has the picture of every receipt."""

    async def collect(self, _: Receipt) -> images.Picture:
        """Return one."""
        return images.picture(PICTURE)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A fresh database."""
    async with storage.open(f"sqlite:///{tmp_path / 'bot.db'}") as database:
        yield World(database)


def open_studio(world: World) -> Studio:
    """A studio whose calls are all made."""
    return Studio(
        database=world.database,
        pixazo=cast(Pixazo, Gateway()),
        house=House(caps=CAPS, prices={}, embed_settings=False),
        editor=cast(Any, None),
        worker=world.worker,
    )


async def set_of_two(world: World) -> tuple[Job, Job]:
    """Two pictures that the gateway has made, of one private order without a token."""
    first = order(set_size=2, private=True, token="")
    placed = await world.run(jobs.place_set((first, replace(first, number=1)), CAPS, world.worker))
    for one in placed:
        await world.run(jobs.ready(one.job.id))
    for job in (await world.claim(2)).jobs:
        await world.run(outcome.made(job, Receipt(link="x").encode()))
    first_job, second_job = [await world.job(one.job.id) for one in placed]
    return first_job, second_job


@pytest.mark.parametrize("told", [True, False])
async def test_no_picture_stays_in_memory(world: World, told: bool) -> None:
    """Whoever tells the set, this process now or another one before or later."""
    studio = open_studio(world)
    one, two = await set_of_two(world)
    one = await studio.collect(one)
    assert one.state == "drawn"
    if told:
        await world.run(outcome.fail(two, "over"))
        for job in (one, two):
            assert await world.run(outcome.told(job.id))
    await Delivery(cast(Any, None), studio).tell(one)
    assert studio._fresh == {}
