"""A message as plain text: what a member sees, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.messages import Json, Message
    from playground.uploads import Attachment

_SELECTS = {3, 5, 6, 7, 8}


def transcript(message: Message) -> str:
    """Content, embeds with fields, files with size and alt text, buttons in [brackets]."""
    lines: list[str] = []
    if message.ephemeral_to:
        lines.append(f"(only {message.ephemeral_to.name} sees this)")
    if message.loading:
        lines.append("thinking…")
    if message.content:
        lines.append(message.content)
    for embed in message.embeds:
        lines.extend(_embed(embed))
    for component in message.components:
        lines.extend(_component(component))
    lines.extend(_file(attachment) for attachment in message.attachments)
    return "\n".join(lines)


def _embed(embed: Json) -> Iterator[str]:
    author = embed.get("author", {}).get("name")
    yield from (f"| {text}" for text in (author, embed.get("title")) if text)
    yield from (f"| {line}" for line in embed.get("description", "").splitlines())
    for field in embed.get("fields", []):
        yield f"| {field['name']}: {field['value']}"
    for key in ("image", "thumbnail"):
        if embed.get(key, {}).get("url"):
            yield f"| {key}: {embed[key]['url']}"
    if embed.get("footer", {}).get("text"):
        yield f"| {embed['footer']['text']}"


def _file(attachment: Attachment) -> str:
    size = attachment.size_px
    pixels = f", {size.width}x{size.height}" if size else ""
    alt = f", alt: {attachment.description}" if attachment.description else ""
    return f"<{attachment.filename}, {attachment.size} bytes{pixels}{alt}>"


def _component(component: Json) -> Iterator[str]:
    if component["type"] == 1:
        yield " ".join(_control(child) for child in component.get("components", []))
        return
    yield from _leaf(component)
    for child in component.get("components", []):
        yield from _component(child)
    if "accessory" in component:
        accessory = component["accessory"]
        picture = accessory.get("media", {}).get("url")
        yield f"(picture: {picture})" if picture else _control(accessory)


def _leaf(component: Json) -> Iterator[str]:
    kind = component["type"]
    if kind == 10:
        yield component["content"]
    elif kind == 12:
        yield from (f"(picture: {item['media']['url']})" for item in component["items"])
    elif kind == 13:
        yield f"(file: {component['file']['url']})"
    elif kind == 14:
        yield "---"


def _control(component: Json) -> str:
    off = " (off)" if component.get("disabled") else ""
    if component["type"] in _SELECTS:
        options = "|".join(option["label"] for option in component.get("options", []))
        return f"[▾ {component.get('placeholder') or options}{off}]"
    emoji = (component.get("emoji") or {}).get("name") or ""
    return f"[{' '.join(filter(None, (emoji, component.get('label'))))}{off}]"
