"""The JSON of files, and of what shows them: attachments, embeds, media in components."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from playground.messages import Json, Message, walk
from playground.uploads import Attachment

if TYPE_CHECKING:
    from playground.world import World

_SHOWN = ("width", "height", "content_type")


def attachment_json(world: World, attachment: Attachment) -> Json:
    """An Attachment object with fresh links."""
    link = world.shelf.link(attachment)
    answer: Json = {
        "id": attachment.id,
        "filename": attachment.filename,
        "url": link,
        "proxy_url": link,
        "size": attachment.size,
    }
    if attachment.content_type:
        answer["content_type"] = attachment.content_type
    if attachment.description is not None:
        answer["description"] = attachment.description
    if attachment.size_px:
        answer |= {"width": attachment.size_px.width, "height": attachment.size_px.height}
    if attachment.folder == "ephemeral-attachments":
        answer["ephemeral"] = True
    return answer


def embed_json(world: World, message: Message, embed: Json) -> Json:
    """An Embed object as Discord gives it back: its pictures with their facts."""
    answer = {"type": "rich", **deepcopy(embed)}
    for key in ("image", "thumbnail"):
        if key in answer:
            facts = _resolve(world, message, answer[key]["url"])
            facts.pop("attachment_id", None)
            answer[key] = facts
    for key in ("author", "footer"):
        icon = answer.get(key, {}).get("icon_url")
        if icon:
            answer[key]["icon_url"] = _resolve(world, message, icon)["url"]
    return answer


def media_json(world: World, message: Message) -> list[Json]:
    """A message's components, their pictures and files with their facts."""
    components = deepcopy(message.components)
    for part in walk(components):
        for holder, key in [(part, "media"), (part, "file")] + [
            (item, "media") for item in part.get("items", [])
        ]:
            if key in holder:
                holder[key] = {
                    "loading_state": 2,
                    "placeholder": "",
                    **_resolve(world, message, holder[key]["url"]),
                }
    return components


def _resolve(world: World, message: Message, url: str) -> Json:
    """The facts of a file of the message, of a file behind one of our links, or a foreign link."""
    attached = message.attachment(url.removeprefix("attachment://"))
    if url.startswith("attachment://") and attached:
        facts = attachment_json(world, attached)
        links = {"url": facts["url"], "proxy_url": facts["proxy_url"]}
        return links | _shown(facts) | {"attachment_id": attached.id}
    known = world.shelf.behind(url)
    links = {"url": url, "proxy_url": url}
    return links | _shown(attachment_json(world, known)) if known else links


def _shown(facts: Json) -> Json:
    return {key: facts[key] for key in _SHOWN if key in facts}
