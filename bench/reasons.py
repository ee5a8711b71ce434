"""Why a goal may be missed: by the beginning of its line, as far as it was looked into."""

from __future__ import annotations

from collections.abc import Mapping

_ADMISSION = (
    "A claim runs eleven statements that change three rows with their indexes; the bare transaction"
    " changes one. Profiled on a busy machine (515 µs): commit 131, statements 102, the rest is"
    " Python, the hop to the thread and waiting."
)
_LATE = (
    "The promise holds for calls that the gateway counts within D of their slot; D is 50 ms here,"
    " because all times are a tenth of the real ones, and a busy machine's pauses are not scaled."
    " Likely, not proven, where the slowest call took longer than D; if it did not, it is a fault."
)
_DELIVERY = (
    "Between the two moments ours also commits the picture, reads it back with the allowance, and"
    " sends an embed with buttons; which of these costs how much was not measured."
)
REASONS: Mapping[str, str] = {
    "most calls in any rolling window": _LATE,
    "429s of the same run": _LATE,
    "fair admission": _ADMISSION,
    "PostgreSQL admission": "A claim is about ten round trips to the server, the bare UPDATE one."
    " A disk that is slow to sync hides this: the ratio rises with the load.",
    "side by side with aiolimiter, limits, pyrate-limiter: utilisation": "The margin costs 0.8 %,"
    " and a 429 holds the lane; theirs keep no margin.",
    "side by side": _LATE,
    "picture-ready": _DELIVERY,
    "event-to-ack": "Ours commits the order to the disk before it acknowledges; how much of the"
    " difference that is was not measured.",
    "Jain's index over backlogged members, real": "A whole turn is the least difference there can"
    " be; in a short run it weighs that much.",
}
