"""How Discord says no: status, code and JSON body of its error answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of a form: where it is, Discord's name for it, and its sentence."""

    path: tuple[str | int, ...]
    code: str
    message: str


class Refusal(Exception):
    """Discord's error answer to one request."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None):
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            answer["errors"] = self.errors
        return answer


class ClientRefused(Exception):
    """The member's own client would not send this; the bot never hears of it."""


_TABLE: dict[str, tuple[int, int, str]] = {
    "unauthorized": (401, 0, "401: Unauthorized"),
    "unknown application": (404, 10002, "Unknown Application"),
    "unknown channel": (404, 10003, "Unknown Channel"),
    "unknown guild": (404, 10004, "Unknown Guild"),
    "unknown message": (404, 10008, "Unknown Message"),
    "unknown user": (404, 10013, "Unknown User"),
    "unknown webhook": (404, 10015, "Unknown Webhook"),
    "unknown interaction": (404, 10062, "Unknown interaction"),
    "unknown command": (404, 10063, "Unknown application command"),
    "already acknowledged": (400, 40060, "Interaction has already been acknowledged."),
    "too many follow-ups": (400, 40094, "This interaction has too many follow up messages"),
    "too large": (413, 40005, "Request entity too large"),
    "missing access": (403, 50001, "Missing Access"),
    "not the author": (403, 50005, "Cannot edit a message authored by another user"),
    "empty message": (400, 50006, "Cannot send an empty message"),
    "cannot message user": (403, 50007, "Cannot send messages to this user"),
    "missing permissions": (403, 50013, "Missing Permissions"),
    "invalid webhook token": (401, 50027, "Invalid Webhook Token"),
    "invalid json": (400, 50109, "The request body contains invalid JSON."),
}


def refusal(name: str) -> Refusal:
    """The refusal of that name in the table of Discord's codes; KeyError for another name."""
    return Refusal(*_TABLE[name])


def invalid_form(problems: list[Problem]) -> Refusal:
    """Discord's 50035 with every problem at its place in the body."""
    errors: dict[str, Any] = {}
    for problem in problems:
        node = errors
        for step in problem.path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return Refusal(400, 50035, "Invalid Form Body", errors)
