"""The cable between a process and a PostgreSQL server, to be cut or silenced at a chosen moment."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


class Cable:
    """Carries bytes both ways; ``carried`` counts the requests.

    When a request has ``cut_after`` in it, the server gets it and its answer is lost, once.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self._open = asyncio.Event()
        self._open.set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.cut_after = b""
        self.carried = 0

    def silence(self) -> None:
        """Carry nothing more, and tell nobody."""
        self._open.clear()

    async def end(self) -> None:
        """Leave nothing running."""
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def plug(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        mine = asyncio.current_task()
        assert mine is not None
        self._carrying.add(mine)
        answers, requests = await asyncio.open_unix_connection(str(self._server / SOCKET))
        doomed = asyncio.Event()
        back = asyncio.create_task(self._back(answers, writer, doomed))
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                if self.cut_after and self.cut_after in data:
                    self.cut_after = b""
                    doomed.set()
                self.carried += 1
                requests.write(data)
        except ConnectionError:
            pass
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            requests.close()
            writer.close()
            self._carrying.discard(mine)

    async def _back(
        self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> None:
        while data := await answers.read(65536):
            await self._open.wait()
            if doomed.is_set():
                break
            writer.write(data)
        writer.close()


@asynccontextmanager
async def cable(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """A cable to the server of this address, and the address at its other end."""
    server = url.partition("?host=")[2]
    folder = Path(tempfile.mkdtemp(prefix="cable"))  # a socket's path may not be long
    carried = Cable(Path(server))
    listening = await asyncio.start_unix_server(carried.plug, folder / SOCKET)
    try:
        yield carried, url.replace(server, str(folder))
    finally:
        listening.close()
        await carried.end()
        shutil.rmtree(folder)
