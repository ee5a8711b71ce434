"""The lettered 5x5 grid: names of cells, and where they lie, also when the grid is zoomed in.

A cell is a number from 0 to 24, row by row; a set of cells is an integer with bit ``cell`` set.
Places are exact fractions of the picture, so that cells meet without a gap at every size.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bot.inpainting.masks import PixelBox, Size

SIDE = 5
CELLS = SIDE * SIDE
ALL = (1 << CELLS) - 1
COLUMNS = "ABCDE"

Box = tuple[Fraction, Fraction, Fraction, Fraction]
Part = tuple[int, int, int, int]  # first column, first row, last column, last row; all inside

WHOLE: Box = (Fraction(0), Fraction(0), Fraction(1), Fraction(1))


def name(cell: int) -> str:
    """Return what the member reads: column letter, row number; A1 is the top left."""
    return f"{COLUMNS[cell % SIDE]}{cell // SIDE + 1}"


def bits(cells: Iterable[int]) -> int:
    """Return the cells as one integer."""
    return sum(1 << cell for cell in set(cells))


def chosen(cells: int) -> list[int]:
    """Return the cells of the integer, in reading order."""
    return [cell for cell in range(CELLS) if cells >> cell & 1]


def bounds(cells: int) -> Part:
    """Return the smallest part of the grid that holds all of the cells; raises ValueError."""
    columns = [cell % SIDE for cell in chosen(cells)]
    rows = [cell // SIDE for cell in chosen(cells)]
    return min(columns), min(rows), max(columns), max(rows)


def inside(box: Box, part: Part) -> Box:
    """Return the place of a part of the grid that lies over ``box``."""
    left, top, right, bottom = box
    wide, high = (right - left) / SIDE, (bottom - top) / SIDE
    return (
        left + part[0] * wide,
        top + part[1] * high,
        left + (part[2] + 1) * wide,
        top + (part[3] + 1) * high,
    )


def zoomed(path: Iterable[Part]) -> Box:
    """Return the place that is reached by zooming into one part after the other."""
    box = WHOLE
    for part in path:
        box = inside(box, part)
    return box


def cell_box(cell: int, within: Box = WHOLE) -> Box:
    """Return the place of a cell of the grid that lies over ``within``."""
    column, row = cell % SIDE, cell // SIDE
    return inside(within, (column, row, column, row))


def pixels(box: Box, size: Size) -> PixelBox:
    """Return the place in pixels of a picture; never smaller than one pixel."""
    left, right = _span(box[0], box[2], size[0])
    top, bottom = _span(box[1], box[3], size[1])
    return left, top, right, bottom


def overlap(part: Box, place: Box) -> Fraction:
    """Return how much of ``place`` lies in ``part``, from 0 to 1."""
    wide = max(Fraction(0), min(part[2], place[2]) - max(part[0], place[0]))
    high = max(Fraction(0), min(part[3], place[3]) - max(part[1], place[1]))
    return wide * high / ((place[2] - place[0]) * (place[3] - place[1]))


def _span(start: Fraction, end: Fraction, length: int) -> tuple[int, int]:
    first = min(int(start * length), length - 1)
    return first, max(int(end * length), first + 1)
