"""Whether Pixazo can be given a member's own link."""

from __future__ import annotations

import pytest

from bot.repaint import LASTS, lasts

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("link", "holds"),
    [
        (f"https://cdn.example/a.png?ex={int(NOW) + LASTS:x}&is=1&hm=2", True),
        (f"https://cdn.example/a.png?ex={int(NOW) + LASTS - 1:x}&is=1&hm=2", False),
        ("https://cdn.example/a.png?ex=soon", False),
        ("https://cdn.example/a.png", False),
    ],
    ids=["long enough", "not long enough", "unreadable", "unsigned"],
)
def test_only_a_link_that_holds_is_passed_on(link: str, holds: bool) -> None:
    """A link that ends while the order waits in line would lose the picture."""
    assert lasts(link, NOW) is holds
