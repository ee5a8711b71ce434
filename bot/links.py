"""Where Pixazo fetches the pictures of an order: the member's own links, or those of our answer."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import BadRequest
from bot.spec import Operation, Value
from storage.job import Job


def missing_images(operation: Operation, values: Mapping[str, Value]) -> list[str]:
    """Return the image options that no link of the member's own stands for."""
    return [
        option.name
        for option in operation.options
        if option.kind == "image" and not values.get(option.name)
    ]


def with_links(operation: Operation, job: Job) -> dict[str, Value]:
    """Return the job's values with a link in place of every picture.

    Raises BadRequest when a picture is missing: the gateway would paint over a stock photo instead.
    """
    missing = missing_images(operation, job.values)
    if len(missing) != len(job.links):
        raise BadRequest("The picture got lost on the way. Please send it again.")
    return {**job.values, **dict(zip(missing, job.links, strict=True))}
