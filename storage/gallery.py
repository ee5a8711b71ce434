"""Finished pictures: a member's own, newest first, page by page, found by words.

A picture is here once its member was told, until it is deleted. Pages are cut at a job's id and
read from an index of exactly these rows, so that they cost the same however long the past is.

Words are compared in Python: SQLite folds the case of ASCII only, PostgreSQL as its locale says.
Pieces of growing size are read, newest first, until the page is full: a word that is often there
costs as little as none. A rare one reads far back, which ``search`` does in short transactions
with room for others between them; no placing or telling pays for an index of words.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from storage.database import Row, Rows, Runs, Steps, now, one, transaction
from storage.job import Job
from storage.rows import job_of

LOOKED = 1000  # pictures that one transaction compares with the words, about
PIECE = 250  # pictures read at once, at most
_NEWEST = (1 << 63) - 1

SHOWN = "job.state = 'drawn' AND job.told_at IS NOT NULL AND job.deleted_at IS NULL"
# All other told jobs: what failed, what was cancelled, what was deleted.
HIDDEN = "job.told_at IS NOT NULL AND (job.state <> 'drawn' OR job.deleted_at IS NOT NULL)"
_OWN = """
SELECT job.*, EXISTS (SELECT 1 FROM favourite
    WHERE favourite.member_id = $1 AND favourite.job_id = job.id) AS marked
FROM job WHERE job.member_id = $1 AND job.id < $2 AND {which} ORDER BY job.id DESC LIMIT $3
"""
ALL = _OWN.format(which=SHOWN)
MODEL = _OWN.format(which=f"{SHOWN} AND job.operation = $4")
FAVOURITES = f"""
SELECT job.*, 1 AS marked FROM favourite JOIN job ON job.id = favourite.job_id
WHERE favourite.member_id = $1 AND favourite.job_id < $2 AND {SHOWN}
ORDER BY favourite.job_id DESC LIMIT $3
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A picture in somebody's gallery, and whether it is one of their favourites."""

    job: Job
    favourite: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """Pictures, newest first; ``older`` is the ``before`` of the next page, None at the end."""

    entries: tuple[Entry, ...]
    older: int | None


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    member_id: int
    words: tuple[str, ...]
    operations: tuple[str, ...]
    favourites: bool

    def fits(self, row: Row) -> bool:
        """Whether the row has what the statement did not ask for."""
        if self.operations and row["operation"] not in self.operations:
            return False
        if not self.words:
            return True
        prompt = folded(str(json.loads(row["options"]).get("prompt", "")))
        return all(word in prompt for word in self.words)

    def piece(self, before: int, most: int) -> Steps[Rows]:
        """The next rows, newest first."""
        if self.favourites:
            return (yield FAVOURITES, (self.member_id, before, most))
        if not self.operations:
            return (yield ALL, (self.member_id, before, most))
        rows: list[Row] = []
        for operation in self.operations:
            rows += yield MODEL, (self.member_id, before, most, operation)
        return sorted(rows, key=_id, reverse=True)[:most]


@dataclass(kw_only=True)
class _Reader:
    """How far a page has been read."""

    most: int
    cursor: int
    looked: int = 0
    entries: list[Entry] = field(default_factory=list)

    def take(self, wanted: _Wanted, rows: Rows) -> bool:
        """Take what fits; True where the page is full and one more would fit."""
        for row in rows:
            if wanted.fits(row):
                if len(self.entries) == self.most:
                    return True
                self.entries.append(Entry(job=job_of(row), favourite=bool(row["marked"])))
            self.cursor = _id(row)
        self.looked += len(rows)
        return False

    def page(self, *, more: bool) -> Page:
        """What was read."""
        return Page(entries=tuple(self.entries), older=self.cursor if more else None)


def folded(text: str) -> str:
    """The text as words are compared: without case and width, accents composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@transaction
def history(
    member_id: int,
    *,
    words: str = "",
    operations: tuple[str, ...] = (),
    favourites: bool = False,
    before: int | None = None,
    most: int = 10,
) -> Steps[Page]:
    """A page of the member's pictures, newest first, without deleted ones.

    Every one of ``words`` is somewhere in the prompt; ``operations`` are ids, none for all.
    ``favourites`` are the marked ones. Looks at about ``LOOKED`` pictures at most: a page that is
    not full has ``older`` where there may be more.
    """
    wanted = _Wanted(
        member_id=member_id,
        words=tuple(folded(words).split()),
        operations=operations,
        favourites=favourites,
    )
    reader = _Reader(most=most, cursor=_NEWEST if before is None else before)
    for size in _sizes(most + 1):
        rows = yield from wanted.piece(reader.cursor, size)
        if reader.take(wanted, rows):
            return reader.page(more=True)
        if len(rows) < size:
            return reader.page(more=False)
        if reader.looked >= LOOKED:
            break
    return reader.page(more=True)


async def search(
    database: Runs,
    member_id: int,
    *,
    words: str = "",
    operations: tuple[str, ...] = (),
    favourites: bool = False,
    before: int | None = None,
    most: int = 10,
) -> Page:
    """``history`` to the end: a full page, or all that is left, in several transactions."""
    found: tuple[Entry, ...] = ()
    while True:
        page = await database.run(
            history(
                member_id,
                words=words,
                operations=operations,
                favourites=favourites,
                before=before,
                most=most - len(found),
            )
        )
        found += page.entries
        before = page.older
        if before is None or len(found) == most:
            return Page(entries=found, older=before)


@transaction
def remove(job_id: int) -> Steps[bool]:
    """Take a picture out of the gallery; False where it is not there.

    Its row stays for the sums. Whether one may is for the caller to ask.
    """
    moment = yield from now()
    row = yield from one(
        "UPDATE job SET deleted_at = $2 WHERE id = $1 AND state = 'drawn' AND deleted_at IS NULL"
        " RETURNING id",
        job_id,
        moment.wall,
    )
    if row is None:
        return False
    yield "DELETE FROM picture WHERE job_id = $1", (job_id,)
    yield "DELETE FROM favourite WHERE job_id = $1", (job_id,)
    return True


def _sizes(first: int) -> Iterator[int]:
    """How many rows to read at once, time after time: twice as many, up to ``PIECE``."""
    size = first
    while True:
        yield size
        size = max(first, min(PIECE, size * 2))


def _id(row: Row) -> int:
    return int(row["id"])
