"""The files that messages show, served by the page itself: pictures to be seen, the rest saved."""

from __future__ import annotations

from collections import OrderedDict

from aiohttp import web

from playground.changes import Change
from playground.messages import Message
from playground.uploads import Attachment
from playground.world import World

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
RECENT = 64  # files that can still be loaded after an edit took them away


class Files:
    """Serves files by their ids.

    A browser may ask for a picture just after an edit has replaced it, so the last ones that were
    shown are kept.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._recent: OrderedDict[str, Attachment] = OrderedDict()

    def hear(self, change: Change) -> None:
        """Remember the files of a message that somebody may see now."""
        if not isinstance(change.subject, Message):
            return
        for file in change.subject.attachments:
            self._recent[file.id] = file
            self._recent.move_to_end(file.id)
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    async def handle(self, request: web.Request) -> web.Response:
        """GET /files/{id}/{name}"""
        name = request.match_info["id"]
        kept = self._world.shelf.get(name) or self._recent.get(name)
        if kept is None:
            return web.Response(status=404, text="This content is no longer available.")
        return _answer(kept)


def _answer(kept: Attachment) -> web.Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, max-age=3600"}
    kind = kept.content_type if kept.content_type in PICTURES else None
    if kind is None:
        headers["Content-Disposition"] = "attachment"
    return web.Response(
        body=kept.data, content_type=kind or "application/octet-stream", headers=headers
    )
