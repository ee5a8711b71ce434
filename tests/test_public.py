"""Which addresses belong to the public internet."""

from __future__ import annotations

import pytest

from bot.fetch import is_public


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%1", "fc00::1",
     "fec0::1", "ff0e::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
     "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "3fff::1", "nonsense"],
)  # fmt: skip
def test_an_address_that_is_not_public(address: str) -> None:
    """Loopback, private, link-local, shared and multicast, also inside IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_that_is_public(address: str) -> None:
    """The public internet, also by IPv6."""
    assert is_public(address)
