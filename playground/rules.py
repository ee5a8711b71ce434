"""What a form may hold: the checks every rule is made of, and the rules of messages and embeds.

Limits: Discord's documentation, pages "Message" and "Embed limits".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.messages import Json
from playground.refusal import Problem, invalid_form

Path = tuple[str | int, ...]
CONTENT, FILES, ALT, EMBEDS, EMBED_TOTAL = 2000, 10, 1024, 10, 6000

# (path inside the embed, greatest length, must be there)
_EMBED_TEXTS: tuple[tuple[tuple[str, ...], int, bool], ...] = (
    (("title",), 256, False),
    (("description",), 4096, False),
    (("footer", "text"), 2048, True),
    (("author", "name"), 256, True),
)
_EMBED_LINKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("url",), ("http", "https")),
    (("image", "url"), ("http", "https", "attachment")),
    (("thumbnail", "url"), ("http", "https", "attachment")),
    (("footer", "icon_url"), ("http", "https", "attachment")),
    (("author", "icon_url"), ("http", "https", "attachment")),
    (("author", "url"), ("http", "https")),
)


def demand(problems: Iterator[Problem]) -> None:
    """Raise Refusal 50035 with all the problems, if there are any."""
    found = list(problems)
    if found:
        raise invalid_form(found)


def text(value: Any, path: Path, low: int, high: int, *, needed: bool = True) -> Iterator[Problem]:
    """The value is a text of ``low`` to ``high`` characters; absent only if not needed."""
    if value is None:
        if needed:
            yield Problem(path=path, code="BASE_TYPE_REQUIRED", message="This field is required")
    elif not isinstance(value, str):
        yield Problem(
            path=path, code="STRING_TYPE_CONVERT", message="Could not interpret as a string."
        )
    elif not value and low and needed:
        yield Problem(path=path, code="BASE_TYPE_REQUIRED", message="This field is required")
    elif not low <= len(value) <= high:
        yield _length(path, low, high)


def count(value: Any, path: Path, low: int, high: int) -> Iterator[Problem]:
    """The value is a list of ``low`` to ``high`` entries."""
    if not isinstance(value, list):
        yield Problem(
            path=path, code="LIST_TYPE_CONVERT", message="Only iterables may be used in a ListType"
        )
    elif not low <= len(value) <= high:
        yield _length(path, low, high)


def number(value: Any, path: Path, low: int, high: int) -> Iterator[Problem]:
    """The value, if given, is a whole number from ``low`` to ``high``."""
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        yield Problem(path=path, code="NUMBER_TYPE_COERCE", message=f'Value "{value}" is not int.')
    elif not low <= value <= high:
        yield Problem(
            path=path,
            code="NUMBER_TYPE_MAX" if value > high else "NUMBER_TYPE_MIN",
            message=f"int value should be between {low} and {high}.",
        )


def _length(path: Path, low: int, high: int) -> Problem:
    if low:
        return Problem(
            path=path,
            code="BASE_TYPE_BAD_LENGTH",
            message=f"Must be between {low} and {high} in length.",
        )
    return Problem(
        path=path, code="BASE_TYPE_MAX_LENGTH", message=f"Must be {high} or fewer in length."
    )


def message_problems(payload: Json, files: int) -> Iterator[Problem]:
    """What is wrong with content, embeds, attachment list and number of files."""
    yield from text(payload.get("content"), ("content",), 0, CONTENT, needed=False)
    embeds = payload.get("embeds") or []
    yield from count(embeds, ("embeds",), 0, EMBEDS)
    for index, embed in enumerate(embeds):
        yield from _embed(embed, ("embeds", index))
    if sum(map(embed_length, embeds)) > EMBED_TOTAL:
        yield Problem(
            path=("embeds",),
            code="MAX_EMBED_SIZE_EXCEEDED",
            message=f"Embed size exceeds maximum size of {EMBED_TOTAL}",
        )
    yield from _attachments(payload.get("attachments"), files)
    yield from text(payload.get("nonce"), ("nonce",), 0, 25, needed=False)


def _attachments(listed: list[Json] | None, files: int) -> Iterator[Problem]:
    if max(files, len(listed or [])) > FILES:
        yield _length(("attachments",), 0, FILES)
    for index, entry in enumerate(listed or []):
        path = ("attachments", index, "description")
        yield from text(entry.get("description"), path, 0, ALT, needed=False)
        if len(str(entry.get("id", ""))) < 10 and not 0 <= int(entry.get("id", -1)) < files:
            yield Problem(
                path=("attachments", index, "id"),
                code="ATTACHMENT_NOT_FOUND",
                message=f"Attachment data for id {entry.get('id')} not found.",
            )


def _embed(embed: Json, path: Path) -> Iterator[Problem]:
    for keys, high, needed in _EMBED_TEXTS:
        parent = _dig(embed, keys[:-1])
        if parent is not None:
            yield from text(parent.get(keys[-1]), (*path, *keys), int(needed), high, needed=needed)
    for keys, schemes in _EMBED_LINKS:
        yield from _link(_dig(embed, keys), (*path, *keys), schemes)
    yield from count(embed.get("fields") or [], (*path, "fields"), 0, 25)
    for index, field in enumerate(embed.get("fields") or []):
        where = (*path, "fields", index)
        yield from text((field.get("name") or "").strip(), (*where, "name"), 1, 256)
        yield from text((field.get("value") or "").strip(), (*where, "value"), 1, 1024)
    yield from number(embed.get("color"), (*path, "color"), 0, 0xFFFFFF)


def _link(value: Any, path: Path, schemes: tuple[str, ...]) -> Iterator[Problem]:
    if value and str(value).split("://")[0] not in schemes:
        scheme = str(value).split(":")[0]
        yield Problem(
            path=path,
            code="URL_TYPE_INVALID_SCHEME",
            message=f'Scheme "{scheme}" is not supported. Scheme must be one of {schemes}.',
        )
    elif value and len(str(value)) > 2048:
        yield _length(path, 0, 2048)


def _dig(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def embed_length(embed: Json) -> int:
    """The characters that count against the 6000 of a message."""
    texts = [_dig(embed, keys) or "" for keys, _, _ in _EMBED_TEXTS]
    for field in embed.get("fields") or []:
        texts += [field.get("name") or "", field.get("value") or ""]
    return sum(len(str(part)) for part in texts)
