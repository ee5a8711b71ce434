"""A button that is tapped twice at once was pressed once."""

from __future__ import annotations

from collections import OrderedDict

TWICE_MS = 700  # between the taps of one press
REMEMBERED = 1000  # presses

_ABOVE = 22  # bits of a snowflake below its milliseconds
Key = tuple[int, int, str]  # member, message, custom id


class Taps:
    """Remembers the newest presses; their moments are those of Discord's ids."""

    def __init__(self) -> None:
        self._last: OrderedDict[Key, int] = OrderedDict()

    def first(self, key: Key, interaction_id: int) -> int | None:
        """Return the interaction of the tap just before this one; note this one if there is none.

        So a third tap is compared with the first one too.
        """
        before = self._last.get(key)
        if before is not None and (interaction_id >> _ABOVE) - (before >> _ABOVE) < TWICE_MS:
            return before
        self._last.pop(key, None)
        self._last[key] = interaction_id
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return None
