"""What a member got back from the bot after acting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playground.interactions import NO_ANSWER, Interaction
from playground.messages import Message
from playground.modal import Modal

if TYPE_CHECKING:
    from playground.world import World


class Reply:
    """The answer to one interaction; everything here is live."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self.world = world
        self.interaction = interaction

    async def acknowledged(self) -> Reply:
        """Wait for the acknowledgement as long as Discord does, then give up as its client does."""
        it = self.interaction
        patience = max(0.0, self.world.settings.ack_seconds - it.age())
        try:
            await self.world.changes.when(lambda: it.settled, timeout=patience, explain=str)
        except TimeoutError:
            it.failed = NO_ANSWER[it.type]
            self.world.changes.publish("failed", it)
        return self

    @property
    def acked_after(self) -> float | None:
        """Seconds from the member's act to the acknowledgement; None without one."""
        it = self.interaction
        return None if it.acked_at is None else it.acked_at - it.created

    @property
    def failed(self) -> str | None:
        """What the member's client says when the bot did not answer in time."""
        return self.interaction.failed

    @property
    def message(self) -> Message | None:
        """The answer (for an update: the message that was updated), if there is one."""
        return self.interaction.original

    @property
    def followups(self) -> list[Message]:
        """Later messages of the same interaction."""
        return self.interaction.followups

    @property
    def ephemeral(self) -> bool:
        """Whether only the member sees the answer."""
        return self.message is not None and self.message.ephemeral_to is not None

    @property
    def modal(self) -> Modal | None:
        """The form that the bot opened."""
        return self.interaction.modal

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The suggestions of an autocomplete."""
        return self.interaction.choices or []

    def text(self) -> str:
        """All that came back, as plain text."""
        shown = [message.text() for message in self.interaction.messages]
        return "\n".join([*([self.failed] if self.failed else []), *shown])

    async def until(self, wanted: Callable[[Message], Any], timeout: float = 10.0) -> Message:  # noqa: ASYNC109
        """The first message of this reply that satisfies ``wanted``, as soon as one does.

        Raises TimeoutError that shows what the messages say instead.
        """

        def found() -> Message | None:
            return next((m for m in self.interaction.messages if wanted(m)), None)

        return await self.world.changes.when(
            found,
            timeout=timeout,
            explain=lambda: f"not within {timeout} s; it says:\n{self.text()}",
        )
