"""Routes about interactions: the callback, the original answer and the follow-ups."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from playground import posting
from playground.command_rules import choice_problems
from playground.component_rules import modal_problems
from playground.forms import Form, read_form
from playground.interactions import (
    ANSWER,
    ANSWERS,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFER,
    DEFER_UPDATE,
    MODAL,
    UPDATE,
    Interaction,
)
from playground.messages import EPHEMERAL, MENU, REPLY, SLASH, Json, Message
from playground.modal import Modal
from playground.payloads import message_json, metadata_json
from playground.places import User
from playground.refusal import Problem, invalid_form, refusal
from playground.rest import API, Call, endpoint
from playground.rules import count, demand


def _type(interaction: Interaction) -> int:
    if interaction.type == COMMAND:
        return SLASH if interaction.data.get("type", 1) == 1 else MENU
    return REPLY if interaction.type == COMPONENT else 0


def _extra(interaction: Interaction, ephemeral_to: User | None) -> Json:
    """The fields of Message that every answer to this interaction has."""
    shown = interaction.message if interaction.type == COMPONENT else None
    reference = shown if shown and not shown.ephemeral_to else None
    return {
        "metadata": metadata_json(interaction),
        "ephemeral_to": ephemeral_to,
        "type": _type(interaction),
        "reference": reference,
        "flags": EPHEMERAL if ephemeral_to else 0,
    }


def _answer(call: Call, it: Interaction, data: Json, form: Form) -> Message:
    posting.check(data, form.uploads)
    hidden = it.user if int(data.get("flags") or 0) & EPHEMERAL else None
    return call.world.post(it.channel, call.world.bot, data, form.uploads, **_extra(it, hidden))


def _update(call: Call, it: Interaction, data: Json, form: Form) -> Message:
    if it.message is None:
        raise _wrong_type("this interaction has no message to update")
    posting.check(data, form.uploads, it.message)
    return call.world.edit(it.message, data, form.uploads)


def _wrong_type(sentence: str) -> Exception:
    return invalid_form([Problem(path=("type",), code="BASE_TYPE_CHOICES", message=sentence)])


def _take(call: Call, it: Interaction, kind: int, data: Json, form: Form) -> None:
    """Do what the callback asks; nothing has happened when it raises."""
    if kind == ANSWER:
        it.original = _answer(call, it, data, form)
    elif kind == DEFER:
        hidden = it.user if int(data.get("flags") or 0) & EPHEMERAL else None
        it.original = call.world.think(it.channel, **_extra(it, hidden))
    elif kind == UPDATE:
        it.original = _update(call, it, data, form)
    elif kind == DEFER_UPDATE:
        if it.message is None:
            raise _wrong_type("this interaction has no message to update")
        it.original = it.message
    elif kind == MODAL:
        demand(modal_problems(data))
        it.modal = Modal(
            custom_id=data["custom_id"],
            title=data["title"],
            components=data["components"],
            source=it,
        )
    elif kind == CHOICES:
        choices = data.get("choices") or []
        demand(count(choices, ("data", "choices"), 0, 25))
        demand(choice_problems(choices, ("data", "choices")))
        it.choices = choices


async def callback(call: Call) -> Json | None:
    """POST /interactions/{id}/{token}/callback: the one acknowledgement"""
    it = call.world.interactions.get(call["token"])
    if it is None or it.id != call["id"]:
        raise refusal("unknown interaction")
    form = await read_form(call.request, it.size_limit)
    kind, data = form.payload.get("type"), form.payload.get("data") or {}
    if it.acked_at is not None:
        raise refusal("already acknowledged")
    if it.failed or it.age() > call.world.settings.ack_seconds:
        raise refusal("unknown interaction")
    if kind not in ANSWERS[it.type]:
        raise _wrong_type(f"Value must be one of {sorted(ANSWERS[it.type])}.")
    _take(call, it, kind, data, form)
    it.acked_at, it.ack_type = time.monotonic(), kind
    call.world.changes.publish("ack", it)
    return _receipt(call, it, kind) if call.query("with_response") in ("1", "true") else None


def _receipt(call: Call, it: Interaction, kind: int) -> Json:
    told: Json = {"id": it.id, "type": it.type}
    receipt: Json = {"interaction": told}
    if it.original:
        told |= {
            "response_message_id": it.original.id,
            "response_message_loading": it.original.loading,
            "response_message_ephemeral": it.original.ephemeral_to is not None,
        }
        receipt["resource"] = {"type": kind, "message": message_json(call.world, it.original)}
    return receipt


def _acked(call: Call) -> Interaction:
    """The interaction of a webhook route: token alive (50027) and acknowledged (10015)."""
    if call["application"] != call.world.application_id:
        raise refusal("unknown webhook")
    it = call.world.interaction(call["token"])
    if it.acked_at is None:
        raise refusal("unknown webhook")
    return it


def _of(call: Call, it: Interaction) -> Message:
    wanted = call["message"]
    for message in it.messages:
        original = message is it.original and wanted == "@original"
        if (original or message.id == wanted) and not message.deleted:
            return message
    raise refusal("unknown message")


def _edit(call: Call, it: Interaction, message: Message, form: Form) -> Json:
    posting.check(form.payload, form.uploads, message)
    world = call.world
    world.edit_peak = max(world.edit_peak, it.count_edit())
    return message_json(world, world.edit(message, form.payload, form.uploads))


async def follow_up(call: Call) -> Json:
    """POST /webhooks/{application}/{token}; the first after a defer fills the placeholder"""
    it = _acked(call)
    form = await read_form(call.request, it.size_limit)
    waiting = it.original
    if it.ack_type == DEFER and waiting and waiting.loading and not waiting.deleted:
        return _edit(call, it, waiting, form)
    if "0" not in it.owners and len(it.followups) >= 5:
        raise refusal("too many follow-ups")
    message = _answer(call, it, form.payload, form)
    it.followups.append(message)
    call.world.changes.publish("followup", it)
    return message_json(call.world, message)


async def get_message(call: Call) -> Json:
    """GET @original or a follow-up"""
    return message_json(call.world, _of(call, _acked(call)))


async def patch_message(call: Call) -> Json:
    """PATCH @original or a follow-up"""
    it = _acked(call)
    message = _of(call, it)
    return _edit(call, it, message, await read_form(call.request, it.size_limit))


async def delete_message(call: Call) -> None:
    """DELETE @original or a follow-up"""
    call.world.delete(_of(call, _acked(call)))


def routes() -> list[web.RouteDef]:
    """The routes of this module; none needs the bot's token."""
    hook = r"/webhooks/{application:\d+}/{token}"
    one = hook + r"/messages/{message:\d+|@original}"
    table: list[tuple[str, str, Any]] = [
        ("POST", r"/interactions/{id:\d+}/{token}/callback", callback),
        ("POST", hook, follow_up),
        ("GET", one, get_message),
        ("PATCH", one, patch_message),
        ("DELETE", one, delete_message),
    ]
    return [
        web.route(method, API + path, endpoint(function, bot_only=False))
        for method, path, function in table
    ]
