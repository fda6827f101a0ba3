"""What addresses are: public, so that requests may go there, this very machine, one host's."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_HOLES: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT: neither private nor global to ipaddress
        "192.0.0.0/24",
        "192.88.99.0/24",  # deprecated 6to4 relays
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64: an IPv4 address inside
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local, deprecated
    )
)
"""What Python 3.11 calls global, or cannot tell, and is not (security, sections 2 T11 and 6)."""


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open internet; what cannot be read is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return False
        if found.ipv4_mapped is not None:
            return _is_public(found.ipv4_mapped)
    return _is_public(found)


def is_loopback(host: str) -> bool:
    """Tell whether a name or address, as written in a URL or setting, stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def network_of(address: str) -> str:
    """Return what one caller can choose an address from: of IPv6 a network of 64 bits, else itself.

    A host has 2^64 addresses in such a network, so none of them says who it is.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in hole for hole in _HOLES if hole.version == address.version)
