"""What a refusal says in words: made short, plain and harmless, so that people may read it."""

from __future__ import annotations

import json
import math
import re
import time
import unicodedata
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST = 200  # characters of a foreign text that anybody is shown
PATIENCE = 3600.0  # seconds; a gateway that asks for more is not believed

_FIELDS = ("error", "message", "detail", "error_message", "reason")
_IN_SECONDS = re.compile(r"in (\d{1,6}(?:\.\d+)?) ?s(?:ec|\b)", re.IGNORECASE)


def complaint(headers: Mapping[str, str], body: bytes) -> str:
    """Return the text of an error body on one line, or "" where there is none fit to show.

    HTML comes from proxies on the way and is never shown.
    """
    text = body[:20_000].decode("utf-8", "replace").strip()
    if "html" in headers.get("content-type", "").lower() or text.startswith("<"):
        return ""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "" if text.startswith(("{", "[")) or "\x00" in text else harmless(text)
    return harmless(_words(document))


def harmless(text: str) -> str:
    """Return the text for an inline code span: one line, short, with nothing that Discord reads.

    Backticks would end the span; a zero-width space after ``@`` and ``<`` defuses mentions.
    """
    line = " ".join(text.split())
    line = "".join(c for c in line if unicodedata.category(c)[0] != "C").replace("`", "'")
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip() + "…"
    return line.rstrip(".").replace("@", "@\u200b").replace("<", "<\u200b")


def one_line(error: BaseException) -> str:
    """Return what a foreign error says, short and on one line, for the bot's owner to read."""
    return " ".join(str(error).split())[:LONGEST] or type(error).__name__


def _words(document: object, depth: int = 0) -> str:
    if isinstance(document, str):
        return document
    if isinstance(document, list) and document and depth < 4:
        return _words(document[0], depth + 1)
    if isinstance(document, dict) and depth < 4:
        return next(filter(None, (_words(document.get(f), depth + 1) for f in _FIELDS)), "")
    return ""


def retry_after(headers: Mapping[str, str], said: str) -> float | None:
    """Return the seconds that the gateway asks to wait, from its header or from its words."""
    header = headers.get("retry-after", "").strip()
    if header:
        asked = _header_seconds(header)
        if asked is not None:
            return asked
    found = _IN_SECONDS.search(said)
    return _bounded(float(found.group(1))) if found else None


def _header_seconds(header: str) -> float | None:
    try:
        return _bounded(float(header))
    except ValueError:
        pass
    try:
        return _bounded(parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _bounded(seconds: float) -> float | None:
    return min(max(seconds, 0.0), PATIENCE) if math.isfinite(seconds) else None
