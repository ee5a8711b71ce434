"""What a life must not leave behind, whoever was killed in it and when."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from playground.calls import most_in_window
from playground.messages import Message
from storage.audit import audit
from storage.database import Row, Rows
from storage.job import FINISHED
from tests.chaos.life import Life, every_job

PAID = ("sd3", "sd35")
REFUSED = "That did not work"


async def verdict(life: Life) -> list[str]:
    """Every broken promise, in words; empty where all were kept. Every order has its own prompt."""
    rows = await life.ask(every_job())
    found = [f"audit: {wrong}" for wrong in await life.ask(audit())]
    found += _rows(rows)
    found += _cards(life, rows)
    found += _messages(life)
    found += _calls(life, rows)
    found += _limit(life)
    return found


def _prompt(row: Row) -> str:
    return str(json.loads(row["options"])["prompt"])


def _rows(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row["state"] not in FINISHED or row["told_at"] is None:
            yield f"{_prompt(row)!r} never ended: {row['state']}"


def cards(life: Life) -> Mapping[str, list[Message]]:
    """The messages that tell how an order ended, by its prompt."""
    found: defaultdict[str, list[Message]] = defaultdict(list)
    world = life.discord.world
    for message in world.messages.values():
        if message.author is world.bot and message.embeds and not _is_refusal(message):
            found[_told(message)].append(message)
    return found


def _is_refusal(message: Message) -> bool:
    """Whether it is private and says why something was not done: an order, or a Cancel."""
    title = message.embeds[0].get("title") if message.embeds else None
    return message.ephemeral_to is not None and title == REFUSED


def _told(message: Message) -> str:
    """The prompt that a card is about."""
    embed = message.embeds[0]
    fields = {field["name"]: field["value"] for field in embed.get("fields", [])}
    return str(fields.get("Prompt") or _plain(embed["description"]))


def _plain(description: object) -> str:
    """The prompt as Discord renders it: a backslash before a sign shows the sign itself."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", str(description))


def _cards(life: Life, rows: Rows) -> Iterator[str]:
    """Every accepted order has exactly one card, which its member can see."""
    shown = dict(cards(life))
    for order in _orders(rows).values():
        row, prompt = order[0], _prompt(order[0])
        mine = shown.pop(prompt, [])
        if not mine and _was_refused(row):
            continue
        if len(mine) != 1:
            yield f"{prompt!r} ({[one['state'] for one in order]}) was told {len(mine)} times"
        for card in mine:
            yield from _card(life, order, card)
    for prompt, strays in shown.items():
        yield f"{len(strays)} cards for {prompt!r}, which nobody ordered"


def _orders(rows: Rows) -> Mapping[int, list[Row]]:
    """The jobs of each order: one, or a set of them."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["request_id"]].append(row)
    return found


def _card(life: Life, order: Sequence[Row], card: Message) -> Iterator[str]:
    """The card shows each picture that was drawn, to the member and where they wanted it."""
    member = life.discord.world.users[str(order[0]["member_id"])]
    drawn = sum(row["state"] == "drawn" for row in order)
    if len(card.attachments) != drawn:
        yield f"{drawn} of {len(order)} were drawn, and the card says otherwise: {card.text()}"
    private = card.ephemeral_to is member or card.channel.recipient is member
    if not private and (order[0]["private"] or not card.channel.open_to(member)):
        yield f"not shown to its member alone: {card.text()}"


def _was_refused(row: Row) -> bool:
    """Whether it was withdrawn, because its member read at once that it did not work."""
    return bool(row["state"] == "cancelled" and row["request_id"] == row["id"])


def _messages(life: Life) -> Iterator[str]:
    """No message is left half done, and nobody was pinged."""
    world = life.discord.world
    for message in world.messages.values():
        if message.author is not world.bot:
            continue
        if message.pinged or message.pinged_everyone:
            yield f"somebody was pinged: {message.text()}"
        if message.loading or not message.embeds:
            yield f"left half done: {message.text()!r}"
        elif "line" in message.content or "drawing" in message.content:
            yield f"still says that it waits: {message.text()!r}"
        elif any("cancel" in part.get("custom_id", "") for part in message.parts()):
            yield f"can still be cancelled: {message.text()!r}"
    yield from (f"Discord does not know {route}" for route in world.unknown)


def _calls(life: Life, rows: Rows) -> Iterator[str]:
    """No paid call was made twice, none for nobody, and free ones no more often than it died."""
    ordered = Counter(map(_prompt, rows))
    made = Counter(
        (call.operation, str(call.values["prompt"]))
        for call in life.pixazo.calls
        if "prompt" in call.values and not call.refused
    )
    for (operation, prompt), times in made.items():
        most = ordered[prompt] * (1 if operation in PAID else 1 + life.deaths)
        if times > most:
            yield f"{times} calls to {operation} for {prompt!r}"
        if prompt not in ordered:
            yield f"a call for {prompt!r}, which nobody ordered"
    spent = sum(row["price"] for row in rows if row["state"] in ("drawn", "unknown"))
    billed = sum(bill.price for bill in life.pixazo.bills)
    if billed > spent:
        yield f"billed {billed}, and only {spent} counted as spent"


def _limit(life: Life) -> Iterator[str]:
    """The bot's own limit was never exceeded, whatever the gateway would have allowed."""
    calls = int(life.settings.get("PIXAZO_LIMIT", "60"))
    window = float(life.settings.get("PIXAZO_LIMIT_WINDOW", "60"))
    # A call that this process was late to see is nearer to the next one than when it came.
    most = most_in_window(life.pixazo.calls, max(0.001, window - life.stall.worst))
    if most > calls:
        yield f"{most} calls in a window of {window} s, and {calls} are allowed"
    if life.pixazo.refused:
        yield f"{life.pixazo.refused} calls were refused with 429"
