"""Where a member wants a picture repainted, and each thing that a press may do to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from PIL import Image

from bot.errors import BadOption
from bot.inpainting import grid, masks, outpaint
from bot.inpainting.masks import PixelBox, Size
from bot.inpainting.regions import GROW_PERCENT, MOST_STEPS, QUICK, Region

Way = Literal["grid", "mask", "extend"]

OTHER = "To repaint the picture itself, tap cells or pick a region."
TRAIL_MOST = 20  # steps that Undo goes back
MASKS = ("", "1", "2")  # names of the uploaded masks that an edit keeps, so that Undo finds them
_TEXT = re.compile(r"(?P<way>grid|mask|extend)\|(?P<region>[^|]*)\|(?P<extend>[^|]*)")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A chosen place.

    ``grid``: cells or a quick region of ``region``. ``mask``: a stored mask, one of ``MASKS`` in
    ``extend``, with what ``region`` says of inverting, growing and feathering. ``extend``: more
    room, as ``left 25`` or ``16:9`` in ``extend``.
    """

    way: Way = "grid"
    region: Region = field(default_factory=Region)
    extend: str = ""

    def encode(self) -> str:
        """Return the selection as text, to be stored."""
        return f"{self.way}|{self.region.encode()}|{self.extend}"

    @classmethod
    def decode(cls, text: str) -> Selection:
        """Read what ``encode`` wrote; an empty text is an empty grid. Raises BadOption."""
        if not text:
            return cls()
        found = _TEXT.fullmatch(text)
        if found is None:
            raise BadOption("region", "This edit can no longer be read: please start it again.")
        way: Way = found["way"]  # type: ignore[assignment] # one of the three, by the pattern
        return cls(way=way, region=Region.decode(found["region"]), extend=found["extend"])

    @property
    def stored(self) -> str:
        """The kind of file that the mask of the way "mask" is stored as."""
        return f"mask{self.extend}"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A canvas, the mask of its size, and the box of it in which the member's picture lies."""

    canvas: Image.Image
    mask: Image.Image
    old: PixelBox

    def near(self) -> Placed:
        """Return what lies around the picture, up to a fifth of its size, and not the rest."""
        left, top, right, bottom = self.old
        wide, high = (right - left) // 5, (bottom - top) // 5
        x, y = max(0, left - wide), max(0, top - high)
        width, height = self.mask.size
        box = (x, y, min(width, right + wide), min(height, bottom + high))
        old = (left - x, top - y, right - x, bottom - y)
        return Placed(canvas=self.canvas.crop(box), mask=self.mask.crop(box), old=old)


def place(selection: Selection, picture: Image.Image, stored: Image.Image | None) -> Placed:
    """Return what is repainted: the picture itself, but where it is extended.

    ``stored`` is the mask of the way "mask", of any size. Raises BadPicture or BadOption.
    """
    region, whole = selection.region, (0, 0, *picture.size)
    if selection.way == "extend":
        how = _extension(selection)
        canvas, mask = outpaint.extend(picture, *how)
        old = outpaint.place(picture.size, *how)
        return Placed(canvas=canvas, mask=_grown(mask, region), old=old)
    if selection.way == "mask" and stored is not None:
        mask = masks.fit(stored, picture.size)
        mask = masks.invert(mask) if region.invert else mask
        return Placed(canvas=picture, mask=_grown(mask, region), old=whole)
    return Placed(canvas=picture, mask=region.mask(picture.size), old=whole)


def size_of(selection: Selection, size: Size) -> Size:
    """Return how large the canvas gets for a picture of that size; raises as ``place`` does."""
    if selection.way != "extend":
        return size
    left, up, right, down = outpaint.sides(size, *_extension(selection))
    return size[0] + left + right, size[1] + up + down


def _extension(selection: Selection) -> tuple[str, int]:
    """Return the way and the amount in percent, of which only some ways make use."""
    way, _, amount = selection.extend.partition(" ")
    return way, int(amount or outpaint.AMOUNTS[0])


def _grown(mask: Image.Image, region: Region) -> Image.Image:
    """Grow a mask as the region's steps say."""
    return masks.grow(mask, masks.percent(mask.size, region.grow * GROW_PERCENT))


# Each verb of a button or a select: the selection before and the argument -> the selection after.
Verb = Callable[[Selection, str], Selection]


def _region(change: Callable[[Region], Region]) -> Verb:
    return lambda before, _: replace(before, region=change(before.region))


def _cell(before: Selection, argument: str) -> Selection:
    start = before.region if before.way == "grid" else Region()
    return Selection(region=start.toggle(int(argument) % grid.CELLS))


def _quick(_: Selection, argument: str) -> Selection:
    return Selection(region=Region(quick=argument))


def _finer(before: Selection, _: str) -> Selection:
    if before.way != "grid":
        raise BadOption("region", "Only the grid can get finer. Tap some cells first.")
    return Selection(region=before.region.finer())


def _extend(_: Selection, argument: str) -> Selection:
    return Selection(way="extend", extend=argument)


def _invert(before: Selection, _: str) -> Selection:
    if before.way == "extend":
        raise BadOption("region", "The room beside the picture cannot be inverted. " + OTHER)
    return replace(before, region=replace(before.region, invert=not before.region.invert))


VERBS: dict[str, Verb] = {
    "cell": _cell,
    "quick": _quick,
    "extend": _extend,
    "finer": _finer,
    "invert": _invert,
    "grow": _region(lambda region: replace(region, grow=min(MOST_STEPS, region.grow + 1))),
    "feather": _region(lambda region: replace(region, feather=min(MOST_STEPS, region.feather + 1))),
    "clear": lambda _before, _argument: Selection(),
}


def change(selection: Selection, verb: str, argument: str) -> Selection:
    """Return the selection after a press; raises BadOption where that leads nowhere."""
    if verb == "quick" and all(argument != quick.key for quick in QUICK):
        raise BadOption("region", "This region is not known.")
    return VERBS[verb](selection, argument)


def undo(trail: tuple[str, ...]) -> tuple[Selection, tuple[str, ...]]:
    """Return the selection before the last change, and the trail that is left."""
    if not trail:
        raise BadOption("region", "There is nothing to undo.")
    return Selection.decode(trail[-1]), trail[:-1]


def with_mask(before: Selection, trail: tuple[str, ...]) -> tuple[Selection, tuple[str, ...]]:
    """Return the selection of one more mask, and its trail.

    The mask takes the place of the one that is longest out of use; Undo goes back until there.
    """
    steps = longer(trail, before)
    last = dict.fromkeys(MASKS, -1) | {
        step.extend: place
        for place, step in enumerate(map(Selection.decode, steps))
        if step.way == "mask"
    }
    oldest = min(MASKS, key=last.__getitem__)
    return Selection(way="mask", extend=oldest), steps[last[oldest] + 1 :]


def longer(trail: tuple[str, ...], selection: Selection) -> tuple[str, ...]:
    """Return the trail with one more selection to go back to."""
    return (*trail, selection.encode())[-TRAIL_MOST:]
