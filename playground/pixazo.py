"""A local Pixazo: the gateway's seven operations on loopback, driven by the catalogue.

It checks the key, the fields and the limits like the real one, keeps the rolling limit, draws
every picture itself and can act out each fault of ``playground/faults.py``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from json import JSONDecodeError
from typing import Self

import httpx
from aiohttp import web

from bot.catalog import OPERATIONS
from bot.spec import Operation
from playground import answers, easel
from playground.answers import KEY_HEADER
from playground.calls import Bill, Call, Meter, Scope, lane_of, most_in_window
from playground.checks import complaint
from playground.faults import Fault, Faults, Made
from playground.host_guard import at_home
from playground.listening import listening
from playground.results import HOST, Drawn, Results

BODY_MOST = 8 * 1024 * 1024
REALISTIC = 0.1  # the share of the field notes' times that a realistic gateway takes
SPREAD = 0.5  # sigma of the lognormal delay on the way in
NOT_MADE = frozenset({"FAILED", "PROCESSING"})
PATHS = {operation.path: operation for operation in OPERATIONS}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How the gateway behaves.

    ``limit`` calls per ``window`` seconds and lane; ``jitter`` is the median of a call's delay on
    its way in, before it is counted; ``slow`` is how long the slow faults take; ``polls`` how often
    a queue answer is asked for until it is done; ``hosts`` where inpainting may fetch from.
    """

    key: str
    limit: int = 60
    window: float = 60.0
    scope: Scope = "key"
    jitter: float = 0.0
    seed: int = 0
    realistic: bool = False
    slow: float = 1.0
    polls: int = 2
    hosts: frozenset[str] = frozenset({HOST})


class LocalPixazo:
    """The gateway, and what it saw: ``calls``, ``bills``, ``polls``, ``faults``.

    ``latency`` (operation id -> seconds) says how long drawing takes beyond the drawing itself.
    """

    def __init__(self, terms: Terms, results: Results, client: httpx.AsyncClient) -> None:
        self.url = ""
        self.results = results
        self.calls: list[Call] = []
        self.bills: list[Bill] = []
        self.faults = Faults()
        self.polls = 0
        self.latency: dict[str, float] = {}
        self.set_pace(None if terms.realistic else 0.0)
        self.terms = terms
        self._client = client
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="painter")
        self._chance = random.Random(terms.seed)
        self._meters: dict[str, Meter] = {}
        self._waiting: dict[str, tuple[int, Fault, str]] = {}
        self._arrived = asyncio.Event()
        self._running = asyncio.Event()
        self._running.set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        port: int = 0,
        key: str = "playground-key",
        limit: int = 60,
        window: float = 60.0,
        scope: Scope = "key",
        terms: Terms | None = None,
        trap: bool = False,
    ) -> AsyncIterator[Self]:
        """Serve on loopback; ``terms`` says more than the short arguments and wins over them.

        ``trap`` listens at a private address too, so that a client that lets itself be led there is
        found out (``results.trespasses``); it needs a system where all of 127/8 is loopback.
        """
        terms = terms or Terms(key=key, limit=limit, window=window, scope=scope)
        async with AsyncExitStack() as stack:
            results = Results(slow=terms.slow)
            await results.open(stack, trap=trap)
            client = await stack.enter_async_context(httpx.AsyncClient(timeout=20, trust_env=False))
            pixazo = cls(terms, results, client)
            stack.callback(pixazo._threads.shutdown, wait=True)
            app = web.Application(middlewares=[at_home], client_max_size=BODY_MOST)
            app.router.add_get("/v2/requests/status/{id}", pixazo._poll)
            app.router.add_route("*", "/{path:.*}", pixazo._call)
            pixazo.url = (
                f"http://{HOST}:{await stack.enter_async_context(listening(app, port, HOST))}"
            )
            yield pixazo

    @property
    def refused(self) -> int:
        """How many calls the rolling limit answered with 429."""
        return sum(call.refused for call in self.calls)

    @property
    def pace(self) -> float | None:
        """Seconds that drawing takes; None when each operation has its own."""
        seconds = set(self.latency.values())
        return seconds.pop() if len(seconds) == 1 else None

    def set_pace(self, seconds: float | None) -> None:
        """Let all drawing take so long; None for a share of each operation's real time."""
        for operation in OPERATIONS:
            own = operation.seconds * REALISTIC
            self.latency[operation.id] = own if seconds is None else seconds

    def most_in_window(self) -> int:
        """Return the most calls, accepted or refused, in any rolling window of a lane."""
        return most_in_window(self.calls, self.terms.window)

    async def called(self, times: int, *, within: float = 10.0) -> None:
        """Wait until that many calls have arrived since the start; raises TimeoutError."""
        async with asyncio.timeout(within):
            while len(self.calls) < times:
                self._arrived.clear()
                await self._arrived.wait()

    def pause(self) -> None:
        """Count calls, but let their answers wait."""
        self._running.clear()

    def resume(self) -> None:
        """Let the answers that wait go out."""
        self._running.set()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        operation = PATHS.get(request.path)
        if operation is None or request.method != "POST":
            return answers.front(404, "Resource not found")
        if self.terms.jitter:
            await asyncio.sleep(self.terms.jitter * self._chance.lognormvariate(0, SPREAD))
        number, early = self._arrive(operation, request)
        answer = early or await self._work(number, operation, request)
        self._note(number, status=answer.status)
        return answer

    def _arrive(
        self, operation: Operation, request: web.Request
    ) -> tuple[int, web.Response | None]:
        """Count the call, before its body is read; return an answer where that settles it."""
        now = time.monotonic()
        lane = lane_of(operation, self.terms.scope)
        known = request.headers.get(KEY_HEADER) == self.terms.key
        number = len(self.calls)
        call = Call(number=number, arrived=now, operation=operation.id, lane=lane, key_ok=known)
        self.calls.append(call)
        self._arrived.set()
        if not known:
            return number, answers.unknown_key(request)
        meter = self._meters.setdefault(lane, Meter(self.terms.limit, self.terms.window))
        wait = meter.count(now)
        if wait is None:
            return number, None
        self._note(number, refused=True)
        text = f"Rate limit is exceeded. Try again in {wait} seconds."
        return number, answers.front(429, text, {"Retry-After": str(wait)})

    async def _work(
        self, number: int, operation: Operation, request: web.Request
    ) -> web.StreamResponse:
        """Answer a call that was counted: check, draw, and act out the fault that is due."""
        body = await _read(request)
        if isinstance(body, web.Response):
            return body
        self._note(number, values=body)
        await self._running.wait()
        wrong = complaint(operation, body)
        if wrong:
            return answers.service(400, wrong)
        fault = self.faults.take(operation.id) or Fault(name="", about="nothing goes wrong")
        self._note(number, fault=fault.name or None)
        await asyncio.sleep(self.latency[operation.id] + (fault.act == "slow") * self.terms.slow)
        if fault.body is not None:
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
        try:
            answer = await self._drawn(number, operation, body, fault)
        except easel.Unfetchable as error:
            return answers.service(400, str(error))
        return await answers.travel(request, answer, fault)

    async def _drawn(
        self, number: int, operation: Operation, values: Mapping[str, object], fault: Fault
    ) -> web.Response:
        given = {}
        if operation.takes_images:
            given = await easel.sources(self._client, self.terms.hosts, values)
        drawn = await self._in_thread(operation, values, given, fault)
        if operation.price and fault.queue not in NOT_MADE:
            self.bills.append(Bill(operation=operation.id, price=operation.price))
        name = f"{operation.id}-{number:06}.{drawn.content_type.rpartition('/')[2]}"
        link = self.results.keep(name, drawn, road=fault.road, private=fault.private)
        if fault.queue:
            return self._enqueue(number, fault, link)
        return answers.picture(
            operation, fault, Made(drawn=drawn, link=link, field=operation.image_field)
        )

    async def _in_thread(
        self,
        operation: Operation,
        values: Mapping[str, object],
        given: Mapping[str, bytes],
        fault: Fault,
    ) -> Drawn:
        def work() -> Drawn:
            drawn = easel.draw(operation, values, given)
            return fault.remake(drawn) if fault.remake else drawn

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError as error:  # the playground ends while somebody still waits
            raise web.HTTPServiceUnavailable from error

    def _enqueue(self, number: int, fault: Fault, link: str) -> web.Response:
        request_id = f"request-{number:06}"
        self._waiting[request_id] = (self.terms.polls, fault, link)
        where = f"{self.url}/v2/requests/status/{request_id}"
        body = {"request_id": request_id, "status": "IN_QUEUE", "polling_url": where}
        return web.json_response(body, status=202)

    async def _poll(self, request: web.Request) -> web.Response:
        self.polls += 1
        if request.headers.get(KEY_HEADER) != self.terms.key:
            return answers.unknown_key(request)
        request_id = request.match_info["id"]
        if request_id not in self._waiting:
            return answers.service(404, "Request not found")
        left, fault, link = self._waiting[request_id]
        self._waiting[request_id] = (max(0, left - 1), fault, link)
        body: dict[str, object] = {"status": "PROCESSING" if left > 0 else fault.queue}
        if not fault.anonymous:
            body["request_id"] = request_id
        if body["status"] == "COMPLETED":
            body["output"] = {"media_url": [link]}
        if body["status"] == "FAILED":
            body["error"] = "The model could not draw this."
        return web.json_response(body)

    def _note(self, number: int, **what: object) -> None:
        self.calls[number] = replace(self.calls[number], **what)  # type: ignore[arg-type]  # one place, four fields


async def _read(request: web.Request) -> dict[str, object] | web.Response:
    try:
        body = await request.json()
    except ConnectionError:  # the caller died while it sent: nobody hears this answer
        return answers.service(400, "The body is cut off")
    except (JSONDecodeError, UnicodeDecodeError):
        return answers.service(400, "The body is not JSON")
    if not isinstance(body, dict):
        return answers.service(400, "The body is not a JSON object")
    return body
