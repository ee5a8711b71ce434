"""Small facts that outlive the process, by name: for example which commands Discord was sent."""

from __future__ import annotations

from storage.database import Steps, one, transaction


@transaction
def read(name: str) -> Steps[str | None]:
    """What was noted under that name; None when nothing was."""
    row = yield from one("SELECT content FROM note WHERE name = $1", name)
    return str(row["content"]) if row else None


@transaction
def write(name: str, content: str) -> Steps[None]:
    """Note it, in place of what was there."""
    yield (
        "INSERT INTO note (name, content) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET content = $2",
        (name, content),
    )
