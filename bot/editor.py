"""The service behind an edit: begin it, change where, show it, order it. It knows no Discord."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot import images, refusals, retouch, selection
from bot.errors import BadPicture, Refused, StorageDown
from bot.fetch import Fetch
from bot.house import House
from bot.repaint import Upload, read
from bot.selection import Selection
from bot.spec import Operation, Value
from storage import drafts, pictures, standing
from storage.database import Database, Transaction
from storage.drafts import Draft
from storage.errors import Unavailable
from storage.job import Standing

T = TypeVar("T")

EXPIRED = (
    "This edit has expired: a picture is kept for a day. Start it again with `/inpaint` or with "
    "the message's menu, Apps, Inpaint. Nothing was charged."
)
CLASHES = 5  # presses of one member on one edit that may come at the same moment
OTHERS = "Only the member who started this edit can use its buttons."


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a member sees of an edit: the state, the picture of it, and how long the line is."""

    draft: Draft
    chosen: Selection
    shown: retouch.Shown
    standing: Standing | None
    price: int


class Editor:
    """Edits in preparation; every change is a row, so a restart in between changes nothing."""

    def __init__(self, database: Database, fetch: Fetch, house: House) -> None:
        self._database = database
        self._fetch = fetch
        self._house = house

    async def begin(
        self,
        member_id: int,
        values: Mapping[str, Value],
        *,
        private: bool = False,
        stream: bool = False,
        candidates: tuple[tuple[str, str], ...] = (),
    ) -> Draft:
        """Begin an edit; its picture is read when it is known which one."""
        return await self._run(
            drafts.begin(member_id, values, private=private, stream=stream, candidates=candidates)
        )

    async def mine(self, draft_id: int, member_id: int) -> Draft:
        """Return a member's own draft. Raises Refused for somebody else's or one that is gone."""
        draft = await self._run(drafts.draft(draft_id))
        if draft is None:
            raise Refused(EXPIRED)
        if draft.member_id != member_id:
            raise Refused(OTHERS)
        return draft

    async def read_picture(self, draft: Draft, upload: Upload) -> None:
        """Read the picture of the edit. Raises BadPicture with what to send."""
        data = await read(self._fetch, upload, "picture")
        await images.in_thread(retouch.check, data)
        await self._run(drafts.keep(draft.id, "source", data))

    async def read_first(self, draft: Draft) -> None:
        """Read the only picture that there is to choose from. Raises BadPicture."""
        await self.read_picture(draft, Upload(url=draft.candidates[0][1], size=0))

    async def compare(self, job_id: int) -> bytes:
        """Return an edit's before and after, as a JPEG. Raises Refused when it is gone."""
        data = await self._run(pictures.compare(job_id))
        if data is None:
            raise Refused("Before and after are kept for 30 days; these are gone.")
        return data

    async def forget(self, draft: Draft) -> None:
        """End an edit that was given up."""
        await self._run(drafts.forget(draft.id))

    async def read_mask(self, draft: Draft, upload: Upload) -> Draft:
        """Read a mask file or a painted copy, and make it the selection. Raises BadPicture."""
        data = await read(self._fetch, upload, "mask")
        mask = await images.in_thread(retouch.understand, await self._source(draft), data)
        trail = selection.longer(draft.trail, Selection.decode(draft.selection))
        chosen = Selection(way="mask").encode()
        changed = await self._run(drafts.select(draft, chosen, trail, mask))
        if changed is None:
            raise Refused("The edit was changed meanwhile. Please send the file again.")
        return changed

    async def describe(self, draft: Draft, values: Mapping[str, Value]) -> Draft:
        """Change the words and settings of an edit."""
        changed = await self._run(drafts.describe(draft.id, values))
        return draft if changed is None else changed

    async def change(self, draft: Draft, verb: str, argument: str) -> Draft:
        """Do what a press says. Raises BadOption where it leads nowhere."""
        for _ in range(CLASHES):
            changed = await self._run(drafts.select(draft, *_after(draft, verb, argument)))
            if changed is not None:
                return changed
            draft = await self.mine(draft.id, draft.member_id)
        raise Refused("Too many presses at once. Please press again.")

    async def page(self, draft: Draft, *, lettered: bool, operation: Operation) -> Page:
        """Return what to show of an edit, ``lettered`` for the page with the grid."""
        chosen = Selection.decode(draft.selection)
        shown = await images.in_thread(
            retouch.show,
            await self._source(draft),
            await self._mask(draft),
            chosen,
            lettered=lettered,
        )
        lane = self._house.lane(operation)
        place = await self._run(standing.forecast(lane, draft.member_id))
        price = self._house.price(operation)
        return Page(draft=draft, chosen=chosen, shown=shown, standing=place, price=price)

    async def cut(self, draft: Draft) -> retouch.Sent:
        """Return what Pixazo is sent for the edit. Raises BadPicture where nothing is marked."""
        chosen = Selection.decode(draft.selection)
        source, mask = await self._source(draft), await self._mask(draft)
        return await images.in_thread(retouch.cut, source, mask, chosen)

    async def finish(self, draft_id: int, result: images.Picture) -> tuple[images.Picture, bytes]:
        """Return the member's picture with the result in it, and before beside after.

        Raises BadPicture when the draft's picture is gone.
        """
        draft = await self._run(drafts.draft(draft_id))
        if draft is None:
            raise BadPicture("The picture that was to be changed is gone.")
        chosen = Selection.decode(draft.selection)
        source, mask = await self._source(draft), await self._mask(draft)
        return await images.in_thread(retouch.put_back, source, mask, chosen, result)

    async def _source(self, draft: Draft) -> bytes:
        data = await self._run(drafts.picture(draft.id, "source"))
        if data is None:
            raise Refused(EXPIRED)
        return data

    async def _mask(self, draft: Draft) -> bytes | None:
        return await self._run(drafts.picture(draft.id, "mask"))

    async def _run(self, transaction: Transaction[T]) -> T:
        try:
            return await self._database.run(transaction)
        except Unavailable as error:
            raise StorageDown(refusals.NO_MEMORY) from error


def _after(draft: Draft, verb: str, argument: str) -> tuple[str, tuple[str, ...]]:
    """Return the selection and the trail after a press."""
    if verb == "undo":
        back, trail = selection.undo(draft.trail)
        return back.encode(), trail
    before = Selection.decode(draft.selection)
    after = selection.change(before, verb, argument)
    return after.encode(), selection.longer(draft.trail, before)
