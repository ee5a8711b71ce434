"""The service behind an edit: begin it, change where, show it, order it. It knows no Discord."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from bot import images
from bot.errors import BadPicture, Refused
from bot.fetch import Fetch
from bot.house import House
from bot.inpainting import retouch, selection
from bot.inpainting.selection import Selection
from bot.memory import Memory
from bot.repaint import Facts, Upload, lasts, read
from bot.spec import Operation, Value
from storage import drafts, pictures, standing
from storage.database import Database
from storage.drafts import Draft
from storage.ids import ID_MOST
from storage.job import Job, Standing

EXPIRED = (
    "This edit has expired: a picture is kept for a day. Start it again with `/inpaint` or with "
    "the message's menu, Apps, Inpaint. Nothing was charged."
)
AGAIN_GONE = (
    "The picture that this was to be made from is kept for a day, and that is over. Please start "
    "the edit again with the picture."
)
WORDS = ("prompt", "negative_prompt")
CLASHES = 5  # presses of one member on one edit that may come at the same moment
OTHERS = "Only the member who started this edit can use its buttons."
ORDERED = (
    "This edit was sent to be drawn already. To change the picture again, use the Inpaint button "
    "under the result."
)
DOWNLOADS = 8  # uploads of up to 32 MB each that are on their way at the same time …
WORKED_ON = 4  # … and in memory beside their pixels: a slow link keeps no result waiting


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a member sees of an edit: the state, the picture of it, and how long the line is."""

    draft: Draft
    chosen: Selection
    shown: retouch.Shown
    standing: Standing | None
    price: int


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What an order is made of: values (size, links) over the member's, and pictures to post."""

    values: Mapping[str, Value]
    inputs: tuple[bytes, ...]


class Editor:
    """Edits in preparation; every change is a row, so a restart in between changes nothing."""

    def __init__(self, database: Database, fetch: Fetch, house: House) -> None:
        self._memory = Memory(database)
        self._fetch = fetch
        self._house = house
        self._downloading = asyncio.Semaphore(DOWNLOADS)
        self._working = asyncio.Semaphore(WORKED_ON)

    async def begin(
        self,
        member_id: int,
        values: Mapping[str, Value],
        *,
        private: bool = False,
        stream: bool = False,
        spoiler: bool = False,
        count: int = 1,
        candidates: tuple[tuple[str, str], ...] = (),
        parent_id: int | None = None,
    ) -> Draft:
        """Begin an edit; its picture is read when it is known which one."""
        return await self._memory.soon(
            drafts.begin(
                member_id,
                values,
                private=private,
                stream=stream,
                spoiler=spoiler,
                count=count,
                candidates=candidates,
                parent_id=parent_id,
            )
        )

    async def mine(self, draft_id: int, member_id: int) -> Draft:
        """Return a member's own draft, which may be ordered already.

        Raises Refused for somebody else's or one that is gone.
        """
        known = draft_id <= ID_MOST
        draft = await self._memory.soon(drafts.draft(draft_id)) if known else None
        if draft is None:
            raise Refused(EXPIRED)
        if draft.member_id != member_id:
            raise Refused(OTHERS)
        return draft

    async def read_picture(self, draft: Draft, upload: Upload) -> Draft:
        """Read the picture of the edit, once: the message that showed it may be gone meanwhile.

        Raises BadPicture with what to send, or Refused.
        """
        facts = await self._memory.run(drafts.picture(draft.id, "facts"))
        if facts is not None and Facts.decode(facts).link == upload.url:
            return draft
        async with self._downloading:
            data = await read(self._fetch, upload, "picture")
        async with self._working:
            seen = await images.in_thread(retouch.look, data)
            found = Facts(link=upload.url, size=seen.size)
            files = {"source": data, "look": seen.image, "facts": found.encode()}
            changed = await self._memory.run(drafts.keep(draft.id, files))
        if changed is None:
            await self.mine(draft.id, draft.member_id)  # where it is gone, that says so
            raise Refused(ORDERED)
        return changed

    async def fetch(self, url: str) -> bytes:
        """Return a picture that Discord keeps. Raises BadPicture when it does not any more."""
        return await read(self._fetch, Upload(url=url, size=0), "picture")

    async def again(self, job: Job, member_id: int, link: str | None) -> Draft:
        """Return what an edit is drawn once more from.

        The member's own picture is kept for a day; after that the outcome itself (``link``) is
        repainted in the same place. Raises Refused where neither is there.
        """
        draft = await self._memory.run(drafts.draft(job.draft_id or 0))
        if draft is not None:
            return draft
        mask = await self._memory.run(pictures.mask(job.id))
        if mask is None or link is None:
            raise Refused(AGAIN_GONE)
        values = {
            name: job.values[name] for name in ("prompt", "negative_prompt") if name in job.values
        }
        draft = await self.begin(
            member_id, values, private=job.private, spoiler=job.spoiler, parent_id=job.id
        )
        draft = await self.read_picture(draft, Upload(url=link, size=0))
        chosen = Selection(way="mask").encode()
        return await self._memory.run(drafts.select(draft, chosen, (), {"mask": mask})) or draft

    async def compare(self, job_id: int) -> bytes:
        """Return an edit's before and after, as a JPEG. Raises Refused when it is gone."""
        data = await self._memory.run(pictures.compare(job_id))
        if data is None:
            raise Refused("Before and after are kept for 30 days; these are gone.")
        return data

    async def forget(self, draft: Draft) -> None:
        """End an edit that was given up."""
        await self._memory.run(drafts.forget(draft.id))

    async def read_mask(self, draft: Draft, upload: Upload) -> Draft:
        """Read a mask file or a painted copy, and make it the selection. Raises BadPicture."""
        async with self._downloading:
            data = await read(self._fetch, upload, "mask")
        async with self._working:
            mask = await images.in_thread(retouch.understand, await self._source(draft), data)
        chosen, trail = selection.with_mask(Selection.decode(draft.selection), draft.trail)
        file = {chosen.stored: mask}
        changed = await self._memory.run(drafts.select(draft, chosen.encode(), trail, file))
        if changed is None:
            raise Refused("The edit was changed meanwhile. Please send the file again.")
        return changed

    async def describe(
        self,
        draft: Draft,
        values: Mapping[str, Value],
        *,
        spoiler: bool = False,
        parent_id: int | None = None,
    ) -> Draft:
        """Change the words and settings of an edit, and what is known of its picture."""
        changed = await self._memory.run(
            drafts.describe(draft.id, values, spoiler=spoiler, parent_id=parent_id)
        )
        if changed is None:
            raise Refused(ORDERED)
        return changed

    async def change(self, draft: Draft, verb: str, argument: str) -> Draft:
        """Do what a press says; where that changes nothing, the draft is the very same.

        Raises BadOption or BadPicture where it leads nowhere.
        """
        for _ in range(CLASHES):
            after = _after(draft, verb, argument)
            if after is None:
                return draft
            chosen, trail = after
            if chosen.way == "extend":  # whether there is room is seen when it is drawn small
                await self._shown(draft, chosen, lettered=False)
            changed = await self._memory.run(drafts.select(draft, chosen.encode(), trail))
            if changed is not None:
                return changed
            draft = await self.mine(draft.id, draft.member_id)
            if draft.ordered:
                raise Refused(ORDERED)
        raise Refused("Too many presses at once. Please press again.")

    async def page(self, draft: Draft, *, lettered: bool, operation: Operation) -> Page:
        """Return what to show of an edit, ``lettered`` for the page with the grid."""
        chosen = Selection.decode(draft.selection)
        shown = await self._shown(draft, chosen, lettered=lettered)
        lane = self._house.lane(operation)
        place = await self._memory.run(standing.forecast(lane, draft.member_id))
        price = self._house.price(operation)
        return Page(draft=draft, chosen=chosen, shown=shown, standing=place, price=price)

    async def cut(self, draft: Draft) -> Cut:
        """Return what Pixazo is sent for the edit. Raises BadPicture where nothing is marked."""
        chosen = Selection.decode(draft.selection)
        asked = cast(retouch.Asked, (draft.values.get("width"), draft.values.get("height")))
        async with self._working:
            source, mask = await self._source(draft), await self._mask(draft, chosen)
            sent = await images.in_thread(retouch.cut, source, mask, chosen, asked)
            link = (await self._facts(draft)).link
            if sent.picture is None and not lasts(link, time.time()):
                sent = replace(sent, picture=source)
        values: dict[str, Value] = {"width": sent.size[0], "height": sent.size[1]}
        if sent.picture is None:
            return Cut(values={**values, "image": link}, inputs=(sent.mask,))
        return Cut(values=values, inputs=(sent.picture, sent.mask))

    async def finish(self, draft_id: int, result: images.Picture) -> retouch.Done:
        """Return the member's picture with the result in it.

        Raises BadPicture when the draft's picture is gone.
        """
        keep = self._memory.keep  # it is drawn already: it takes as long as it takes
        async with self._working:
            draft = await keep(drafts.draft(draft_id))
            source = await keep(drafts.picture(draft_id, "source"))
            if draft is None or source is None:
                raise BadPicture("The picture that was to be changed is gone.")
            chosen = Selection.decode(draft.selection)
            mask = await keep(drafts.picture(draft_id, chosen.stored))
            return await images.in_thread(retouch.put_back, source, mask, chosen, result)

    async def _shown(self, draft: Draft, chosen: Selection, *, lettered: bool) -> retouch.Shown:
        image = await self._kept(draft, "look")
        seen = retouch.Look(image=image, size=(await self._facts(draft)).size)
        mask = await self._mask(draft, chosen)
        return await images.in_thread(retouch.show, seen, mask, chosen, lettered=lettered)

    async def _source(self, draft: Draft) -> bytes:
        return await self._kept(draft, "source")

    async def _facts(self, draft: Draft) -> Facts:
        return Facts.decode(await self._kept(draft, "facts"))

    async def _kept(self, draft: Draft, kind: str) -> bytes:
        data = await self._memory.run(drafts.picture(draft.id, kind))
        if data is None:
            raise Refused(EXPIRED)
        return data

    async def _mask(self, draft: Draft, chosen: Selection) -> bytes | None:
        return await self._kept(draft, chosen.stored) if chosen.way == "mask" else None


def _after(draft: Draft, verb: str, argument: str) -> tuple[Selection, tuple[str, ...]] | None:
    """Return the selection and the trail after a press; None where it changes nothing."""
    if verb == "undo":
        return selection.undo(draft.trail)
    before = Selection.decode(draft.selection)
    after = selection.change(before, verb, argument)
    return None if after == before else (after, selection.longer(draft.trail, before))
