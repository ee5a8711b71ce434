"""Nothing that is written to the log shows a secret."""

from __future__ import annotations

import json
import logging

import pytest

from bot.logs import logging_to_stderr

SECRET = "Bot.Token.of-a-bot"  # made up for the test


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_and_interaction_tokens_are_masked(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A known secret and the token in a route are masked, in messages and in tracebacks."""
    with logging_to_stderr("DEBUG", "json" if style == "json" else "text", [SECRET]):
        log = logging.getLogger("test")
        log.info("PATCH /webhooks/123/aW50ZXJhY3Rpb24/messages/@original with %s", SECRET)
        try:
            raise RuntimeError(f"refused {SECRET} at /interactions/9/aW50ZXJhY3Rpb24/callback")
        except RuntimeError:
            log.exception("it failed")
    written = capsys.readouterr().err
    assert "it failed" in written
    assert SECRET not in written
    assert "aW50ZXJhY3Rpb24" not in written
    assert "/webhooks/123/***/messages/@original" in written


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of the JSON format is one object with the fields that collectors expect."""
    with logging_to_stderr("INFO", "json", []):
        logging.getLogger("test").warning("hello %s", "\n there")
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert found["level"] == "WARNING"
    assert found["message"] == "hello \n there"
