"""Edits in preparation, on both databases: kept, changed in order, frozen by an order, swept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from storage import drafts, outcome
from storage.database import Database, Steps, transaction
from storage.drafts import KEPT_MOST, KEPT_MS, Draft
from tests.storage.world import World, order


async def begun(database: Database, **more: object) -> Draft:
    """A draft of member 1, with a picture."""
    draft = await database.run(drafts.begin(1, {"prompt": "a lion"}, **more))  # type: ignore[arg-type]  # options of begin
    kept = await database.run(drafts.keep(draft.id, {"source": b"picture", "facts": b"{}"}))
    assert kept == replace(draft, version=draft.version + 1)
    return kept


async def ordered(world: World, draft: Draft) -> int:
    """An order for the draft; returns the job's id."""
    placed = await world.place(order(1, request_id=draft.id, draft_id=draft.id))
    return placed.job.id


async def test_a_draft_is_kept_whole(database: Database) -> None:
    """Whatever was begun is read back the same, files too."""
    draft = await begun(
        database, private=True, stream=True, candidates=(("a", "https://x/1"), ("b", "https://x/2"))
    )
    assert await database.run(drafts.draft(draft.id)) == draft
    assert await database.run(drafts.picture(draft.id, "source")) == b"picture"
    assert await database.run(drafts.picture(draft.id, "mask")) is None
    assert await database.run(drafts.draft(draft.id + 1)) is None
    await database.run(drafts.keep(draft.id, {"source": b"another"}))
    assert await database.run(drafts.picture(draft.id, "source")) == b"another"


async def test_a_change_needs_the_newest_state(database: Database) -> None:
    """Of two changes of the same state one is refused, and nothing of it is kept."""
    draft = await begun(database)
    both = await asyncio.gather(
        *(
            database.run(drafts.select(draft, name, ("",), {"mask": name.encode()}))
            for name in ("x", "y")
        )
    )
    (won,) = [one for one in both if one is not None]
    assert won.version == draft.version + 1
    assert await database.run(drafts.picture(draft.id, "mask")) == won.selection.encode()
    stored = await database.run(drafts.draft(draft.id))
    assert stored == won
    assert stored is not None
    assert stored.trail == ("",)


async def test_other_words_are_a_change_too(database: Database) -> None:
    """The options are replaced, and a change of the state before is refused."""
    draft = await begun(database)
    described = await database.run(drafts.describe(draft.id, {"prompt": "a bear"}))
    assert described is not None
    assert described.values == {"prompt": "a bear"}
    assert await database.run(drafts.select(draft, "x", ())) is None
    assert await database.run(drafts.describe(draft.id + 1, {})) is None


async def test_an_order_freezes_its_draft(database: Database, world: World) -> None:
    """What was ordered is neither changed nor forgotten: the result is put into just that."""
    draft = await begun(database)
    await ordered(world, draft)
    frozen = await database.run(drafts.draft(draft.id))
    assert frozen is not None
    assert frozen.ordered
    assert await database.run(drafts.select(frozen, "x", (), {"mask": b"x"})) is None
    assert await database.run(drafts.keep(draft.id, {"source": b"other", "mask": b"x"})) is None
    await database.run(drafts.forget(draft.id))
    assert await database.run(drafts.draft(draft.id)) == frozen
    assert await database.run(drafts.picture(draft.id, "source")) == b"picture"
    assert await database.run(drafts.picture(draft.id, "mask")) is None


async def test_forgotten_with_its_files(database: Database) -> None:
    """Cancel leaves nothing."""
    draft = await begun(database)
    await database.run(drafts.forget(draft.id))
    assert await database.run(drafts.draft(draft.id)) is None
    assert await database.run(drafts.picture(draft.id, "source")) is None
    assert await database.run(drafts.keep(draft.id, {"source": b"late"})) is None
    assert await database.run(drafts.picture(draft.id, "source")) is None


async def test_the_sweep(database: Database, world: World) -> None:
    """A day after the last touch a draft goes with its files, unless a live job needs it."""
    old, needed, done, fresh = [await begun(database) for _ in range(4)]
    await ordered(world, needed)
    finished = await ordered(world, done)
    await database.run(outcome.cancel(finished, 1))
    await database.run(outcome.told(finished))
    for draft in (old, needed, done):
        await database.run(_aged(draft.id))
    assert await database.run(drafts.sweep()) == 2
    left = [await database.run(drafts.draft(one.id)) for one in (old, needed, done, fresh)]
    assert [one is not None for one in left] == [False, True, False, True]
    assert await database.run(drafts.picture(old.id, "source")) is None
    assert await database.run(drafts.picture(needed.id, "source")) == b"picture"


@transaction
def _aged(draft_id: int) -> Steps[None]:
    yield "UPDATE draft SET touched_at = touched_at - $2 WHERE id = $1", (draft_id, KEPT_MS + 1)


async def test_a_member_keeps_the_newest_only(world: World) -> None:
    """Older drafts go with their files, but not what a live job is made from, nor another's."""
    first, second = [await begun(world.database) for _ in range(2)]
    job_id = await ordered(world, first)
    other = await world.run(drafts.begin(2, {"prompt": "mine"}))
    newer = [await begun(world.database) for _ in range(KEPT_MOST)]
    kept = [await world.run(drafts.draft(one.id)) for one in (first, second, other, *newer)]
    assert [one is not None for one in kept] == [True, False, True, *[True] * KEPT_MOST]
    assert await world.run(drafts.picture(second.id, "source")) is None
    await world.run(outcome.cancel(job_id, 1, worker=world.worker))
    await world.run(outcome.told(job_id))
    await begun(world.database)
    assert await world.run(drafts.draft(first.id)) is None


async def test_what_is_known_of_the_picture(world: World) -> None:
    """Describing adds a cover and a parent, and takes neither away; ordered drafts stay as is."""
    draft = await begun(world.database, spoiler=False)
    found = await world.run(drafts.describe(draft.id, {}, spoiler=True, parent_id=7))
    assert found is not None
    assert (found.spoiler, found.parent_id) == (True, 7)
    found = await world.run(drafts.describe(draft.id, {"prompt": "x"}))
    assert found is not None
    assert (found.spoiler, found.parent_id) == (True, 7)
    await ordered(world, draft)
    assert await world.run(drafts.describe(draft.id, {"prompt": "y"})) is None
