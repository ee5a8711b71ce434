"""Nothing that is written to the log shows a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import stamina

from bot.logs import logging_to_stderr

SECRET = "Bot.Token.of-a-bot"  # made up for the test


@pytest.fixture(autouse=True)
def _retries() -> Iterator[None]:
    """What the log does to the library of retries is undone after each test."""
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


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


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("secret", ['pass"word', "pass\\word", "pass'w\"ord"])
def test_secrets_are_masked_in_every_form(
    style: str, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret with a quote or a backslash is masked as it is, in a repr and in JSON."""
    with logging_to_stderr("DEBUG", "json" if style == "json" else "text", [secret]):
        log = logging.getLogger("test")
        log.info("plain %s", secret)
        log.info("repr %r", {"key": secret})
        log.info("json %s", json.dumps({"key": secret}))
        try:
            raise RuntimeError(repr(secret))
        except RuntimeError:
            log.exception("it failed")
    written = capsys.readouterr().err
    assert written.count("***") == 4
    assert "ord" not in written


def test_who_tries_again_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """The library's own line, which names no cause, is not written at any level."""
    with logging_to_stderr("DEBUG", "text", []):
        for attempt in stamina.retry_context(on=OSError, attempts=2, wait_max=0):
            with attempt:
                if attempt.num == 1:
                    raise OSError("down")
    assert capsys.readouterr().err == ""


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of the JSON format is one object with the fields that collectors expect."""
    with logging_to_stderr("INFO", "json", []):
        logging.getLogger("test").warning("hello %s", "\n there")
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert found["level"] == "WARNING"
    assert found["message"] == "hello \n there"
