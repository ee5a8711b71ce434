"""The colours of the playground's pictures, as rows; words of a prompt choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
Ground = Literal["hills", "forest", "sea", "city"]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """A mood: sky from top to horizon, the sun or moon, and the land from far to near."""

    name: str
    words: tuple[str, ...]
    top: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    stars: bool = False
    snow: bool = False


PALETTES = (
    Palette(
        name="snow",
        words=("snow", "winter", "ice", "frozen", "christmas"),
        top=(92, 134, 178),
        horizon=(232, 224, 226),
        light=(255, 250, 236),
        far=(178, 198, 220),
        near=(244, 248, 252),
        snow=True,
    ),
    Palette(
        name="night",
        words=("night", "moon", "star", "stars", "space", "galaxy", "neon", "dark", "cyberpunk"),
        top=(10, 14, 44),
        horizon=(74, 62, 124),
        light=(248, 244, 222),
        far=(50, 50, 102),
        near=(12, 16, 38),
        stars=True,
    ),
    Palette(
        name="dusk",
        words=("sunset", "dusk", "evening", "autumn", "fire", "dragon", "fox"),
        top=(58, 44, 104),
        horizon=(252, 158, 106),
        light=(255, 232, 176),
        far=(158, 84, 112),
        near=(48, 26, 58),
    ),
    Palette(
        name="dawn",
        words=("sunrise", "dawn", "morning", "spring", "flower", "flowers", "cat"),
        top=(112, 152, 212),
        horizon=(255, 214, 198),
        light=(255, 246, 214),
        far=(150, 152, 196),
        near=(66, 84, 112),
    ),
    Palette(
        name="noon",
        words=("day", "summer", "garden", "forest", "dog", "lion", "grass"),
        top=(52, 132, 206),
        horizon=(206, 236, 240),
        light=(255, 252, 220),
        far=(124, 180, 170),
        near=(30, 92, 74),
    ),
    Palette(
        name="desert",
        words=("desert", "sand", "mars", "canyon", "robot", "castle"),
        top=(96, 156, 178),
        horizon=(250, 224, 178),
        light=(255, 248, 226),
        far=(222, 168, 120),
        near=(146, 80, 56),
    ),
    Palette(
        name="aurora",
        words=("aurora", "magic", "wizard", "dream", "fantasy", "whale"),
        top=(8, 24, 52),
        horizon=(48, 150, 140),
        light=(222, 255, 236),
        far=(24, 92, 104),
        near=(6, 30, 44),
        stars=True,
    ),
)

GROUNDS: dict[Ground, tuple[str, ...]] = {
    "forest": ("forest", "tree", "trees", "wood", "woods", "fox", "bear", "christmas", "garden"),
    "sea": ("sea", "ocean", "lake", "river", "beach", "island", "whale", "boat", "water"),
    "city": ("city", "street", "tower", "neon", "cyberpunk", "skyline", "castle", "robot"),
    "hills": ("hill", "hills", "mountain", "mountains", "valley", "desert"),
}


def palette_of(words: frozenset[str], chance: float) -> Palette:
    """Return the palette that the prompt names; else the one that ``chance`` (0..1) picks."""
    named = [palette for palette in PALETTES if words.intersection(palette.words)]
    return named[0] if named else PALETTES[int(chance * len(PALETTES)) % len(PALETTES)]


def ground_of(words: frozenset[str], chance: float) -> Ground:
    """Return the land that the prompt names; else the one that ``chance`` (0..1) picks."""
    named = [ground for ground, its in GROUNDS.items() if words.intersection(its)]
    grounds = tuple(GROUNDS)
    return named[0] if named else grounds[int(chance * len(grounds)) % len(grounds)]


def blend(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour ``share`` (0..1) of the way from the first to the second."""
    return (
        round(first[0] + (second[0] - first[0]) * share),
        round(first[1] + (second[1] - first[1]) * share),
        round(first[2] + (second[2] - first[2]) * share),
    )
