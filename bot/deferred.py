"""The answers that orders were deferred with: to be edited for as long as their tokens live."""

from __future__ import annotations

from typing import Any, cast

import discord

from bot.since import Since
from storage.job import Job

TOKEN_LIFE = 14 * 60 + 45  # seconds; Discord's 15 minutes less what a slow upload needs
TOO_OLD = 401  # the status, of a token that is over
UNKNOWN_WEBHOOK = 10015


class Deferred:
    """Edits them, and knows how old their tokens are by what this process has seen itself.

    The rows have wall clocks only, which may have stepped since: after a restart an old token is
    tried once more, and Discord tells.
    """

    def __init__(self, bot: discord.Client) -> None:
        self._bot = bot
        self._since = Since()

    def lives(self, job: Job) -> bool:
        """Whether the job's answer may be edited; the first question begins the token's life."""
        return bool(job.token) and self._since.seconds(job.request_id) < TOKEN_LIFE

    async def edit(self, job: Job, **content: Any) -> discord.WebhookMessage:
        """Edit the answer. Raises discord.HTTPException; a token that was refused lives no more."""
        webhook = discord.Webhook.partial(job.application_id, job.token, client=self._bot)
        try:
            return await webhook.edit_message(_answer_id(job), **content)
        except discord.HTTPException as error:
            if error.status == TOO_OLD or error.code == UNKNOWN_WEBHOOK:
                self._since.age(job.request_id)
            raise


def _answer_id(job: Job) -> int:
    """Return the answer's message id, or the route's own word for it when it was never heard."""
    return cast(int, job.message_id or "@original")
