"""Bytes from an address that somebody else chose: only from where it is safe, and not too many."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from bot.errors import UnusableAnswer

CAP = 32 * 1024 * 1024
REDIRECTS_MOST = 5
ADDRESSES_MOST = 3  # addresses of one host that are tried, one after the other
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
HEADERS = {"Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"}

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_EXAMPLES = IPv6Network("3fff::/20")  # RFC 9637; Python 3.11 does not know it yet


class FetchFailed(UnusableAnswer):
    """The address did not answer this time: a second try may help."""

    transient = True

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} Try again in a minute.")


class NotThere(FetchFailed):
    """Nothing lies at the address: it is gone, or a bucket does not show yet what it was given."""


class TooLarge(UnusableAnswer):
    """The file has more bytes than are taken."""


def open_client() -> httpx.AsyncClient:
    """Return a client fit for Fetch; whoever calls it closes it.

    It keeps no cookies and no connections (two hosts behind one address must not share one: the
    certificate was checked for the first only), and takes no proxy, which would resolve again.
    """
    return httpx.AsyncClient(
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        trust_env=False,
    )


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, best first. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet; an IPv4 address inside IPv6 counts too."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return _is_public6(ip)
    return ip.is_global and not ip.is_multicast


def _is_public6(ip: IPv6Address) -> bool:
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64:
        inner = IPv4Address(int(ip) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip in _GLOBAL_UNICAST and ip not in _EXAMPLES and ip.is_global and not ip.is_multicast


class Fetch:
    """Downloads from untrusted addresses. It borrows its client (``open_client``).

    https and public addresses only; a host named in ``hosts`` may also be loopback or private, and
    plain http. With ``only_named``, nothing but the named hosts, unless none is named. Every
    redirect and every resolved address is checked, and the connection is made to the very address
    that was checked, so that a second DNS answer cannot change it. ``cap`` is in bytes,
    ``seconds`` bounds a whole download.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        hosts: frozenset[str] = frozenset(),
        *,
        only_named: bool = False,
        cap: int = CAP,
        seconds: float = 60.0,
        resolve: Resolve = resolve,
    ) -> None:
        self._client = client
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts)
        self._only_named = only_named and bool(hosts)
        self._cap = cap
        self._seconds = seconds
        self._resolve = resolve

    async def __call__(self, url: str) -> bytes:
        """Return what lies at the address.

        Raises UnusableAnswer, and its FetchFailed where a second try may help (NotThere is one).
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url)
        except TimeoutError as error:
            raise FetchFailed("The picture's link took too long to download.") from error
        except httpx.HTTPError as error:
            raise FetchFailed("The picture's link could not be downloaded.") from error

    async def _follow(self, address: str) -> bytes:
        url = _parse(address)
        for _ in range(REDIRECTS_MOST + 1):
            response = await self._connect(url)
            try:
                if not response.has_redirect_location:
                    return await self._read(response)
                url = _parse(response.headers["location"], base=url)
            finally:
                await response.aclose()
        raise UnusableAnswer("The picture's link redirects too often.")

    async def _connect(self, url: httpx.URL) -> httpx.Response:
        """Send the request to the first checked address that takes a connection."""
        *others, last = (await self._addresses(url))[:ADDRESSES_MOST]
        for address in others:
            try:
                return await self._send(url, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(url, last)

    async def _send(self, url: httpx.URL, address: str) -> httpx.Response:
        request = _pinned(url, address)
        return await self._client.send(request, stream=True, auth=None, follow_redirects=False)

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        named = url.host.lower().rstrip(".") in self._hosts
        if self._only_named and not named:
            raise UnusableAnswer(
                "The picture's link leads to a host that is not allowed (RESULT_HOSTS)."
            )
        if url.scheme != "https" and not (named and url.scheme == "http"):
            raise UnusableAnswer("The picture's link is not an https link.")
        try:
            port = url.port or (443 if url.scheme == "https" else 80)
            found = await self._resolve(url.host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("The picture's link leads to a host that is not found.") from error
        if not found:
            raise FetchFailed("The picture's link leads to a host that is not found.")
        if not named and not all(is_public(address) for address in found):
            raise UnusableAnswer("The picture's link leads to an address that is not public.")
        return found

    async def _read(self, response: httpx.Response) -> bytes:
        status = response.status_code
        if status != 200:
            raise _kind(status)(f"The picture's link does not give a picture ({status}).")
        if is_packed(response):
            raise UnusableAnswer("The picture's link gives compressed data.")
        return await read_within(response, self._cap)


def _kind(status: int) -> type[UnusableAnswer]:
    if status == 404:
        return NotThere
    return FetchFailed if status in PASSING else UnusableAnswer


def is_packed(response: httpx.Response) -> bool:
    """Whether a body is compressed, though it was asked for as it is: it could be of any size."""
    return response.headers.get("content-encoding", "").lower() not in ("", "identity")


async def read_within(response: httpx.Response, cap: int) -> bytes:
    """Return a streamed body; raises TooLarge as soon as it is known to exceed the cap."""
    too_large = TooLarge(f"The file is larger than {cap / 1024 / 1024:.0f} MiB.")
    stated = response.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > cap:
        raise too_large
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > cap:
            raise too_large
    return bytes(body)


def _parse(address: str, *, base: httpx.URL | None = None) -> httpx.URL:
    try:
        url = base.join(address) if base else httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnusableAnswer("The picture's link is not a link.") from error
    if not url.host or url.userinfo:
        raise UnusableAnswer("The picture's link is not a link.")
    return url


def _pinned(url: httpx.URL, address: str) -> httpx.Request:
    """The request for a URL, for one address. No cookie, no key: nothing of the client's."""
    extensions: dict[str, object] = {"timeout": TIMEOUT.as_dict()}
    if not _is_literal(url.host):
        extensions["sni_hostname"] = url.raw_host.decode("ascii")
    return httpx.Request(
        "GET",
        url.copy_with(host=address),
        headers={**HEADERS, "Host": url.netloc.decode("ascii")},
        extensions=extensions,
    )


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
