"""The real bot, to be killed at an exact point: ``python -m tests.chaos.doomed_bot``.

It imports ``bot.__main__`` once and forks a process for every start that it is asked for, because
300 kills should not cost 300 imports. The child runs ``bot.__main__.main`` as ``python -m bot``
does; what is added is a look at every SQL statement and around every HTTP call, and shorter pauses.

Standard input takes one JSON line a birth: folder, environment, doom (label and occurrence, or
null), mutant, pauses. Standard output tells ``{"born": pid}`` and ``{"ended": pid, "status": n}``.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from types import FrameType
from typing import Any

import aiohttp
import httpx

from bot import __main__ as bot_main
from bot import client, dispatcher, progress
from storage import postgres, sqlite
from tests.chaos import mutants

PR_SET_PDEATHSIG = 1
POINTS = "points.log"


class Doom:
    """Counts the points that the process passes, and ends it at the one it was promised."""

    def __init__(self, at: tuple[str, int] | None) -> None:
        self._at = at
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()  # SQL runs on a thread of its own
        self._log = os.open(POINTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def point(self, label: str) -> None:
        """Pass a point; it is written down before the process may die of it."""
        with self._lock:
            self._passed[label] += 1
            os.write(self._log, (label + "\n").encode())
            if self._at == (label, self._passed[label]):
                os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, sql: str) -> None:
        """Pass the point before an SQL statement."""
        self.point("sql " + " ".join(sql.split()))


def road(method: str, path: str) -> str:
    """Name a request without what differs from run to run: ids, tokens, file names."""
    parts = [
        "#" if len(part) > 19 or re.search(r"\d{3}", part) else part for part in path.split("/")
    ]
    return f"{method} {'/'.join(parts)}"


def watch(doom: Doom) -> None:
    """Let every SQL statement, Discord request and gateway request of this process be a point."""
    for kind in (sqlite.SQLite, postgres.Postgres):
        _watch_sql(kind, doom)
    _watch_httpx(doom)
    _watch_aiohttp(doom)


def _watch_sql(kind: Any, doom: Doom) -> None:
    connect = kind.connect

    async def traced(where: Any) -> Any:
        return await connect(where, trace=doom.statement)

    kind.connect = traced


def _watch_httpx(doom: Doom) -> None:
    send = httpx.AsyncClient.send

    async def watched(self: httpx.AsyncClient, request: httpx.Request, **how: Any) -> Any:
        name = road(request.method, request.url.path)
        doom.point(f"before {name}")
        response = await send(self, request, **how)
        doom.point(f"after {name}")
        return response

    httpx.AsyncClient.send = watched  # type: ignore[method-assign]  # this process only


def _watch_aiohttp(doom: Doom) -> None:
    session: Any = aiohttp.ClientSession  # its method is replaced in this process only
    request = session._request

    async def watched(self: Any, method: str, url: Any, **how: Any) -> Any:
        name = road(method, str(url).partition("/api/v10")[2].partition("?")[0])
        doom.point(f"before {name}")
        response = await request(self, method, url, **how)
        doom.point(f"after {name}")
        return response

    session._request = watched


def shorten(pauses: dict[str, float]) -> None:
    """Make the bot's pauses those that a test has the time for."""
    dispatcher.ROUND = pauses.get("round", dispatcher.ROUND)
    progress.TICK = pauses.get("tick", progress.TICK)


def live(birth: dict[str, Any]) -> int:
    """Be the bot."""
    os.chdir(birth["folder"])
    os.environ.clear()
    os.environ.update(birth["environment"])
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for place in (1, 2):
        os.dup2(log, place)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    watch(Doom(tuple(birth["doom"]) if birth["doom"] else None))
    shorten(birth["pauses"])
    mutants.ALL[birth["mutant"]]()
    sys.argv = ["bot"]
    return bot_main.main()


def fork(birth: dict[str, Any]) -> None:
    """Start one bot; it dies with this process, whatever happens."""
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # "born" comes before "ended"
    pid = os.fork()
    if pid:
        tell({"born": pid})
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        return
    status = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            status = live(birth)
    finally:
        sys.stderr.flush()
        os._exit(status)


def reap(_: int, __: FrameType | None) -> None:
    """Tell of every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def tell(what: dict[str, int]) -> None:
    """Write one line to whoever asked."""
    os.write(1, (json.dumps(what) + "\n").encode())


def main() -> None:
    """Fork a bot for every line, until there are no more."""
    for name in client.COGS:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, reap)
    gc.freeze()
    for line in sys.stdin:
        fork(json.loads(line))


if __name__ == "__main__":
    main()
