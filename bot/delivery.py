"""A finished job to its place in Discord, once: the answer, the channel or a direct message.

The ways are tried in order, and each is safe to repeat: an edit says the same thing twice, and a
new message carries the order's id as its nonce, which Discord refuses to post a second time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeAlias
from weakref import WeakValueDictionary

import discord

from bot import cards
from bot.cards import Card
from bot.deferred import Deferred
from bot.errors import StorageDown
from bot.fitting import fitted
from bot.patience import PASSING, REQUEST_WITHIN, patiently
from bot.since import Since
from bot.studio import Studio
from storage import jobs, outcome, pictures, recovery, sharing
from storage.job import Job

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 24 * 3600.0  # seconds of tries; Discord was out of reach for all of them
UNKNOWN_MESSAGE = 10008
NONCE_MOST = 25  # characters (Discord)
NOT_SHOWN = "Discord did not take the mask's preview. Please try again."
Way: TypeAlias = Callable[[Job, Card], Awaitable[None]]


class Closed(Exception):
    """A way to the member that will not open again."""

    def __init__(self, error: discord.HTTPException) -> None:
        super().__init__(str(error))
        self.vanished = error.code == UNKNOWN_MESSAGE


class Delivery:
    """Brings outcomes to members, and pictures to where Pixazo can fetch them."""

    def __init__(self, bot: discord.Client, studio: Studio) -> None:
        self._bot = bot
        self._studio = studio
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._deferred = Deferred(bot)
        self._failing = Since()

    async def tell(self, job: Job) -> None:
        """Show the member what a finished job came to, together with the rest of its set.

        On a passing failure the job goes back to the desk. A set is told when all of it is shown:
        until then its pictures are kept, because each edit shows all of them again.
        """
        async with self._locks.setdefault(job.request_id, asyncio.Lock()):
            try:
                await self._tell(job)
            except PASSING as error:
                if self._failing.seconds(job.id) < GIVE_UP_AFTER:
                    log.warning("job %s is delivered later: %r", job.id, error)
                    await self._studio.memory.keep(recovery.drop_worker(job))
                    return
                log.error("job %s is given up: Discord was never reached", job.id)
                await self._studio.told(*await self._family(job), delivered=False)
            finally:
                self._studio.put_away(job)

    async def _tell(self, job: Job) -> None:
        """Show the set as it is, again where another process changed it meanwhile."""
        shown: tuple[Job, ...] = ()
        done = delivered = False
        while (family := await self._family(job)) != shown:
            shown = family
            done = all(one.finished for one in family)
            if all(one.told_at is not None for one in family):
                return
            if done:
                delivered = await self._deliver(job, family)
            elif self._shows_early(family):
                await self._show_early(job, family)
        if done:
            await self._studio.told(*shown, delivered=delivered)

    async def _family(self, job: Job) -> tuple[Job, ...]:
        if job.set_size == 1:
            return (job,)
        return await self._studio.memory.keep(jobs.siblings(job.request_id))

    async def ready(self, job: Job) -> None:
        """Put a placed job in line; its pictures are posted first, with the member's answer."""
        self._deferred.lives(job)  # from now on it is known how old it is
        try:
            links, message_id = await self._publish(job)
        except PASSING as error:
            log.warning("job %s is put in line later: %r", job.id, error)
            await self._studio.memory.keep(recovery.drop_worker(job))
        except Closed as error:
            log.warning("job %s cannot be put in line: %s", job.id, error)
            await self._studio.memory.keep(outcome.fail(job, NOT_SHOWN))
            await self._studio.memory.keep(recovery.drop_worker(job))
        else:
            await self._studio.ready(job, message_id=message_id, links=links)

    async def say(
        self, job: Job, text: str, *, view: discord.ui.View | None = discord.utils.MISSING
    ) -> None:
        """Show a line of progress while the token lives; a lost one does not matter."""
        if not self._deferred.lives(job) or not await self._is_news(job):
            return
        try:
            async with asyncio.timeout(REQUEST_WITHIN):
                await self._deferred.edit(job, content=text, view=view)
        except (discord.HTTPException, *PASSING) as error:
            log.info("no progress shown for job %s: %s", job.id, error)

    async def _is_news(self, job: Job) -> bool:
        """Whether the job still waits, or is drawn here: another process may have told it since."""
        try:
            now = await self._studio.job(job.id)
        except StorageDown:
            return False  # nobody knows, and a line of progress is worth no more than that
        return now is not None and not now.finished and now.worker in (None, self._studio.worker)

    async def _show_early(self, job: Job, family: tuple[Job, ...]) -> None:
        """Show a part of a set in its answer; elsewhere only the whole of it is posted, once."""
        if self._deferred.lives(job):
            with suppress(Closed):
                card = await cards.card_of(self._studio, family)
                await self._fitted(self._answer, job, family, card)

    async def _deliver(self, job: Job, family: tuple[Job, ...]) -> bool:
        """Go the first way that is open; False where none is."""
        card, vanished = await cards.card_of(self._studio, family), False
        for way in self._ways(family[0]):
            if vanished and way == self._channel:
                continue  # somebody deleted the answer: do not put it back in public
            if way == self._direct:  # what only its member sees can be shared by them
                family = tuple(replace(one, private=True) for one in family)
                card = await cards.card_of(self._studio, family)
            try:
                await self._fitted(way, family[0], family, card)
                return True
            except Closed as closed:
                vanished = vanished or closed.vanished
                log.info("job %s: %s is closed: %s", job.id, way.__name__, closed)
        log.error("job %s cannot be given to its member: every way is closed", job.id)
        return False

    async def _fitted(self, way: Way, job: Job, family: tuple[Job, ...], card: Card) -> None:
        """Go one way, with ever smaller files where they are too large for it."""
        with _closing():
            await fitted(
                card,
                lambda room: cards.card_of(self._studio, family, room),
                lambda one: patiently(lambda: way(job, one)),
            )

    def _ways(self, job: Job) -> list[Way]:
        ways: list[Way] = []
        if self._deferred.lives(job):
            ways.append(self._answer)
        if job.message_id and not job.private:
            ways.append(self._message)
        if not job.private:
            ways.append(self._channel)
        return [*ways, self._direct]

    async def _answer(self, job: Job, card: Card) -> None:
        """Edit the deferred answer with the interaction's token."""
        message = await self._show(job, card)
        if job.message_id is None:  # Discord heard the acknowledgement, and its answer was lost
            await self._studio.memory.keep(sharing.moved(job.request_id, message_id=message.id))

    async def _show(self, job: Job, card: Card) -> discord.WebhookMessage:
        return await self._deferred.edit(
            job,
            content=card.content,
            embeds=list(card.embeds),
            attachments=card.open(),
            view=card.view,
        )

    async def _message(self, job: Job, card: Card) -> None:
        """Edit the same message as an ordinary one of the bot's, when the token is too old."""
        message = self._place(job).get_partial_message(job.message_id or 0)
        await message.edit(
            content=card.content, embeds=list(card.embeds), attachments=card.open(), view=card.view
        )

    async def _channel(self, job: Job, card: Card) -> None:
        """Post a new message where the order was made."""
        card = replace(card, content=f"For <@{job.member_id}>")
        message = await self._post(self._place(job), card, nonce=str(job.request_id))
        await self._studio.memory.keep(sharing.moved(job.request_id, message_id=message.id))

    async def _direct(self, job: Job, card: Card) -> None:
        """Post a direct message: the answer was private, or the channel is closed to the bot.

        From here on it is a private picture, which its member may share where it was ordered.
        """
        await self._post(await self._member(job), card, nonce=str(job.request_id))
        await self._studio.memory.keep(sharing.hidden(job.request_id))

    async def _post(
        self, place: discord.abc.Messageable, card: Card, *, nonce: str
    ) -> discord.Message:
        """Post a message once: ``nonce`` is one for a whole set."""
        return await place.send(
            content=card.content,
            embeds=list(card.embeds),
            files=card.open(),
            view=card.view or discord.utils.MISSING,
            nonce=nonce,
        )

    def _place(self, job: Job) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(job.channel_id)

    async def _member(self, job: Job) -> discord.User:
        return self._bot.get_user(job.member_id) or await self._bot.fetch_user(job.member_id)

    async def _publish(self, job: Job) -> tuple[tuple[str, ...], int | None]:
        """Show the pictures that the bot made for Pixazo; return their links, and the message.

        They are posted once for a set, with its first job.
        """
        if job.draft_id is None:
            return (), job.message_id
        first = (await self._family(job))[0]
        if first.links:
            return first.links, job.message_id or first.message_id
        inputs = await self._studio.memory.keep(pictures.inputs(first.id))
        if not inputs:
            return (), job.message_id
        card = await cards.inputs(job, inputs)
        with _closing():
            message = await patiently(lambda: self._show_inputs(job, card))
        return tuple(attachment.url for attachment in message.attachments), message.id

    async def _show_inputs(self, job: Job, card: Card) -> discord.Message:
        """Show them in the answer, or in a message of their own where there is none."""
        if self._deferred.lives(job):
            try:
                return await self._show(job, card)
            except discord.HTTPException:
                if self._deferred.lives(job):
                    raise  # that is not what was wrong
        place = await self._member(job) if job.private else self._place(job)
        return await self._post(place, card, nonce=f"{job.request_id}-inputs"[:NONCE_MOST])

    def _shows_early(self, family: tuple[Job, ...]) -> bool:
        """Whether a part of a set is shown: where it can be edited later, and is no edit.

        Pixazo fetches an edit's pictures from the answer.
        """
        first = family[0]
        lasting = self._deferred.lives(first) or (
            first.message_id is not None and not first.private
        )
        return lasting and first.draft_id is None and any(one.state == "drawn" for one in family)


@contextmanager
def _closing() -> Iterator[None]:
    """Raise Closed where Discord refuses, and the passing failure as it is."""
    try:
        yield
    except discord.DiscordServerError:
        raise
    except discord.HTTPException as error:
        raise Closed(error) from error
