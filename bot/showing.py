"""Which jobs a message of the bot's shows: its buttons name them, and so do its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import discord

from bot import candidates
from bot.errors import BadPicture
from storage.job import Job

_BUTTON = re.compile(r"job:[a-z]+:(?P<job>[0-9]{1,19})")
_FILE = re.compile(r".*-(?P<job>[0-9]{1,19})\.[a-z]+")


def job_ids(message: discord.Message) -> Iterator[int]:
    """Yield the jobs that the message's buttons name."""
    for row in message.components:
        for child in getattr(row, "children", ()):
            found = _BUTTON.fullmatch(str(getattr(child, "custom_id", "")))
            if found:
                yield int(found["job"])


def file_name(link: str) -> str:
    """Return the name of the file that a link leads to."""
    return PurePosixPath(urlsplit(link).path).name


def job_in(link: str) -> int | None:
    """Return the job whose picture a link leads to, by the file's name; see images.name."""
    found = _FILE.fullmatch(file_name(link))
    return int(found["job"]) if found else None


def links(message: discord.Message) -> dict[int, str]:
    """Return the links to the jobs' pictures in a message."""
    try:
        found = candidates.of(message)
    except BadPicture:
        return {}
    return {job: link for _, link in found if (job := job_in(link)) is not None}


def link_to(job: Job, message: discord.Message) -> str | None:
    """Return the link to a job's picture in a message; None where it is not there."""
    return links(message).get(job.id)
