"""Counting again: do the accounts and the line say what the jobs say?"""

from __future__ import annotations

from collections import Counter

from storage.database import Row, Rows, Steps, transaction
from storage.job import HELD
from storage.ledger import LEAVES, owners

_JOBS = """
SELECT state, member_id, guild_id, day, count(*) AS jobs, CAST(sum(price) AS BIGINT) AS micros
FROM job GROUP BY state, member_id, guild_id, day
UNION ALL SELECT state, member_id, NULLIF(guild_id, 0) AS guild_id, day, jobs, micros FROM tally
"""
_LINES = """
SELECT lane, member_id, CAST(sum(told) AS BIGINT) AS told, CAST(sum(found) AS BIGINT) AS found
FROM (
    SELECT lane, member_id, queued AS told, 0 AS found FROM turn
    UNION ALL SELECT lane, member_id, 0 AS told, 1 AS found FROM job WHERE state = 'queued'
) AS both_sides GROUP BY lane, member_id HAVING sum(told) <> sum(found)
"""
_STRAYS = """
SELECT id, state, worker FROM job
WHERE (state = 'running' AND worker IS NULL)
    OR (state IN ('queued', 'resting') AND worker IS NOT NULL)
    OR (told_at IS NOT NULL AND state IN ('placed', 'queued', 'resting', 'running', 'made'))
"""
_COLUMNS = ("images_held", "images_spent", "micros_held", "micros_spent")
Key = tuple[str, int, int, str]  # scope, owner, day, column


@transaction
def audit() -> Steps[list[str]]:
    """Every disagreement of the accounts or the line with the jobs; reads all, for checks."""
    expected = _expected((yield _JOBS, ()))
    for row in (yield "SELECT * FROM account", ()):
        for column in _COLUMNS:
            expected[row["scope"], row["owner"], row["day"], column] -= row[column]
    found = [f"account {key}: off by {-off}" for key, off in sorted(expected.items()) if off != 0]
    lines = yield _LINES, ()
    found += [
        f"line {row['lane']} of {row['member_id']}: {row['told']} told, {row['found']} found"
        for row in lines
    ]
    strays = yield _STRAYS, ()
    found += [f"job {row['id']}: {row['state']} with worker {row['worker']}" for row in strays]
    return found


def _expected(rows: Rows) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for row in rows:
        for scope, owner in owners(row["member_id"], row["guild_id"]):
            for column, value in _leaves(row, scope):
                total[scope, owner, row["day"], column] += value
    return total


def _leaves(row: Row, scope: str) -> tuple[tuple[str, int], ...]:
    if row["state"] in HELD:
        return ("images_held", row["jobs"]), ("micros_held", row["micros"])
    images, priced = LEAVES[row["state"]][scope]
    return ("images_spent", row["jobs"] * images), ("micros_spent", row["micros"] * priced)


@transaction
def counts() -> Steps[dict[str, int]]:
    """How many live jobs there are in each state, for metrics."""
    rows = yield (
        "SELECT state, count(*) AS jobs FROM job WHERE state IN ('placed', 'queued', 'resting')"
        " AND state <> 'placed' GROUP BY state"
        " UNION ALL SELECT state, count(*) AS jobs FROM job"
        " WHERE told_at IS NULL AND state NOT IN ('queued', 'resting') GROUP BY state",
        (),
    )
    return {row["state"]: int(row["jobs"]) for row in rows}
