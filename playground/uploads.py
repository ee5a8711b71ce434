"""Files: what is uploaded, how it is kept, and the signed links it is served under."""

from __future__ import annotations

import hashlib
import hmac
import io
import mimetypes
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, UnidentifiedImageError

MIB = 1024 * 1024
DEFAULT_LIMIT = 10 * MIB
_ODD = re.compile(r"[^A-Za-z0-9_.\-]")


@dataclass(frozen=True, kw_only=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends: its name, its bytes, and an alt text."""

    name: str
    data: bytes
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that Discord keeps; ``read()`` gives its bytes."""

    id: str
    filename: str
    data: bytes
    description: str | None
    content_type: str | None
    size_px: Size | None
    folder: str
    place: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    @property
    def spoiler(self) -> bool:
        """Hidden until clicked: the name says so."""
        return self.filename.startswith("SPOILER_")

    def read(self) -> bytes:
        """The bytes as they were uploaded."""
        return self.data


def tidy(name: str) -> str:
    """The name that Discord gives a file: spaces become ``_``, odd characters go."""
    return _ODD.sub("", PurePosixPath(name).name.replace(" ", "_")) or "unknown"


def measure(data: bytes, content_type: str | None) -> Size | None:
    """The picture's size in pixels, from its header only; None for what is no picture."""
    if content_type is None or not content_type.startswith("image/"):
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            return Size(width=image.width, height=image.height)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


class Shelf:
    """Keeps files and serves them by links that expire, as Discord's CDN does."""

    def __init__(self, *, lifetime: float = 86_400.0) -> None:
        self.lifetime = lifetime
        self.base = ""
        self._files: dict[str, Attachment] = {}
        self._key = secrets.token_bytes(16)

    def keep(self, file_id: str, upload: Upload, *, folder: str, place: str) -> Attachment:
        """Store an upload; the type comes from the name alone, as with Discord."""
        name = tidy(upload.name)
        content_type = mimetypes.guess_type(name)[0]
        kept = Attachment(
            id=file_id,
            filename=name,
            data=upload.data,
            description=upload.description,
            content_type=content_type,
            size_px=measure(upload.data, content_type),
            folder=folder,
            place=place,
        )
        self._files[file_id] = kept
        return kept

    def remove(self, attachment: Attachment) -> None:
        """From now on its links answer 404."""
        self._files.pop(attachment.id, None)

    def get(self, file_id: str) -> Attachment | None:
        """The file of that id, if it is still kept."""
        return self._files.get(file_id)

    def link(self, attachment: Attachment) -> str:
        """A fresh signed link (``ex``, ``is`` in hex seconds, ``hm``)."""
        path = f"/{attachment.folder}/{attachment.place}/{attachment.id}/{attachment.filename}"
        now = time.time()
        expires, issued = f"{int(now + self.lifetime):x}", f"{int(now):x}"
        mark = self._sign(path, expires, issued)
        return f"{self.base}{path}?ex={expires}&is={issued}&hm={mark}&"

    def behind(self, link: str) -> Attachment | None:
        """The file that one of this shelf's links leads to, however old the link is."""
        path = link.removeprefix(self.base).split("?")[0].split("/")
        own = self.base and link.startswith(f"{self.base}/") and len(path) == 5
        return self._files.get(path[3]) if own else None

    def open(self, path: str, query: Mapping[str, str]) -> Attachment | None:
        """The file behind a link, or None when the link is wrong, too old, or the file is gone."""
        expires, issued = query.get("ex", ""), query.get("is", "")
        if not hmac.compare_digest(self._sign(path, expires, issued), query.get("hm", "")):
            return None
        if int(expires, 16) <= time.time():
            return None
        return self._files.get(path.split("/")[3])

    def _sign(self, path: str, expires: str, issued: str) -> str:
        text = f"{path}|{expires}|{issued}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
