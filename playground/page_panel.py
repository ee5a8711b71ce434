"""The other side: the gateway's window, its faults, the queue, and the bot's own switch."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from playground.bot_switch import BotSwitch
from playground.calls import Call
from playground.faults import ROWS
from playground.messages import Json
from playground.page_queue import queue
from playground.page_wire import WireTail
from playground.pixazo import LocalPixazo
from playground.stage import Stage

CALLS_SHOWN = 25
TIMES_MOST = 100
SLOWEST = 60.0  # seconds


class Panel:
    """What the panel shows and does."""

    def __init__(self, stage: Stage, wire: WireTail, switch: BotSwitch) -> None:
        self.stage = stage
        self.wire = wire
        self.switch = switch
        self._asked: Counter[str] = Counter()
        self._held = False

    def fixed(self) -> Json:
        """Return what never changes: the faults, the gateway's terms, the ways of the switch."""
        terms = self.stage.pixazo.terms
        return {
            "faults": [{"name": fault.name, "about": fault.about} for fault in ROWS],
            "limit": terms.limit,
            "window": terms.window,
            "ways": self.switch.ways,
        }

    async def now(self) -> Json:
        """Return what the panel shows at this moment."""
        pixazo = self.stage.pixazo
        database = self.stage.bot.settings["DATABASE_URL"].removeprefix("sqlite:///")
        return {
            "bot": {"mood": self.switch.mood, "trouble": self.switch.trouble},
            "lanes": lanes(pixazo, time.monotonic()),
            "held": self._held,
            "pace": pixazo.pace,
            "refused": pixazo.refused,
            "calls": [call_json(call) for call in pixazo.calls[-CALLS_SHOWN:]],
            "total": len(pixazo.calls),
            "waiting": self._waiting(),
            "queue": await queue(self.stage.discord.world, self.stage.bot.folder / Path(database)),
        }

    def _waiting(self) -> dict[str, int]:
        """Return the faults that are still to come: those asked for without those acted out."""
        acted = Counter(call.fault for call in self.stage.pixazo.calls if call.fault)
        left = {name: count - acted[name] for name, count in self._asked.items()}
        return {name: count for name, count in left.items() if count > 0}

    async def fault(self, body: Json) -> None:
        """Let the next calls go wrong in one way; KeyError for a name not in the table."""
        row = {row.name: row for row in ROWS}[body["name"]]
        times = min(TIMES_MOST, max(1, int(body.get("times", 1))))
        before = Counter(call.fault for call in self.stage.pixazo.calls)[row.name]
        self._asked[row.name] = max(self._asked[row.name], before) + times * row.repeat
        self.stage.pixazo.faults.add(row.name, times=times)

    async def mend(self, _: Json) -> None:
        """Let nothing more go wrong."""
        self._asked.clear()
        self.stage.pixazo.faults.clear()

    async def hold(self, body: Json) -> None:
        """Hold the gateway's answers back, or let them go."""
        self._held = bool(body["on"])
        (self.stage.pixazo.pause if self._held else self.stage.pixazo.resume)()

    async def pace(self, body: Json) -> None:
        """Set how many seconds drawing takes; null for its own time."""
        asked = body["seconds"]
        self.stage.pixazo.set_pace(None if asked is None else min(SLOWEST, max(0.0, float(asked))))

    async def bot(self, body: Json) -> None:
        """Turn the bot's switch."""
        await self.switch.turn(str(body["way"]))

    async def handle(self, request: web.Request) -> web.Response:
        """POST /panel/{name} with a JSON body."""
        ways: dict[str, Callable[[Json], Awaitable[None]]] = {
            "fault": self.fault, "mend": self.mend, "hold": self.hold,
            "pace": self.pace, "bot": self.bot,
        }  # fmt: skip
        doing = ways.get(request.match_info["name"])
        if doing is None:
            raise web.HTTPNotFound(text="no such switch")
        try:
            await doing(await request.json())
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise web.HTTPBadRequest(text="the switch does not go there") from error
        return web.json_response({})

    async def record(self, request: web.Request) -> web.Response:
        """GET /wire/{number}: one record with its bodies."""
        found = self.wire.whole(int(request.match_info["number"]))
        if found is None:
            raise web.HTTPNotFound(text="This record is no longer kept.")
        return web.json_response(found)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this module."""
        return [
            web.post("/panel/{name}", self.handle),
            web.get(r"/wire/{number:\d{1,12}}", self.record),
        ]


def lanes(pixazo: LocalPixazo, now: float) -> dict[str, int]:
    """Return how many calls each lane accepted within the window that ends now."""
    counted: Counter[str] = Counter()
    for call in reversed(pixazo.calls):
        if call.arrived <= now - pixazo.terms.window:
            break
        if call.key_ok and not call.refused:
            counted[call.lane] += 1
    return dict(sorted(counted.items()))


def call_json(call: Call) -> Json:
    """Return one call to the gateway; it never held the key."""
    return {
        "number": call.number,
        "operation": call.operation,
        "status": call.status,
        "refused": call.refused,
        "fault": call.fault,
        "values": dict(call.values),
    }
