"""Where the member wants the picture repainted, as a small value that a custom_id can carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from PIL import Image

from bot.errors import BadOption
from bot.inpainting import grid, masks
from bot.inpainting.masks import Size

MOST_STEPS = 9
MOST_ZOOMS = 3
GROW_PERCENT = 1.5  # of the picture's shorter side, a step
FEATHER_PERCENT = 0.75


@dataclass(frozen=True, kw_only=True)
class Quick:
    """One quick region: a box (in fractions of the picture), or all that is outside of it."""

    key: str
    name: str
    box: grid.Box
    outside: bool = False


def _box(left: str, top: str, right: str, bottom: str) -> grid.Box:
    return Fraction(left), Fraction(top), Fraction(right), Fraction(bottom)


_CENTRE = _box("1/5", "1/5", "4/5", "4/5")

QUICK: tuple[Quick, ...] = (
    Quick(key="c", name="centre", box=_CENTRE),
    Quick(key="l", name="left", box=_box("0", "0", "1/2", "1")),
    Quick(key="r", name="right", box=_box("1/2", "0", "1", "1")),
    Quick(key="t", name="top", box=_box("0", "0", "1", "1/2")),
    Quick(key="b", name="bottom", box=_box("0", "1/2", "1", "1")),
    Quick(key="o", name="border", box=_box("1/10", "1/10", "9/10", "9/10"), outside=True),
    Quick(key="a", name="all but the centre", box=_CENTRE, outside=True),
    Quick(key="e", name="everything", box=grid.WHOLE),
)

_BY_KEY = {quick.key: quick for quick in QUICK}

_TEXT = re.compile(
    r"(?P<quick>[a-z]?)\.(?P<cells>[0-9a-f]{1,7})\.(?P<zoom>(?:[0-4]{4}){0,3})"
    r"\.(?P<invert>[01])(?P<grow>[0-9])(?P<feather>[0-9])"
)


@dataclass(frozen=True, kw_only=True)
class Region:
    """A choice on the grid, or a quick region, with what is done to it afterwards.

    ``cells`` (25 bits) lie on the grid over the place that ``zoom`` leads to. ``quick`` is a key of
    ``QUICK`` and excludes cells and zoom. ``grow`` and ``feather`` count steps, 0 to 9; growing
    comes after inverting, so that it always widens what is repainted. Raises ValueError when a
    value is out of range.
    """

    cells: int = 0
    zoom: tuple[grid.Part, ...] = ()
    quick: str = ""
    invert: bool = False
    grow: int = 0
    feather: int = 0

    def __post_init__(self) -> None:
        steps = (self.grow, self.feather)
        if not 0 <= self.cells <= grid.ALL or not all(0 <= step <= MOST_STEPS for step in steps):
            raise ValueError("cells or steps out of range")
        if len(self.zoom) > MOST_ZOOMS or not all(_is_part(part) for part in self.zoom):
            raise ValueError("zoom out of range")
        if self.quick and (self.quick not in _BY_KEY or self.cells or self.zoom):
            raise ValueError("a quick region stands alone")

    @classmethod
    def decode(cls, text: str) -> Region:
        """Return what ``encode`` wrote; raises BadOption."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise _unreadable()
        try:
            return cls(
                cells=int(found["cells"], 16),
                zoom=tuple(_part(four) for four in re.findall("....", found["zoom"])),
                quick=found["quick"],
                invert=found["invert"] == "1",
                grow=int(found["grow"]),
                feather=int(found["feather"]),
            )
        except ValueError as error:
            raise _unreadable() from error

    def encode(self) -> str:
        """Return the region as text: at most 25 letters, digits and dots."""
        zoom = "".join(str(place) for part in self.zoom for place in part)
        return f"{self.quick}.{self.cells:x}.{zoom}.{self.invert:d}{self.grow}{self.feather}"

    @property
    def box(self) -> grid.Box:
        """The place over which the grid lies."""
        return grid.zoomed(self.zoom)

    @property
    def can_zoom(self) -> bool:
        """Whether ``finer`` leads anywhere: some cells chosen, in less than the whole grid."""
        cells = self._as_cells().cells
        return len(self.zoom) < MOST_ZOOMS and cells != 0 and grid.bounds(cells) != (0, 0, 4, 4)

    def has(self, cell: int) -> bool:
        """Whether the cell is repainted, as the pad of buttons shows it (before growing)."""
        return bool(self._as_cells().cells >> cell & 1) != self.invert

    def toggle(self, cell: int) -> Region:
        """Return the region with one cell flipped; a quick region becomes cells first."""
        plain = self._as_cells()
        return replace(plain, cells=plain.cells ^ 1 << cell)

    def finer(self) -> Region:
        """Return the region with the grid zoomed into the chosen cells, which stay chosen.

        Raises BadOption when there is nothing to zoom into.
        """
        if not self.can_zoom:
            raise BadOption(
                "region",
                "The grid cannot get finer here: choose some cells that lie close together first, "
                f"at most {MOST_ZOOMS} times.",
            )
        zoom = (*self.zoom, grid.bounds(self._as_cells().cells))
        return replace(self, quick="", zoom=zoom, cells=self._covered(grid.zoomed(zoom)))

    def mask(self, size: Size) -> Image.Image:
        """Return the mask for a picture of that size, hard-edged (see ``feather_radius``)."""
        mask = self._chosen(size)
        if self.invert:
            mask = masks.invert(mask)
        return masks.grow(mask, masks.percent(size, self.grow * GROW_PERCENT))

    def feather_radius(self, size: Size) -> int:
        """Return how far the seam fades out beyond the mask, in pixels, for ``paste.seam``."""
        return masks.percent(size, self.feather * FEATHER_PERCENT)

    def _chosen(self, size: Size) -> Image.Image:
        if not self.quick:
            places = [grid.cell_box(cell, self.box) for cell in grid.chosen(self.cells)]
            return masks.boxes(size, [grid.pixels(place, size) for place in places])
        quick = _BY_KEY[self.quick]
        mask = masks.boxes(size, [grid.pixels(quick.box, size)])
        return masks.invert(mask) if quick.outside else mask

    def _as_cells(self) -> Region:
        if not self.quick:
            return self
        return replace(self, quick="", cells=self._covered(grid.WHOLE))

    def _covered(self, box: grid.Box) -> int:
        """Return the cells of the grid over ``box`` at least half of which is chosen."""
        half = Fraction(1, 2)
        places = ((cell, grid.cell_box(cell, box)) for cell in range(grid.CELLS))
        return grid.bits(cell for cell, place in places if self._share(place) >= half)

    def _share(self, place: grid.Box) -> Fraction:
        """Return how much of a place is chosen, from 0 to 1 (before inverting and growing)."""
        if self.quick:
            quick = _BY_KEY[self.quick]
            share = grid.overlap(quick.box, place)
            return 1 - share if quick.outside else share
        parts = (grid.cell_box(cell, self.box) for cell in grid.chosen(self.cells))
        return sum((grid.overlap(part, place) for part in parts), start=Fraction(0))


def _is_part(part: grid.Part) -> bool:
    left, top, right, bottom = part
    return 0 <= left <= right < grid.SIDE and 0 <= top <= bottom < grid.SIDE


def _part(four: str) -> grid.Part:
    left, top, right, bottom = (int(digit) for digit in four)
    return left, top, right, bottom


def _unreadable() -> BadOption:
    return BadOption(
        "region", "This edit can no longer be read: start it again. Nothing was charged."
    )
