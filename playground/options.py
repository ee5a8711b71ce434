"""A command's options as the member's client checks and sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.command_rules import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    USER,
)
from playground.media import attachment_json
from playground.messages import Json
from playground.payloads import channel_json, member_json, role_json, user_json
from playground.places import Channel, Guild, Role, User
from playground.refusal import ClientRefused
from playground.uploads import Upload

if TYPE_CHECKING:
    from playground.world import World

_PYTHON: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    ATTACHMENT: (Upload,),
}


@dataclass(kw_only=True)
class Resolved:
    """Collects the ``resolved`` objects of an interaction: users, files and so on by id."""

    world: World
    guild: Guild | None
    objects: Json = field(default_factory=dict)

    def put(self, value: Any) -> Any:
        """The wire value of an option's or a select's value; what it names is resolved."""
        if isinstance(value, Upload):
            place = self.world.application_id
            kept = self.world.shelf.keep(
                self.world.ids.next(), value, place=place, folder="ephemeral-attachments"
            )
            return self._add("attachments", kept.id, attachment_json(self.world, kept))
        if isinstance(value, User):
            if self.guild and value in self.guild.members:
                powers = str(self.guild.permissions_of(value))
                self._add(
                    "members", value.id, {**member_json(self.guild, value), "permissions": powers}
                )
            return self._add("users", value.id, user_json(value))
        if isinstance(value, Role):
            return self._add("roles", value.id, role_json(value, 1))
        if isinstance(value, Channel):
            shown = {**channel_json(value, self.world.bot), "permissions": "0"}
            return self._add("channels", value.id, shown)
        return value

    def _add(self, kind: str, key: str, value: Json) -> str:
        self.objects.setdefault(kind, {})[key] = value
        return key


def leaf(command: Json, path: list[str]) -> tuple[Json, list[Json]]:
    """The (sub)command that a path names and the groups on the way; ClientRefused if none."""
    node, way = command, []
    for name in path:
        found = [o for o in node["options"] if o["name"] == name and o["type"] in (1, 2)]
        if not found:
            raise ClientRefused(f"/{command['name']} has no subcommand {name!r}")
        node = found[0]
        way.append(node)
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in node.get("options") or []):
        raise ClientRefused(f"/{command['name']} needs one of its subcommands")
    return node, way


def check(node: Json, values: Mapping[str, Any], limit: int) -> None:
    """ClientRefused when Discord's client would not let these values be sent."""
    offered = {option["name"]: option for option in node.get("options") or []}
    for name in values:
        if name not in offered:
            raise ClientRefused(f"{node['name']!r} has no option {name!r}: {sorted(offered)}")
    for name, option in offered.items():
        if name in values:
            _check_value(option, values[name], limit)
        elif option.get("required"):
            raise ClientRefused(f"the option {name!r} of {node['name']!r} is required")


def _check_value(option: Json, value: Any, limit: int) -> None:
    name, kind = option["name"], option["type"]
    right = isinstance(value, _PYTHON[kind])
    if not right or (kind in (INTEGER, NUMBER) and isinstance(value, bool)):
        raise ClientRefused(f"the option {name!r} does not take {value!r}")
    if isinstance(value, Upload) and len(value.data) > limit:
        raise ClientRefused(f"{value.name!r} is larger than {limit} bytes")
    choices = option.get("choices") or []
    if choices and value not in [choice["value"] for choice in choices]:
        raise ClientRefused(f"the option {name!r} offers no {value!r}")
    if kind in (INTEGER, NUMBER):
        _check_bounds(name, value, -(2**53), 2**53)
        _check_bounds(name, value, option.get("min_value"), option.get("max_value"))
    if kind == STRING:
        if option.get("required") and not value:
            raise ClientRefused(f"the option {name!r} is required")
        _check_bounds(name, len(value), option.get("min_length"), option.get("max_length", 6000))


def _check_bounds(name: str, value: float, low: float | None, high: float | None) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        raise ClientRefused(f"the option {name!r} takes {low} to {high}, not {value}")


def wire_options(
    node: Json, values: Mapping[str, Any], resolved: Resolved, focused: str | None = None
) -> list[Json]:
    """The options as an interaction carries them; unknown names go as text."""
    kinds = {option["name"]: option["type"] for option in node.get("options") or []}
    sent: list[Json] = []
    for name, value in values.items():
        entry = {"name": name, "type": kinds.get(name, STRING), "value": resolved.put(value)}
        sent.append({**entry, "focused": True} if name == focused else entry)
    return sent


def nested(way: list[Json], options: list[Json]) -> list[Json]:
    """The options inside their subcommands."""
    for node in reversed(way):
        options = [{"name": node["name"], "type": node["type"], "options": options}]
    return options
