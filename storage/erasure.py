"""Deleting everything about a member, while the accounts stay true as anonymous sums.

Jobs are deleted; what they were is counted in ``tally``: state, server, day, jobs and price. The
bot's and the servers' accounts do not change. A member's own account and tally keep the member's
id until the UTC day is over, as numbers only, so that nobody gets today's quota again by erasing;
then ``sweep`` adds them to the account and the tally of nobody, ``NOBODY``. Storage's audit holds
at every step, and a step that was not reached is done by the next sweep.

An edit that another member's picture is being drawn from is nobody's at once, and deleted by the
first sweep of drafts after that picture.

Nothing begins while a job of the member is live: its row says what is paid for and who waits. The
member cancels it, or waits for it, and asks again. What is ordered after asking is new and stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from storage import drafts, ledger
from storage.database import Row, Runs, Steps, now, one, transaction
from storage.gallery import HIDDEN, SHOWN
from storage.ledger import LEAVES

NOBODY = 0  # a member that Discord does not have
PIECE = 250  # pictures, and as many other jobs, that one transaction deletes

_LIVE = """
SELECT (SELECT count(*) FROM job WHERE member_id = $1 AND state IN ('placed', 'queued', 'resting'))
    + (SELECT count(*) FROM job WHERE member_id = $1 AND state <> 'placed'
        AND told_at IS NULL AND state NOT IN ('queued', 'resting')) AS jobs
"""
_PAST = """
SELECT id FROM job WHERE member_id = $1 AND placed_at <= $2 AND {which} ORDER BY id LIMIT $3
"""
PAST = tuple(_PAST.format(which=which) for which in (SHOWN, HIDDEN))
_COUNT = """
INSERT INTO tally (member_id, state, guild_id, day, jobs, micros) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (member_id, state, guild_id, day) DO UPDATE SET
    jobs = tally.jobs + excluded.jobs, micros = tally.micros + excluded.micros
"""
_MOVE = """
INSERT INTO account (scope, owner, day, images_held, images_spent, micros_held, micros_spent)
VALUES ('member', $1, $2, 0, $3, 0, $4)
ON CONFLICT (scope, owner, day) DO UPDATE SET
    images_spent = account.images_spent + excluded.images_spent,
    micros_spent = account.micros_spent + excluded.micros_spent
"""
_EMPTY = """
DELETE FROM account WHERE scope = 'member' AND owner = $1 AND day = $2
    AND images_held = 0 AND images_spent = 0 AND micros_held = 0 AND micros_spent = 0
"""
Sums = Counter[tuple[str, int, int, str]]  # state, server, day, column


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was deleted, in jobs; where ``live`` is not 0, nothing was, because so many live."""

    live: int
    jobs: int


async def erase(database: Runs, member_id: int) -> Erased:
    """Delete what is stored about the member; today's numbers go with the first later sweep.

    May be asked again at any time. Raises storage.errors.Unavailable, with the rest left to
    ``sweep``.
    """
    live = await database.run(_begin(member_id))
    if live:
        return Erased(live=live, jobs=0)
    return Erased(live=0, jobs=await _finish(database, member_id))


async def sweep(database: Runs) -> int:
    """Go on with every erasure that is not over; return how many are over now."""
    over = 0
    for member_id in await database.run(_open()):
        await _finish(database, member_id)
        over += await database.run(_close(member_id))
    return over


async def _finish(database: Runs, member_id: int) -> int:
    """Delete the jobs and make anonymous what may be by now; returns how many jobs."""
    jobs = 0
    while gone := await database.run(_forget(member_id)):
        jobs += gone
    await database.run(_anonymous(member_id))
    return jobs


@transaction
def _begin(member_id: int) -> Steps[int]:
    """Note the wish and delete all but jobs; where jobs are live: do nothing, and say how many."""
    live = yield from one(_LIVE, member_id)
    if live and live["jobs"]:
        return int(live["jobs"])
    moment = yield from now()
    yield (
        "INSERT INTO erasure (member_id, asked_at) VALUES ($1, $2)"
        " ON CONFLICT (member_id) DO UPDATE SET asked_at = $2",
        (member_id, moment.wall),
    )
    yield from drafts.disown(member_id, NOBODY)
    yield "DELETE FROM favourite WHERE member_id = $1", (member_id,)
    yield "DELETE FROM preference WHERE member_id = $1", (member_id,)
    return 0


@transaction
def _forget(member_id: int) -> Steps[int]:
    """Delete some of the jobs that were placed before the member asked, and count them."""
    asked = yield from one("SELECT asked_at FROM erasure WHERE member_id = $1", member_id)
    if asked is None:
        return 0
    past: list[Row] = []
    for sql in PAST:
        past += yield sql, (member_id, asked["asked_at"], PIECE)
    sums: Sums = Counter()
    for found in past:
        job_id = found["id"]
        yield "DELETE FROM picture WHERE job_id = $1", (job_id,)
        yield "DELETE FROM favourite WHERE job_id = $1", (job_id,)
        row = yield from one("DELETE FROM job WHERE id = $1 RETURNING *", job_id)
        if row is not None:
            _add(sums, row)
    yield from _count(member_id, sums)
    return len(past)


def _add(sums: Sums, row: Row) -> None:
    place = row["state"], row["guild_id"] or 0, row["day"]
    sums[*place, "jobs"] += 1
    sums[*place, "micros"] += row["price"]


def _count(member_id: int, sums: Sums) -> Steps[None]:
    for place in sorted({key[:3] for key in sums}):
        yield _COUNT, (member_id, *place, sums[*place, "jobs"], sums[*place, "micros"])


@transaction
def _anonymous(member_id: int) -> Steps[None]:
    """Give the member's sums of the days that are over to nobody."""
    moment = yield from now()
    rows = yield (
        "DELETE FROM tally WHERE member_id = $1 AND day < $2 RETURNING *",
        (member_id, moment.wall // ledger.DAY_MS),
    )
    moved: Counter[tuple[int, str]] = Counter()
    for row in rows:
        images, priced = LEAVES[row["state"]]["member"]
        moved[row["day"], "images"] += row["jobs"] * images
        moved[row["day"], "micros"] += row["micros"] * priced
        place = row["state"], row["guild_id"], row["day"]
        yield _COUNT, (NOBODY, *place, row["jobs"], row["micros"])
    for day in sorted({day for day, _ in moved}):
        images, micros = moved[day, "images"], moved[day, "micros"]
        yield _MOVE, (NOBODY, day, images, micros)
        yield _MOVE, (member_id, day, -images, -micros)
        yield _EMPTY, (member_id, day)


@transaction
def _open() -> Steps[tuple[int, ...]]:
    rows = yield "SELECT member_id FROM erasure ORDER BY member_id", ()
    return tuple(int(row["member_id"]) for row in rows)


@transaction
def _close(member_id: int) -> Steps[bool]:
    """Forget that the member asked, once no sum names them any more."""
    rows = yield (
        "DELETE FROM erasure WHERE member_id = $1"
        " AND NOT EXISTS (SELECT 1 FROM tally WHERE tally.member_id = $1) RETURNING member_id",
        (member_id,),
    )
    if rows:  # not before: a place in the line is part of today's numbers
        yield "DELETE FROM turn WHERE member_id = $1 AND queued = 0", (member_id,)
    return bool(rows)
