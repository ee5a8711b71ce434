"""How the bot words numbers, money and other people's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "$0.00"),
        (200_000, "$0.20"),
        (1_234_560_000, "$1,234.56"),
        (1_500, "$0.0015"),
        (1, "$0.000001"),
    ],
)
def test_money_is_exact(micros: int, text: str) -> None:
    """Micro-dollars are shown without rounding anything away."""
    assert words.money(micros) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (112, "112th"),
        (1021, "1,021st"),
    ],
)
def test_ordinals_are_english(number: int, text: str) -> None:
    """A place in line reads as people say it."""
    assert words.ordinal(number) == text


def test_typed_shows_markdown_as_it_was_typed() -> None:
    """No sign that Discord reads as markdown, a mention or a link stands without its escape."""
    text = "**b** _i_ `c` ~~s~~ ||x|| > q <@1> [a](b) # h @everyone https://a.b - l"
    escaped = words.typed(text)
    assert escaped.replace("\\", "") == text
    assert "\\@everyone" in escaped
    assert "\\<\\@1\\>" in escaped


@given(st.text(max_size=400), st.integers(min_value=4, max_value=200))
def test_shown_keeps_its_limit_and_no_half_escape(text: str, most: int) -> None:
    """A text cut for a limit fits it, and never ends in a backslash that escapes nothing."""
    shown = words.shown(text, most)
    assert len(shown) <= most
    unescaped = shown.replace("\\\\", "")
    assert not unescaped.endswith("\\")
