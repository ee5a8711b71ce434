"""Export and erasure: what is stored about a member, all of it, and then nothing of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import drafts, erasure, export, favourites, jobs, ledger, outcome, preferences
from storage.database import Database, Steps, transaction
from storage.erasure import Erased, erase, sweep
from storage.gallery import history
from storage.job import FINISHED
from storage.ledger import DAY_MS
from storage.schema import migrate
from storage.sqlite import SQLite
from tests.storage.test_gallery import raw, told
from tests.storage.world import CAPS, PICTURE, Clock, World, careless, order

ME, OTHER = 777_000_111_222, 777_000_333_444
TABLES = (
    "job", "turn", "lane", "account", "picture", "draft", "draft_picture", "note", "favourite",
    "preference", "erasure", "tally",
)  # fmt: skip
TODAY = {"account", "erasure", "tally", "turn"}  # what may name an erased member until midnight


@transaction
def naming(member_id: int) -> Steps[set[str]]:
    """The tables that have the member's id in any column."""
    found = set()
    for table in TABLES:
        for row in (yield f"SELECT * FROM {table}", ()):
            if str(member_id) in json.dumps(dict(row), default=str):  # type: ignore[call-overload]
                found.add(table)
    return found


async def fill(world: World, member_id: int) -> None:
    """Something of the member's in every table."""
    first = await told(world, member_id, prompt=f"made by <@{member_id}>")
    await world.run(favourites.favourite(member_id, first.id, True))
    await world.run(preferences.prefer(member_id, {"shape": "wide"}))
    begun = await world.run(drafts.begin(member_id, {"prompt": "an owl"}))
    await world.run(drafts.keep(begun.id, {"source": b"bytes"}))
    failed = await world.running(member_id=member_id, guild_id=None)
    await world.run(outcome.fail(failed, "no", spent=True))
    await world.run(outcome.told(failed.id))


async def pages(database: Database, member_id: int, most: int = 500) -> dict[str, list[Any]]:
    """The whole export."""
    found: dict[str, list[Any]] = {}
    async for table, rows in export.export(database, member_id, most=most):
        assert len(rows) <= most
        found.setdefault(table, []).extend(rows)
    return found


async def test_an_export_has_everything_of_the_member_and_nothing_of_others(world: World) -> None:
    """Jobs in every state, drafts, favourites, defaults and days are plain values; no token is."""
    await told(world, ME)
    await erase(world.database, ME)
    await fill(world, ME)
    await fill(world, OTHER)
    await world.queued(ME)
    await world.place(order(ME))
    await world.queued(ME)
    await world.claim(1)
    found = await pages(world.database, ME)
    text = json.dumps(found)
    assert {name: len(rows) for name, rows in found.items()} == {
        "pictures": 1, "jobs without a picture": 1, "jobs in line": 2, "jobs in hand": 1,
        "drafts": 1, "favourites": 1, "preferences": 1, "days": 1, "erasures": 1,
        "sums of what was erased": 1,
    }  # fmt: skip
    (picture,) = found["pictures"]
    assert picture["options"] == {"prompt": f"made by <@{ME}>", "seed": 7}
    assert (picture["private"], picture["links"], picture["state"]) == (False, [], "drawn")
    (summed,) = found["sums of what was erased"]
    assert (summed["state"], summed["guild_id"], summed["jobs"]) == ("drawn", 7, 1)
    assert str(OTHER) not in text
    assert "secret" not in text


async def test_an_export_tells_what_files_are_kept(world: World) -> None:
    """By their kind and size: a result that reached nobody, an edit's mask, a draft's source."""
    job = await world.running(member_id=ME)
    kept = {"compare": b"both", "mask": b"where"}
    await world.run(outcome.drawn(job, PICTURE, 1.0, kept))
    await world.run(outcome.told(job.id, delivered=False))
    begun = await world.run(drafts.begin(ME, {"prompt": "an owl"}))
    await world.run(drafts.keep(begun.id, {"source": b"bytes", "mask": b"black"}))
    found = await pages(world.database, ME)
    (picture,), (draft,) = found["pictures"], found["drafts"]
    sizes = {name: size for name, size in picture.items() if name.endswith("_bytes")}
    assert sizes == {
        "input_bytes": 0, "result_bytes": 0, "undelivered_bytes": len(PICTURE.data),
        "compare_bytes": 4, "mask_bytes": 5,
    }  # fmt: skip
    assert draft["files_bytes"] == 10


async def test_an_export_comes_in_bounded_pieces(world: World) -> None:
    """However small the pieces are, they make the same whole."""
    for _ in range(5):
        await fill(world, ME)
    whole = await pages(world.database, ME)
    assert await pages(world.database, ME, most=2) == whole
    assert await pages(world.database, ME, most=5) == whole
    assert len(whole["pictures"] + whole["jobs without a picture"]) == 10


async def test_erasing_leaves_nothing_but_todays_numbers(world: World) -> None:
    """At once every word and picture is gone; only counts of today still have an owner."""
    await fill(world, ME)
    await fill(world, OTHER)
    before = await pages(world.database, OTHER)
    assert await erase(world.database, ME) == Erased(live=0, jobs=2)
    assert await world.run(naming(ME)) <= TODAY
    assert (await world.run(history(ME))).entries == ()
    assert await pages(world.database, OTHER) == before
    assert await world.sound()


async def test_erasing_gives_no_second_quota(world: World) -> None:
    """What was drawn today counts today, erased or not, swept or not."""
    await fill(world, ME)
    left = await world.run(ledger.allowance(ME, 7, CAPS))
    await erase(world.database, ME)
    assert await world.run(ledger.allowance(ME, 7, CAPS)) == left
    assert await sweep(world.database) == 0
    assert await world.run(ledger.allowance(ME, 7, CAPS)) == left


async def test_nothing_is_erased_while_a_job_lives(world: World) -> None:
    """A waiting or running job stands in the way, and everything stays as it was."""
    await fill(world, ME)
    await world.queued(ME)
    job = await world.running(member_id=ME)
    before = await pages(world.database, ME)
    assert await erase(world.database, ME) == Erased(live=2, jobs=0)
    assert await pages(world.database, ME) == before
    assert job.state == "running"
    assert await sweep(world.database) == 0


async def test_an_edit_that_anothers_picture_is_drawn_from(world: World) -> None:
    """It stays for that picture, as nobody's; afterwards it goes with the next sweep."""
    begun = await world.run(drafts.begin(ME, {"prompt": "an owl"}))
    await world.run(drafts.keep(begun.id, {"source": b"bytes"}))
    job = await world.running(member_id=OTHER, draft_id=begun.id)
    await erase(world.database, ME)
    assert await world.run(naming(ME)) <= TODAY
    assert await world.run(drafts.picture(begun.id, "source")) == b"bytes"
    assert await world.run(drafts.sweep()) == 0
    assert await world.run(outcome.drawn(job, PICTURE, 1.0))
    assert await world.run(outcome.told(job.id))
    assert await world.run(drafts.sweep()) == 1
    assert await world.run(raw("SELECT * FROM draft_picture")) == []


async def test_many_jobs_are_erased_in_bounded_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More jobs than one step takes are all gone, and each is counted once."""
    monkeypatch.setattr(erasure, "PIECE", 2)
    for _ in range(5):
        await told(world, ME)
    assert await erase(world.database, ME) == Erased(live=0, jobs=5)
    assert await world.sound()


async def test_an_interrupted_erasure_is_finished_by_the_sweep(world: World) -> None:
    """Who asked need not ask again after a crash between two steps."""
    await fill(world, ME)
    assert await world.run(erasure._begin(ME)) == 0
    assert await sweep(world.database) == 0
    assert await world.run(naming(ME)) <= TODAY
    assert await world.sound()


async def test_the_day_after_nothing_names_the_member(clocked: World, clock: Clock) -> None:
    """The first sweep after midnight gives the numbers to nobody; the sums stay."""
    await fill(clocked, ME)
    sums = await clocked.run(raw("SELECT * FROM account WHERE scope <> 'member' ORDER BY scope"))
    await erase(clocked.database, ME)
    clock.forward(DAY_MS / 1000)
    assert await sweep(clocked.database) == 1
    assert await clocked.run(naming(ME)) == set()
    assert sums == await clocked.run(
        raw("SELECT * FROM account WHERE scope <> 'member' ORDER BY scope")
    )
    assert await clocked.sound()


async def test_what_is_ordered_after_erasing_stays(clocked: World, clock: Clock) -> None:
    """A member who comes back on the same day keeps what they draw then."""
    await fill(clocked, ME)
    await erase(clocked.database, ME)
    clock.forward(1)
    again = await told(clocked, ME)
    clock.forward(DAY_MS / 1000)
    await sweep(clocked.database)
    (entry,) = (await clocked.run(history(ME))).entries
    assert entry.job.id == again.id
    assert await clocked.sound()


DEEDS = ("draw", "fail", "unknown", "cancel", "wait", "edit", "mark", "tomorrow", "erase", "sweep")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.sampled_from((ME, OTHER)), st.booleans()), max_size=20
    )
)
def test_no_life_leaves_a_name_behind(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int, bool]]
) -> None:
    """Whatever members did before: after erasing, nothing names them and every sum is right."""
    asyncio.run(_live(tmp_path_factory.mktemp("life") / "bot.db", deeds))


async def _live(path: Path, deeds: list[tuple[str, int, bool]]) -> None:
    clock = Clock()
    database = await SQLite.connect(path, read_clock=clock)
    try:
        await careless(database)
        await migrate(database)
        world = World(database)
        for deed, member_id, paid in deeds:
            await _do(world, clock, deed, member_id, 200_000 if paid else 0)
            await world.sound()
        await _end(world, clock)
    finally:
        await database.close()


async def _do(world: World, clock: Clock, deed: str, member_id: int, price: int) -> None:
    clock.forward(70)
    match deed:
        case "tomorrow":
            clock.forward(DAY_MS / 1000)
        case "erase":
            await erase(world.database, member_id)
        case "sweep":
            await sweep(world.database)
        case "edit":
            await world.run(drafts.begin(member_id, {"prompt": f"for {member_id}"}))
        case "mark":
            for entry in (await world.run(history(member_id))).entries:
                await world.run(favourites.favourite(member_id, entry.job.id, True))
        case "wait":
            await world.queued(member_id, price=price)
        case _:
            await _finish(world, deed, member_id, price)


async def _finish(world: World, deed: str, member_id: int, price: int) -> None:
    placed = await world.queued(member_id, price=price)
    if deed == "cancel":
        await world.run(outcome.cancel(placed.id, member_id))
    else:
        for job in (await world.claim(1)).jobs:
            if deed == "draw":
                await world.run(outcome.drawn(job, PICTURE, 1.0))
            else:
                await world.run(outcome.fail(job, "no", spent=deed == "unknown"))
    for row in await world.run(raw("SELECT id, state FROM job WHERE told_at IS NULL")):
        if row["state"] in FINISHED:
            await world.run(outcome.told(int(str(row["id"]))))


async def _end(world: World, clock: Clock) -> None:
    """Let everything end, erase the one member, and look for them the day after."""
    for row in await world.run(raw("SELECT id, member_id FROM job WHERE told_at IS NULL")):
        job_id, owner = int(str(row["id"])), int(str(row["member_id"]))
        await world.run(outcome.cancel(job_id, owner))
        job = await world.run(jobs.job(job_id))
        if job is not None and not job.finished:
            await world.run(outcome.fail(job, "no"))
        await world.run(outcome.told(job_id))
    clock.forward(1)
    assert (await erase(world.database, ME)).live == 0
    assert await world.run(naming(ME)) <= TODAY
    await world.sound()
    clock.forward(DAY_MS / 1000)
    await sweep(world.database)
    assert await world.run(naming(ME)) == set()
    await world.sound()
