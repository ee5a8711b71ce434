"""The modals, and the one listener that answers them, restart or not.

discord.py forgets a modal when the process ends. So a modal is sent stopped, its custom id says
what it is about, and every submission is answered here, from the fields that came with it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui

from bot.answering import Interaction
from bot.repaint import Upload

log = logging.getLogger(__name__)

TITLE_MOST = 45
_NAMED = re.compile(
    r"(?P<kind>[a-z:]+):(?P<subject>[0-9]{1,20})"
    r"(?:\+(?P<once>[0-9]{1,20}))?(?:\$(?P<agreed>[0-9]{1,12}))?"
)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a member sent with a modal: ``texts`` by custom id, and files.

    ``once`` is the same for every copy of one form, where the form was given one; ``agreed`` are
    the micro-dollars a picture that the form named.
    """

    interaction: Interaction
    subject: int
    once: int | None = None
    agreed: int | None = None
    texts: Mapping[str, str]
    files: Mapping[str, tuple[Upload, ...]]

    def file(self, name: str) -> Upload | None:
        """Return the one file of a field; None when none was sent."""
        return next(iter(self.files.get(name, ())), None)


OnError = Callable[[Interaction, BaseException], Awaitable[None]]
Handler = Callable[[Submission], Awaitable[None]]


class Forms:
    """The handlers of submitted modals, by the kind that their custom ids begin with."""

    def __init__(self, on_error: OnError) -> None:
        self._on_error = on_error
        self._handlers: dict[str, Handler] = {}

    def add(self, kind: str, handler: Handler) -> None:
        """Answer the modals of this kind."""
        self._handlers[kind] = handler

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a submission, whichever process sent its modal."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data
        named = _NAMED.fullmatch(str(data["custom_id"]))
        handler = self._handlers.get(named["kind"]) if named else None
        if named is None or handler is None:
            log.warning("a form of an unknown kind was sent")
            return
        once, agreed = (int(named[part]) if named[part] else None for part in ("once", "agreed"))
        sent = read(interaction, int(named["subject"]))
        try:
            await handler(replace(sent, once=once, agreed=agreed))
        except Exception as error:  # noqa: BLE001 - the one border of all forms
            await self._on_error(interaction, error)


def modal(
    kind: str,
    subject: int,
    title: str,
    *items: ui.Item[Any],
    once: int | None = None,
    agreed: int | None = None,
) -> ui.Modal:
    """Return a modal about a subject (a draft's or a job's id); it is answered by its kind."""
    more = f"+{once}" if once is not None else ""
    more += f"${agreed}" if agreed is not None else ""
    made = ui.Modal(title=title[:TITLE_MOST], custom_id=f"{kind}:{subject}{more}", timeout=None)
    for item in items:
        made.add_item(item)
    made.stop()
    return made


def read(interaction: Interaction, subject: int) -> Submission:
    """Return the fields of a submitted modal."""
    data: Any = interaction.data
    files = data.get("resolved", {}).get("attachments", {})
    texts: dict[str, str] = {}
    uploads: dict[str, tuple[Upload, ...]] = {}
    for field in _fields(data["components"]):
        name, values = field["custom_id"], field.get("values", [])
        if field["type"] == discord.ComponentType.file_upload.value:
            uploads[name] = tuple(
                Upload(url=files[one]["url"], size=int(files[one]["size"])) for one in values
            )
        elif "value" in field:
            texts[name] = "" if field["value"] is None else str(field["value"])
        else:
            texts[name] = ",".join(str(value) for value in values)
    return Submission(interaction=interaction, subject=subject, texts=texts, files=uploads)


def _fields(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        if "custom_id" in component:
            yield component
        inner = component.get("component")
        yield from _fields([*component.get("components", []), *([inner] if inner else [])])
