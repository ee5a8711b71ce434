"""Where log lines go: to standard error, off the event loop, with every secret masked."""

from __future__ import annotations

import json
import logging
import logging.handlers
import queue
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from stamina.instrumentation import set_on_retry_hooks

# discord.py logs whole routes at DEBUG; the second part of these paths is an interaction's token.
_TOKEN_IN_PATH = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?'\"]+")
# And whole gateway events, as Python's repr or as JSON, perhaps quoted once more.
_TOKEN_IN_EVENT = re.compile(r"""(['"]token\\*['"]: *\\*['"])[^'"\\]+""")


class Masked(logging.Formatter):
    """A formatter whose lines never show a secret, whatever a library put into the record."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a masked line of text."""
        return self.mask(super().format(record))

    def mask(self, text: str) -> str:
        """Return the text with the known secrets and every interaction token replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN_IN_EVENT.sub(r"\1***", _TOKEN_IN_PATH.sub(r"\1***", text))


class MaskedJson(Masked):
    """One JSON object a line: time, level, logger, message and, if there is one, the error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a masked line of JSON."""
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.mask(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = self.mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _forms(secret: str) -> tuple[str, str, str]:
    """A secret as it is, and as it stands inside of a repr or of JSON."""
    return secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]


@contextmanager
def logging_to_stderr(
    level: str, style: Literal["text", "json"], secrets: Sequence[str]
) -> Iterator[None]:
    """Send the log of every library to standard error from a thread, and flush it at the end."""
    output = logging.StreamHandler()
    output.setFormatter((MaskedJson if style == "json" else Masked)(secrets))
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(lines, output)
    root = logging.getLogger()
    root.setLevel(level)
    entry = _Entry(lines)
    root.addHandler(entry)
    _quiet(level)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(entry)
        listener.stop()


class _Entry(logging.handlers.QueueHandler):
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Hand the record over as it is: the listener lives in this process and formats it."""
        return record


def _quiet(level: str) -> None:
    """Keep one line a request of the HTTP libraries for those who ask for DEBUG.

    stamina names no cause of a retry; who tries again says why.
    """
    set_on_retry_hooks(())
    if level != "DEBUG":
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
