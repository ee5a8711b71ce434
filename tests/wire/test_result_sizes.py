"""Where the limit for files is smaller than it was, pictures are made smaller, not refused."""

from __future__ import annotations

import pytest

from bot import metadata
from playground.person import Person
from playground.places import Guild
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.test_result_deleting import delete_from_gallery, job_of_file
from tests.wire.test_result_fetching import fetched, undelivered

pytestmark = pytest.mark.asyncio(loop_scope="module")

LARGE, LITTLE = 4_000_000, 20_000  # bytes; the small pictures have about 30,000


def somewhere(stage: Stage, name: str) -> tuple[Person, Guild]:
    """A member of a server of their own, whose limit can be changed."""
    guild = stage.discord.world.add_guild(name, upload_limit=LARGE)
    return stage.discord.person(f"Eva in {name}", guild.add_channel("drawings")), guild


async def test_share(shared: Stage) -> None:
    """A private picture that is too large for everybody is shared in a smaller file."""
    eva, guild = somewhere(shared, "Share")
    message = await results.draw(eva, "large and private", private=True)
    assert message.attachments[0].size > LITTLE
    guild.upload_limit = LITTLE
    await eva.press(message, label="Share")
    public = await eva.finds(lambda one: one.content.startswith("Shared by"))
    (file,) = public.attachments
    assert file.size <= LITTLE
    assert "large and private" in (metadata.read(file.read()) or "")


async def test_delete_one(shared: Stage) -> None:
    """What is left of a set stays in its message, in a smaller file where it has to."""
    eva, guild = somewhere(shared, "Delete")
    reply = await eva.command("sdxl", prompt="a large pair", count=2, **scene.SMALL)
    message = await results.of_set(reply, 2)
    assert message.attachments[0].size > LITTLE
    guild.upload_limit = LITTLE
    await delete_from_gallery(eva, job_of_file(message, 0))
    await scene.happens(lambda: len(message.attachments) == 1, "the message shows one")
    assert message.attachments[0].size <= LITTLE


async def test_fetch(shared: Stage) -> None:
    """What could not be delivered is fetched where less may be uploaded."""
    eva, guild = somewhere(shared, "Fetch")
    page = await undelivered(shared, eva, "large and lost", 2)
    guild.upload_limit = LITTLE
    message = await fetched(eva, page)
    assert len(message.attachments) == 2
    assert all(one.size <= LITTLE for one in message.attachments)


async def test_a_limit_that_nobody_told(shared: Stage) -> None:
    """Where Discord says that it is too large, whatever the limit: half of it, again and again."""
    eva, _ = somewhere(shared, "Untold")
    page = await undelivered(shared, eva, "larger than said", 1)
    shared.discord.faults.add("PATCH", "^/webhooks/", status=413, times=2)
    message = await fetched(eva, page)
    assert message.attachments[0].size > 0
