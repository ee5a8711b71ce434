"""The pages of an edit: the grid to tap, and the preview before anything is spent.

Components V2: at most 40 of them in a message (Discord). Every custom id names the verb and the
draft, so that a page works after any restart; the views are stopped, see bot/buttons.py.
"""

from __future__ import annotations

import discord
from discord import ui

from bot import words
from bot.attached import Attached
from bot.editor import Page
from bot.inpainting import grid
from bot.inpainting.outpaint import AMOUNTS, WAYS
from bot.inpainting.regions import QUICK
from storage.drafts import Draft

FILE = "preview.jpg"
PROMPT_SHOWN = 300
SOFT = 2.0  # times enlarged

Button = ui.Button[ui.LayoutView]
_PLAIN, _STRONG = discord.ButtonStyle.secondary, discord.ButtonStyle.primary
_GREEN, _RED = discord.ButtonStyle.success, discord.ButtonStyle.danger


def custom_id(verb: str, draft_id: int, argument: str = "") -> str:
    """Return the id of a control, for example ``edit:cell:123:7``; Discord allows 100."""
    return f"edit:{verb}:{draft_id}:{argument}"


def select_id(verb: str, draft_id: int, mark: str = "") -> str:
    """Return the id of a select, for example ``choose:show:123:extend``."""
    return f"choose:{verb}:{draft_id}:{mark}"


def picture(page: Page) -> Attached:
    """Return the page's picture as the file that its gallery shows."""
    text = f"Preview: {_share(page.shown.coverage)} of the picture is marked"
    return Attached(name=FILE, data=page.shown.image, alt=text)


def grid_page(page: Page) -> ui.LayoutView:
    """Return the page with a pad of 25 buttons: tap the cells that should change."""
    number = page.draft.id
    lit = page.chosen.region.has if page.chosen.way == "grid" else (lambda cell: False)
    pad = [
        Button(
            label=grid.name(cell),
            style=_STRONG if lit(cell) else _PLAIN,
            custom_id=custom_id("cell", number, str(cell)),
        )
        for cell in range(grid.CELLS)
    ]
    rows = [ui.ActionRow(*pad[start : start + 5]) for start in range(0, grid.CELLS, 5)]
    controls = (
        Button(label="Preview", style=_GREEN, custom_id=custom_id("preview", number)),
        Button(label="Finer", style=_PLAIN, custom_id=custom_id("finer", number)),
        Button(label="Undo", style=_PLAIN, custom_id=custom_id("undo", number)),
        Button(label="Upload…", style=_PLAIN, custom_id=custom_id("upload", number)),
        Button(label="Cancel", style=_RED, custom_id=custom_id("cancel", number)),
    )
    text = f"**{_invitation(page)}** {_words(page)}\n{_marked(page)}"
    return _view(
        text,
        *rows,
        ui.ActionRow(_select("pick", number, "More: regions, invert, grow, extend…", _tools())),
        ui.ActionRow(*controls),
    )


def preview_page(page: Page) -> ui.LayoutView:
    """Return the page that shows what Draw would do, what it costs and how long the line is."""
    number = page.draft.id
    tools = [
        Button(label=label, style=_PLAIN, custom_id=custom_id(verb, number, "preview"))
        for verb, label in (
            ("invert", "Invert"),
            ("grow", "Grow"),
            ("feather", "Feather"),
            ("undo", "Undo"),
            ("words", "Words…"),
        )
    ]
    # The button carries the price that stands above it: a later one is shown before it is spent.
    draw = custom_id("draw", number, str(page.price))
    controls = (
        Button(label="Draw", style=_GREEN, custom_id=draw),
        Button(label="Adjust", style=_STRONG, custom_id=custom_id("adjust", number)),
        Button(label="Upload…", style=_PLAIN, custom_id=custom_id("upload", number)),
        Button(label="Cancel", style=_RED, custom_id=custom_id("cancel", number)),
    )
    parts = (_marked(page), _price(page), _line(page), _audience(page.draft))
    facts = " · ".join(filter(None, parts))
    text = f"**Draw this?** {_words(page)}\n{facts}{_soft(page)}"
    return _view(
        text,
        ui.ActionRow(_select("show", number, "Quick regions", quick_options())),
        ui.ActionRow(_select("show", number, "Extend the picture", extend_options(), "extend")),
        ui.ActionRow(*tools),
        ui.ActionRow(*controls),
    )


def closed(text: str) -> ui.LayoutView:
    """Return the page of an edit that is over: a sentence and nothing to press."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    view.stop()
    return view


def _view(text: str, *rows: ui.ActionRow[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{FILE}")))
    view.add_item(ui.TextDisplay(text))
    for row in rows:
        view.add_item(row)
    view.stop()
    return view


def quick_options() -> list[discord.SelectOption]:
    """Return the quick regions to choose from."""
    return [_option(quick.name.capitalize(), f"quick:{quick.key}") for quick in QUICK]


def extend_options(amounts: tuple[int, ...] = AMOUNTS) -> list[discord.SelectOption]:
    """Return the ways to make room around the picture, by these amounts (percent)."""
    options = []
    for way in WAYS:
        if way.ratio is not None:
            options.append(_option(f"Extend to {way.name}", f"extend:{way.name}"))
            continue
        where = "on all sides" if way.name == "all" else way.name
        options += [
            _option(f"Extend {where} by {amount} %", f"extend:{way.name} {amount}")
            for amount in amounts
        ]
    return options


def _tools() -> list[discord.SelectOption]:
    """Return the tools that have no button on the grid's page, and the regions."""
    return [
        *quick_options(),
        _option("Invert", "invert:"),
        _option("Grow", "grow:"),
        _option("Feather", "feather:"),
        _option("Clear", "clear:"),
        *extend_options(AMOUNTS[:1]),
    ]


def _select(
    verb: str, number: int, placeholder: str, options: list[discord.SelectOption], mark: str = ""
) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=select_id(verb, number, mark), placeholder=placeholder, options=options
    )


def _option(label: str, value: str) -> discord.SelectOption:
    return discord.SelectOption(label=label, value=value)


def _invitation(page: Page) -> str:
    """Return what tapping does now: the pad looks the same on every page."""
    if page.chosen.way != "grid":
        return "Tapping a cell starts anew on the grid; Undo brings this back."
    if page.chosen.region.zoom:
        return "Zoomed in: tap the cells to leave out or to add; Undo zooms out."
    return "Tap what should change."


def _words(page: Page) -> str:
    return words.shown(str(page.draft.values.get("prompt", "")), PROMPT_SHOWN)


def _marked(page: Page) -> str:
    width, height = page.shown.size
    if not page.shown.coverage:
        return f"Nothing of {width} x {height} is marked yet"
    return f"{_share(page.shown.coverage)} of {width} x {height} is repainted"


def _soft(page: Page) -> str:
    """Return a warning where the new part will be enlarged so much that it is seen."""
    if page.shown.enlarged < SOFT:
        return ""
    return (
        f"\nThe new part is drawn small and enlarged {page.shown.enlarged:.1f} times, so it will "
        "look soft: mark or extend less for more detail."
    )


def _share(coverage: float) -> str:
    """Return percent; a little is never shown as nothing, nor nearly all as all."""
    if 0 < coverage < 0.01:
        return "less than 1%"
    return f"{min(0.99, coverage) if coverage < 1 else 1:.0%}"


def _price(page: Page) -> str:
    count = page.draft.count
    said = words.money(page.price * count) if page.price else "free"
    return said if count == 1 else f"{words.count(count, 'picture')}, {said}"


def _audience(draft: Draft) -> str:
    """Return who will see the outcome, where that is not just everybody."""
    return "only for you" if draft.private else "behind a spoiler" if draft.spoiler else ""


def _line(page: Page) -> str:
    if page.standing is None or not page.standing.ahead:
        return "nobody is waiting"
    return f"{words.count(page.standing.ahead, 'picture')} before yours"
