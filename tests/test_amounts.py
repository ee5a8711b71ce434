"""Money: dollars as they are written, micro-dollars as they are counted."""

from __future__ import annotations

import pytest

from bot import amounts


@pytest.mark.parametrize(
    ("text", "micro"),
    [("0", 0), ("2.50", 2_500_000), ("0.000001", 1), ("1000000", 10**12), ("0.1", 100_000)],
)
def test_money_is_exact(text: str, micro: int) -> None:
    """Dollars become micro-dollars to the last digit, as a number and as a text."""
    assert amounts.micro(text) == micro
    prices = amounts.overrides(f'{{"sd3": {text}, "sd35": "{text}"}}')
    assert prices == {"sd3": micro, "sd35": micro}


def test_a_price_speaks_for_the_stream_twin() -> None:
    """A command's price is its twin's too, unless the twin is named."""
    given = amounts.overrides('{"lightning": 0.1, "inpaint": 0.2, "inpaint-stream": 0.3}')
    prices = amounts.prices(given)
    assert (prices["lightning"], prices["lightning-stream"]) == (100_000, 100_000)
    assert (prices["inpaint"], prices["inpaint-stream"]) == (200_000, 300_000)
    assert prices["sdxl"] == 0
