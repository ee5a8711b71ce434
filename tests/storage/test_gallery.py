"""The gallery: pages, words, favourites, families, defaults; on both databases."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from storage import erasure, export, family, favourites, gallery, outcome, pictures, preferences
from storage.database import Database, Steps, transaction
from storage.gallery import Page, history, search
from storage.job import Job
from storage.postgres import Postgres
from tests.storage.world import PICTURE, World

ME, OTHER = 7_001, 7_002


async def told(world: World, member_id: int = ME, prompt: str = "a fox", **changes: object) -> Job:
    """A job of the member that was drawn and told."""
    values = {"prompt": prompt, "seed": 7}
    await world.queued(member_id, values=values, **changes)
    (job,) = (await world.claim()).jobs
    assert await world.run(outcome.drawn(job, PICTURE, 1.0))
    assert await world.run(outcome.told(job.id))
    return await world.job(job.id)


def ids(page: Page) -> list[int]:
    """The jobs of a page, as it shows them."""
    return [entry.job.id for entry in page.entries]


@transaction
def raw(sql: str, *args: object) -> Steps[list[dict[str, object]]]:
    """Run one statement."""
    return [dict(row) for row in (yield sql, args)]  # type: ignore[call-overload]  # mappings


async def test_history_is_newest_first_and_pages_meet(world: World) -> None:
    """Pages follow one another without a gap or a repetition, and the last one says so."""
    made = [101, 102, 103, 104, 105]  # neighbours: none may fall between two pages
    for number in made:
        job = await told(world)
        await world.run(raw("UPDATE job SET id = $2 WHERE id = $1", job.id, number))
    first = await world.run(history(ME, most=2))
    second = await world.run(history(ME, most=2, before=first.older))
    third = await world.run(history(ME, most=2, before=second.older))
    assert ids(first) + ids(second) + ids(third) == made[::-1]
    assert (first.older is None, second.older is None, third.older) == (False, False, None)


async def test_an_exactly_full_page_has_no_next_one(world: World) -> None:
    """Where nothing is left, no page is offered."""
    made = sorted([(await told(world)).id for _ in range(2)])
    assert await world.run(history(ME, most=2)) == await search(world.database, ME, most=2)
    page = await world.run(history(ME, most=2))
    assert (ids(page), page.older) == (made[::-1], None)


async def test_history_has_only_told_pictures_of_the_member(world: World) -> None:
    """Neither what waits or failed, nor what is not told, nor what others made is shown."""
    mine = await told(world)
    await told(world, OTHER)
    untold = await world.running(member_id=ME)
    await world.run(outcome.drawn(untold, PICTURE, 1.0))
    failed = await world.running(member_id=ME)
    await world.run(outcome.fail(failed, "no"))
    await world.run(outcome.told(failed.id))
    await world.queued(ME)
    assert ids(await world.run(history(ME))) == [mine.id]


async def test_a_removed_picture_is_gone_but_counted(world: World) -> None:
    """Delete takes it from every gallery, once; its row and the sums stay."""
    job = await told(world)
    await world.run(favourites.favourite(ME, job.id, True))
    assert await world.run(gallery.remove(job.id)) is True
    assert await world.run(gallery.remove(job.id)) is False
    assert ids(await world.run(history(ME))) == []
    assert await world.run(raw("SELECT * FROM favourite")) == []
    assert (await world.job(job.id)).deleted_at is not None
    assert await world.run(favourites.favourite(ME, job.id, True)) is False
    assert await world.sound()


async def test_removing_takes_what_is_kept_of_an_edit(world: World) -> None:
    """Comparison and mask outlive the telling, and go with the picture."""
    await world.queued(ME)
    (job,) = (await world.claim()).jobs
    await world.run(outcome.drawn(job, PICTURE, 1.0, {"compare": b"both", "mask": b"where"}))
    await world.run(outcome.told(job.id))
    assert await world.run(pictures.compare(job.id)) == b"both"
    assert await world.run(pictures.mask(job.id)) == b"where"
    await world.run(gallery.remove(job.id))
    assert await world.run(pictures.compare(job.id)) is None
    assert await world.run(pictures.mask(job.id)) is None


async def test_a_job_that_is_not_drawn_is_not_removed(world: World) -> None:
    """Only pictures can be taken out of the gallery."""
    job = await world.running(member_id=ME)
    assert await world.run(gallery.remove(job.id)) is False
    assert (await world.job(job.id)).deleted_at is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fox", ["A Fox in SNOW", "foxes, ÉCLAIR"]),
        ("SNOW fox", ["A Fox in SNOW"]),
        ("éclair", ["foxes, ÉCLAIR"]),
        ("e\u0301clair", ["foxes, ÉCLAIR"]),
        ("ЛИСА", ["лиса на снегу"]),
        ("strasse", ["Die Straße"]),
        ("STRAẞE", ["Die Straße"]),
        ("100%", ["100% wool_sock"]),
        ("l_s", ["100% wool_sock"]),
        ("%", ["100% wool_sock"]),
        ("seed", []),
        ("fox snow sled", []),
        ("  ", ["100% wool_sock", "Die Straße", "лиса на снегу", "foxes, ÉCLAIR", "A Fox in SNOW"]),
    ],
)
async def test_words_are_found_whatever_their_case(
    world: World, words: str, found: list[str]
) -> None:
    """All words must be in the prompt, in any order, case and script; no sign is a wildcard."""
    for prompt in ("A Fox in SNOW", "foxes, ÉCLAIR", "лиса на снегу", "Die Straße"):
        await told(world, prompt=prompt)
    await told(world, prompt="100% wool_sock")
    page = await world.run(history(ME, words=words))
    assert sorted(str(entry.job.values["prompt"]) for entry in page.entries) == sorted(found)


async def test_operations_are_told_apart(world: World) -> None:
    """Pictures of some models are shown, newest first over all of them, across pages."""
    some = ("sdxl", "lightning")
    made = [await told(world, operation=name) for name in (*some, "sd3") * 3]
    wanted = sorted((job.id for job in made if job.operation in some), reverse=True)
    first = await world.run(history(ME, operations=some, most=4))
    rest = await world.run(history(ME, operations=some, most=4, before=first.older))
    assert ids(first) + ids(rest) == wanted
    assert rest.older is None


async def test_a_rare_word_is_found_far_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction looks at a bounded number of pictures; search goes on to the end."""
    monkeypatch.setattr(gallery, "LOOKED", 6)
    monkeypatch.setattr(gallery, "PIECE", 3)
    rare = sorted([(await told(world, prompt="an owl")).id for _ in range(3)])
    for _ in range(20):
        await told(world)
    page = await world.run(history(ME, words="owl", most=2))
    assert ids(page) == []
    assert page.older is not None
    assert ids(await search(world.database, ME, words="owl", most=2)) == rare[:0:-1]
    whole = await search(world.database, ME, words="owl", most=10)
    assert (ids(whole), whole.older) == (rare[::-1], None)


async def test_favourites_are_marked_and_unmarked(world: World) -> None:
    """A mark can be set twice and taken twice; it is the member's own."""
    job, other = await told(world), await told(world)
    assert await world.run(favourites.favourite(ME, job.id, True)) is True
    assert await world.run(favourites.favourite(ME, job.id, True)) is True
    page = await world.run(history(ME))
    marks = {entry.job.id: entry.favourite for entry in page.entries}
    assert marks == {job.id: True, other.id: False}
    assert ids(await world.run(history(ME, favourites=True))) == [job.id]
    assert ids(await world.run(history(ME, favourites=True, operations=("sd3",)))) == []
    for _ in range(2):
        assert await world.run(favourites.favourite(ME, job.id, False)) is False
    assert ids(await world.run(history(ME, favourites=True))) == []


async def test_only_ones_own_pictures_can_be_favourites(world: World) -> None:
    """A forged id marks nobody else's picture, nor one that is not there."""
    public = await told(world)
    assert await world.run(favourites.favourite(OTHER, public.id, True)) is False
    assert await world.run(favourites.favourite(OTHER, 1, True)) is False
    assert ids(await world.run(history(OTHER, favourites=True))) == []


async def _child(world: World, parent: Job, **changes: object) -> Job:
    job = await told(world, **changes)  # type: ignore[arg-type]
    await world.run(raw("UPDATE job SET parent_id = $2 WHERE id = $1", job.id, parent.id))
    return await world.job(job.id)


async def test_a_family_is_known_to_its_oldest_member(world: World) -> None:
    """The line goes from the job to its oldest ancestor, and no further than asked."""
    first = await told(world)
    second = await _child(world, first)
    third = await _child(world, second, member_id=OTHER)
    line = await world.run(family.lineage(third.id))
    assert [job.id for job in line] == [third.id, second.id, first.id]
    assert await world.run(family.lineage(third.id, most=2)) == line[:2]
    assert await world.run(family.lineage(1)) == ()


async def test_a_family_that_bites_its_tail_ends(world: World) -> None:
    """A circle of parents costs no more than ``most`` steps."""
    job = await told(world)
    await world.run(raw("UPDATE job SET parent_id = $1 WHERE id = $1", job.id))
    line = await world.run(family.lineage(job.id, most=5))
    assert len(line) == 5


async def test_children_are_counted_while_they_are_there(world: World) -> None:
    """Pictures made from a picture count, until they are deleted."""
    parent = await told(world)
    await _child(world, parent)
    child = await _child(world, parent, member_id=OTHER)
    assert await world.run(family.children(parent.id)) == 2
    await world.run(gallery.remove(child.id))
    assert await world.run(family.children(parent.id)) == 1


async def test_defaults_are_remembered_whole(world: World) -> None:
    """Each setting replaces the one before; an empty one forgets them."""
    assert await world.run(preferences.preferences(ME)) == {}
    await world.run(preferences.prefer(ME, {"shape": "wide", "steps": 9}))
    await world.run(preferences.prefer(ME, {"negative_prompt": "шум", "private": 1}))
    assert await world.run(preferences.preferences(ME)) == {"negative_prompt": "шум", "private": 1}
    assert await world.run(preferences.preferences(OTHER)) == {}
    await world.run(preferences.prefer(ME, {}))
    assert await world.run(preferences.preferences(ME)) == {}


MANY = """
WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 6000)
INSERT INTO job (id, request_id, number, member_id, channel_id, operation, options, lane, price,
    private, upload_limit, application_id, token, state, parent_id, placed_at, told_at, day)
SELECT n, n, 0, 7001 + n % 50, 8, 'sdxl', '{}', 'free', 0, 0, 0, 9, '',
    CASE WHEN n % 7 = 0 THEN 'failed' ELSE 'drawn' END, n / 2, n, n, 0 FROM one
"""


@transaction
def _plan(sql: str, args: tuple[object, ...], postgres: bool) -> Steps[str]:
    """How the database would run it, with thousands of jobs and favourites in it."""
    yield MANY, ()
    yield "INSERT INTO favourite SELECT member_id, id, 0 FROM job WHERE id % 3 = 0", ()
    yield "INSERT INTO picture SELECT id, 'mask', 0, CAST('' AS BYTEA), '', 0, 0 FROM job", ()
    if not postgres:
        return "\n".join(row["detail"] for row in (yield f"EXPLAIN QUERY PLAN {sql}", args))
    yield "ANALYZE", ()
    return "\n".join(row["QUERY PLAN"] for row in (yield f"EXPLAIN {sql}", args))


PAGE = (ME, 1 << 62, 11)
PLANS: list[tuple[str, tuple[object, ...], str]] = [
    (gallery.ALL, PAGE, "job_shown"),
    (gallery.MODEL, (*PAGE, "sdxl"), "job_model"),
    (gallery.FAVOURITES, PAGE, "favourite"),
    (family.CHILDREN, (5,), "job_children"),
    (erasure.PAST[0], PAGE, "job_shown"),
    (erasure.PAST[1], PAGE, "job_hidden"),
    (export.TABLES["pictures"][1], (ME, 0, 11), "job_shown"),
    (export.TABLES["jobs without a picture"][1], (ME, 0, 11), "job_hidden"),
    (export.TABLES["favourites"][1], (ME, 0, 11), "favourite"),
]


@pytest.mark.parametrize(("sql", "args", "index"), PLANS)
async def test_pages_come_from_an_index_in_order(
    database: Database, sql: str, args: tuple[object, ...], index: str
) -> None:
    """No page reads or sorts a whole table, so that its cost does not grow with the past."""
    plan = await database.run(_plan(sql, args, isinstance(database, Postgres)))
    assert index in plan
    assert not re.search(r"\bSort\b|Seq Scan|TEMP B-TREE|^SCAN", plan, re.MULTILINE), plan


def test_a_page_reads_hardly_more_rows_than_it_shows() -> None:
    """Pieces are as large as the page, and grow only where words are rare."""
    assert list(islice(gallery._sizes(11), 6)) == [11, 22, 44, 88, 176, 250]
    assert list(islice(gallery._sizes(300), 3)) == [300] * 3
