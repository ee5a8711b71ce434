"""From a checked form to a message: what a POST or PATCH changes."""

from __future__ import annotations

import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from playground.component_rules import component_problems
from playground.mentions import pings
from playground.messages import (
    COMPONENTS_V2,
    EPHEMERAL,
    SILENT,
    SUPPRESS_EMBEDS,
    Json,
    Message,
    Version,
    named_files,
    walk,
)
from playground.refusal import refusal
from playground.rules import demand, message_problems
from playground.uploads import Attachment, Upload

if TYPE_CHECKING:
    from playground.world import World

_SETTABLE = SUPPRESS_EMBEDS | SILENT | COMPONENTS_V2


def check(payload: Json, uploads: list[Upload], message: Message | None = None) -> None:
    """Raise Refusal when the message that would come out breaks a rule.

    ``message`` is the one that is edited; what the payload leaves out stays as it is there.
    """
    after = dict(payload)
    if message is not None:
        after["flags"] = _flags(payload) | (message.flags & COMPONENTS_V2)
        for key in ("content", "embeds", "components"):
            after.setdefault(key, getattr(message, key))
    demand(message_problems({**payload, "embeds": after.get("embeds")}, len(uploads)))
    demand(component_problems(after))
    files: list[Any] = list(uploads)
    if message is not None:
        listed = payload.get("attachments")
        kept = message.attachments if listed is None else _kept(message, listed)
        files += kept
    full = (
        str(after.get("content") or "").strip(),
        after.get("embeds"),
        files,
        after.get("components"),
        after.get("sticker_ids"),
        after.get("poll"),
    )
    if not any(full):
        raise refusal("empty message")


def _flags(payload: Json) -> int:
    return int(payload.get("flags") or 0) & _SETTABLE


def _kept(message: Message, listed: list[Json]) -> list[Attachment]:
    ids = {str(entry.get("id")) for entry in listed}
    return [attachment for attachment in message.attachments if attachment.id in ids]


def apply(world: World, message: Message, payload: Json, uploads: list[Upload]) -> None:
    """Write a checked payload into a message: files, texts, components, pings, history."""
    _apply_files(world, message, payload, uploads)
    for key in ("embeds", "components"):
        if key in payload:
            setattr(message, key, deepcopy(payload[key]) or [])
    if "content" in payload:
        message.content = str(payload["content"] or "").strip()
    if "flags" in payload:
        stay = message.flags & (COMPONENTS_V2 | EPHEMERAL)
        message.flags = stay | _flags(payload)
    _number(message.components)
    _drop_missing(world, message)
    hit = pings(message, payload.get("allowed_mentions"), world.bot)
    message.mentions = list(hit.users)
    message.pinged += [user for user in hit.users if user not in message.pinged]
    message.pinged_everyone = message.pinged_everyone or hit.everyone
    remember(message)


def remember(message: Message) -> None:
    """Add what the message shows now to its history, if it is new."""
    shown = message.text()
    if not message.history or message.history[-1].text != shown:
        message.history.append(Version(at=time.time(), text=shown))


def _apply_files(world: World, message: Message, payload: Json, uploads: list[Upload]) -> None:
    listed: list[Json] | None = payload.get("attachments")
    if listed is not None:
        kept = _kept(message, listed)
        for attachment in message.attachments:
            if attachment not in kept:
                world.shelf.remove(attachment)
        message.attachments = kept
    folder = "ephemeral-attachments" if message.ephemeral_to else "attachments"
    for index, upload in enumerate(uploads):
        entry = next((e for e in listed or [] if str(e.get("id")) == str(index)), {})
        named = Upload(
            str(entry.get("filename") or upload.name), upload.data, entry.get("description")
        )
        place = world.application_id if message.ephemeral_to else message.channel.id
        message.attachments.append(
            world.shelf.keep(world.ids.next(), named, folder=folder, place=place)
        )


def _number(components: list[Json]) -> None:
    """Give every component the id that Discord gives where the bot gave none."""
    taken = {part["id"] for part in walk(components) if part.get("id")}
    fresh = (number for number in range(1, 1000) if number not in taken)
    for part in walk(components):
        if not part.get("id"):
            part["id"] = next(fresh)


def _drop_missing(world: World, message: Message) -> None:
    """An embed loses the picture whose file is not there; noted as a warning."""
    for embed in message.embeds:
        for key in ("image", "thumbnail", "author", "footer"):
            for name in list(named_files(embed.get(key))):
                if message.attachment(name) is None:
                    world.warnings.append(f"message {message.id}: no file {name!r} for {key}")
                    where = "url" if key in ("image", "thumbnail") else "icon_url"
                    del embed[key][where]
                    if key in ("image", "thumbnail"):
                        del embed[key]
