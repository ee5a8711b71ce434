"""The words on the local gateway's pictures: always letters, never boxes."""

from __future__ import annotations

import pytest
from PIL import Image

from playground.caption import legible, write


@pytest.mark.parametrize(
    ("prompt", "drawn"),
    [
        ("a fox, 100% real", "a fox, 100% real"),
        ("Füße im naïven Café", "Fusse im naiven Cafe"),
        ("dusk — dawn", "dusk - dawn"),
        ("a 🦊 fox\n\tin\u200bside", "a fox inside"),
        ("שועל בשלג", ""),
    ],
)
def test_only_what_the_font_has_is_drawn(prompt: str, drawn: str) -> None:
    """Accents are left out, and so are letters and signs that would be boxes."""
    assert legible(prompt) == drawn


def test_a_prompt_of_boxes_leaves_the_line_under_it() -> None:
    """A picture whose prompt cannot be written looks like one of no words, and is no error."""
    hebrew, nothing = (Image.new("RGB", (256, 256)) for _ in range(2))
    write(hebrew, "שועל", "a model")
    write(nothing, "", "a model")
    assert hebrew.tobytes() == nothing.tobytes()
    assert hebrew.getbbox() is not None
