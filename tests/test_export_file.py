"""A member's data as a file."""

from __future__ import annotations

import gzip
import json

from bot.export_file import ExportFile

PICTURES = [{"id": 1, "options": {"prompt": "лиса"}}, {"id": 2, "options": {}}]


def filled() -> ExportFile:
    """A file with a table in two pieces, and an empty one."""
    file = ExportFile(5)
    file.add("pictures", PICTURES[:1])
    file.add("pictures", PICTURES[1:])
    file.add("days", [])
    return file


def test_the_export_is_a_file_that_json_reads() -> None:
    """All tables are in it, whole; text is readable as it is."""
    name, data = filled().finish(1 << 20)
    assert name == "my-data-5.json"
    said = json.loads(data)
    assert (said["member_id"], said["pictures"], said["days"]) == (5, PICTURES, [])
    assert "лиса" in data.decode()


def test_a_large_one_is_compressed() -> None:
    """Above the limit the same bytes come packed."""
    _, data = filled().finish(1 << 20)
    name, packed = filled().finish(10)
    assert name == "my-data-5.json.gz"
    assert gzip.decompress(packed) == data
