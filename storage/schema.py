"""The tables, as migrations: append only, each committed together with its record.

Valid on SQLite and on PostgreSQL. Indexes on jobs cover either live states or told jobs, so that
claiming and placing cost the same however many finished jobs there are. ``tally`` has the sums of
jobs that were erased, see storage/erasure.py; its ``guild_id`` is 0 outside of servers.
"""

from __future__ import annotations

from storage.database import Database, Steps, transaction

_FIRST = (
    """CREATE TABLE job (
        id BIGINT PRIMARY KEY,
        request_id BIGINT NOT NULL,
        number BIGINT NOT NULL,
        member_id BIGINT NOT NULL,
        guild_id BIGINT,
        channel_id BIGINT NOT NULL,
        operation TEXT NOT NULL,
        options TEXT NOT NULL,
        lane TEXT NOT NULL,
        price BIGINT NOT NULL,
        private BIGINT NOT NULL,
        upload_limit BIGINT NOT NULL,
        draft_id BIGINT,
        parent_id BIGINT,
        set_size BIGINT NOT NULL DEFAULT 1,
        spoiler BIGINT NOT NULL DEFAULT 0,
        deleted_at BIGINT,
        application_id BIGINT NOT NULL,
        token TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt BIGINT NOT NULL DEFAULT 0,
        tries BIGINT NOT NULL DEFAULT 0,
        worker TEXT,
        reporter TEXT,
        message_id BIGINT,
        links TEXT NOT NULL DEFAULT '[]',
        receipt TEXT,
        reason TEXT,
        slot BIGINT,
        step BIGINT NOT NULL DEFAULT 0,
        ready_at BIGINT NOT NULL DEFAULT 0,
        queued_at BIGINT,
        foretold BIGINT,
        placed_at BIGINT NOT NULL,
        started_at BIGINT,
        drawn_at BIGINT,
        told_at BIGINT,
        seconds DOUBLE PRECISION,
        day BIGINT NOT NULL,
        UNIQUE (request_id, number)
    )""",
    "CREATE INDEX job_rest ON job (lane, ready_at) WHERE state = 'resting'",
    """CREATE INDEX job_waiting ON job (member_id, lane, state, id)
        WHERE state IN ('placed', 'queued', 'resting')""",
    """CREATE INDEX job_hands ON job (worker, id)
        WHERE told_at IS NULL AND state NOT IN ('queued', 'resting')""",
    """CREATE TABLE turn (
        lane TEXT NOT NULL,
        member_id BIGINT NOT NULL,
        vtag BIGINT NOT NULL,
        weight BIGINT NOT NULL,
        queued BIGINT NOT NULL,
        PRIMARY KEY (lane, member_id)
    )""",
    "CREATE INDEX turn_next ON turn (lane, vtag, member_id) WHERE queued > 0",
    """CREATE TABLE lane (
        name TEXT PRIMARY KEY,
        calls BIGINT NOT NULL,
        window_ms BIGINT NOT NULL,
        burst BIGINT NOT NULL,
        margin_ms BIGINT NOT NULL,
        slots BYTEA NOT NULL,
        tat DOUBLE PRECISION NOT NULL,
        held BIGINT NOT NULL,
        widened BIGINT NOT NULL,
        epoch TEXT NOT NULL,
        vtime BIGINT NOT NULL,
        stretch DOUBLE PRECISION NOT NULL
    )""",
    """CREATE TABLE account (
        scope TEXT NOT NULL,
        owner BIGINT NOT NULL,
        day BIGINT NOT NULL,
        images_held BIGINT NOT NULL,
        images_spent BIGINT NOT NULL,
        micros_held BIGINT NOT NULL,
        micros_spent BIGINT NOT NULL,
        PRIMARY KEY (scope, owner, day)
    )""",
    """CREATE TABLE picture (
        job_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        place BIGINT NOT NULL,
        data BYTEA NOT NULL,
        format TEXT NOT NULL,
        width BIGINT NOT NULL,
        height BIGINT NOT NULL,
        PRIMARY KEY (job_id, kind, place)
    )""",
    """CREATE TABLE draft (
        id BIGINT PRIMARY KEY,
        member_id BIGINT NOT NULL,
        options TEXT NOT NULL,
        private BIGINT NOT NULL,
        stream BIGINT NOT NULL,
        spoiler BIGINT NOT NULL,
        pictures BIGINT NOT NULL,
        selection TEXT NOT NULL,
        trail TEXT NOT NULL,
        version BIGINT NOT NULL,
        candidates TEXT NOT NULL,
        touched_at BIGINT NOT NULL
    )""",
    "CREATE INDEX draft_age ON draft (touched_at)",
    """CREATE TABLE draft_picture (
        draft_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        data BYTEA NOT NULL,
        PRIMARY KEY (draft_id, kind)
    )""",
    "CREATE TABLE note (name TEXT PRIMARY KEY, content TEXT NOT NULL)",
    """CREATE INDEX job_shown ON job (member_id, id)
        WHERE state = 'drawn' AND told_at IS NOT NULL AND deleted_at IS NULL""",
    """CREATE INDEX job_model ON job (member_id, operation, id)
        WHERE state = 'drawn' AND told_at IS NOT NULL AND deleted_at IS NULL""",
    """CREATE INDEX job_hidden ON job (member_id, id)
        WHERE told_at IS NOT NULL AND (state <> 'drawn' OR deleted_at IS NOT NULL)""",
    """CREATE INDEX job_children ON job (parent_id)
        WHERE parent_id IS NOT NULL AND told_at IS NOT NULL""",
    """CREATE TABLE favourite (
        member_id BIGINT NOT NULL,
        job_id BIGINT NOT NULL,
        marked_at BIGINT NOT NULL,
        PRIMARY KEY (member_id, job_id)
    )""",
    "CREATE INDEX favourite_job ON favourite (job_id)",
    "CREATE TABLE preference (member_id BIGINT PRIMARY KEY, options TEXT NOT NULL)",
    "CREATE TABLE erasure (member_id BIGINT PRIMARY KEY, asked_at BIGINT NOT NULL)",
    """CREATE TABLE tally (
        member_id BIGINT NOT NULL,
        state TEXT NOT NULL,
        guild_id BIGINT NOT NULL,
        day BIGINT NOT NULL,
        jobs BIGINT NOT NULL,
        micros BIGINT NOT NULL,
        PRIMARY KEY (member_id, state, guild_id, day)
    )""",
    "CREATE INDEX draft_member ON draft (member_id, id)",
)

_PARENT_OF_DRAFT = ("ALTER TABLE draft ADD COLUMN parent_id BIGINT",)

_REFUSALS = (
    "ALTER TABLE job ADD COLUMN refusals BIGINT NOT NULL DEFAULT 0",
    "UPDATE job SET receipt = NULL WHERE receipt IS NOT NULL AND state <> 'made'",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _PARENT_OF_DRAFT, _REFUSALS)


@transaction
def _register() -> Steps[None]:
    yield (
        "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)",
        (),
    )


@transaction
def _apply(number: int, statements: tuple[str, ...]) -> Steps[bool]:
    """One migration with its record; False where it was there already."""
    recorded = yield (
        "INSERT INTO migration (number) VALUES ($1) ON CONFLICT (number) DO NOTHING"
        " RETURNING number",
        (number,),
    )
    if not recorded:
        return False
    for statement in statements:
        yield statement, ()
    return True


async def migrate(database: Database) -> int:
    """Bring the tables up to date; returns how many migrations were applied."""
    await database.run(_register())
    applied = 0
    for number, statements in enumerate(MIGRATIONS, start=1):
        applied += await database.run(_apply(number, statements))
    return applied
