"""Why a goal may be missed: by the beginning of its line, as far as it was looked into."""

from __future__ import annotations

from collections.abc import Mapping

from bench import edits

_ADMISSION = (
    "Of a claim a tenth is the empty hop to the connection's thread (20 to 35 µs, as the neighbours"
    " on the machine allow); its six statements (begin, lock, take, serve, save, commit) are 45 %"
    " (95 to 140), and our own Python, which reads the lane, moves its window and makes the job,"
    " another 45 % (95 to 145). The bare transaction takes about 105 in all, so that 1.5 leaves 70,"
    " less than the SQL alone; with a sync of 300, 1.2 leaves 35. No single part of the Python is"
    " above 18 µs (making the job). Turns that are taken together share the hop, the lane and the"
    " commit: see the line with four."
)
_LATE = (
    "The promise holds for calls that the gateway counts within D of their slot; D is scaled"
    " with the window, and a busy machine's pauses are not."
    " Where the slowest call took no longer than D, it is a fault of ours."
)
_DELIVERY = (
    "Between the two moments ours commits the picture to the disk, reads the job and the allowance,"
    " and sends an embed with buttons: about 3 ms, which a bare bot does without."
)
_EDITS = (
    "Photos are worked on by two threads, which on two cores leave nobody much: the bare bot, in a"
    " process that edits nothing, is slowed beside them too (see the figures). Ours also commits"
    " each order, behind a photo that is being stored (28 ms on a busy machine)."
)
_COPY = (
    "Besides decoding both pictures the copy is laid over the picture, corrected for its colours,"
    " and compared with it; the goal of the issue is for a preview without that, which meets it."
)
REASONS: Mapping[str, str] = {
    "most calls in any rolling window": _LATE,
    "429s of the same run": _LATE,
    "fair admission": _ADMISSION,
    "PostgreSQL admission": "A claim is six round trips to the server, the bare UPDATE one. A"
    " disk that is slow to sync hides this: the ratio rises with the load.",
    "/history": "Of ten pictures there is less to read: a page of 10 looks at up to 33 rows where"
    " there are more. Both are below a millisecond, and the line moves between runs (1.0 to 2.5).",
    "side by side with aiolimiter, limits, pyrate-limiter: utilisation": "The margin costs 0.8 %,"
    " and a 429 holds the lane; theirs keep no margin.",
    "side by side": _LATE,
    "the same with a painted copy": _COPY,
    "picture-ready": _DELIVERY,
    edits.LINE: _EDITS,
    "event-to-ack": "Ours validates the order and commits it to the disk before it"
    " acknowledges, and puts it in line right after; Discord allows 3,000 ms.",
    "Jain's index over backlogged members, real": "A whole turn is the least difference there can"
    " be; in a short run it weighs that much.",
}
