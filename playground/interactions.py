"""An interaction: a member's command, press, submission or question, and what became of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.messages import Json, Message
from playground.places import Channel, User

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
ANSWER, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

#: Which callback types answer which interaction (Discord's page "Receiving and Responding").
ANSWERS: dict[int, frozenset[int]] = {
    COMMAND: frozenset({ANSWER, DEFER, MODAL}),
    COMPONENT: frozenset({ANSWER, DEFER, DEFER_UPDATE, UPDATE, MODAL}),
    AUTOCOMPLETE: frozenset({CHOICES}),
    SUBMIT: frozenset({ANSWER, DEFER, DEFER_UPDATE, UPDATE}),
}
NO_ANSWER = {
    COMMAND: "The application did not respond",
    COMPONENT: "This interaction failed",
    AUTOCOMPLETE: "Loading options failed",
    SUBMIT: "Something went wrong. Try again.",
}

if TYPE_CHECKING:
    from playground.modal import Modal


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One interaction; times are seconds of the monotonic clock."""

    id: str
    type: int
    token: str
    user: User
    channel: Channel
    data: Json
    size_limit: int
    owners: Json
    message: Message | None = None
    metadata: Json = field(default_factory=dict)
    created: float = field(default_factory=time.monotonic)
    acked_at: float | None = None
    ack_type: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[dict[str, Any]] | None = None
    failed: str | None = None
    edit_times: list[float] = field(default_factory=list)

    def age(self) -> float:
        """Seconds since the member acted."""
        return time.monotonic() - self.created

    @property
    def settled(self) -> bool:
        """Answered, or given up by the member's client."""
        return self.acked_at is not None or self.failed is not None

    @property
    def messages(self) -> list[Message]:
        """The answer and the follow-ups."""
        return [*([self.original] if self.original else []), *self.followups]

    def count_edit(self, window: float = 2.0) -> int:
        """Note an edit now; how many there were within the last ``window`` seconds."""
        now = time.monotonic()
        self.edit_times = [t for t in self.edit_times if now - t < window] + [now]
        return len(self.edit_times)
