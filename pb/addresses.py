"""Network addresses: which of them count as one stranger, and which lie beside each other."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

IPV6_PREFIX = 64  # what one household gets: whoever has it can write from 2^64 addresses
# What one stranger may hold whole, from the widest: a provider's block, a customer's, a household's.
AROUND_IPV6 = (32, 48, IPV6_PREFIX)
AROUND_IPV4 = (16, 24, 32)
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
# As some proxies write it: an IPv6 address in brackets, and the port behind either.
WITH_PORT = re.compile(r"\[(?P<ipv6>[^\]]*)\](:[0-9]+)?|(?P<ipv4>[0-9.]+):[0-9]+")


def network_of(address: str) -> str:
    """What an address counts as: itself for IPv4, its /64 for IPv6; IPv4 within IPv6 is IPv4. Other text stays.

    A port behind it is not looked at: each connection has another.
    """
    try:
        ip = _read(address)
    except ValueError:
        return address
    return str(ip_network((ip, IPV6_PREFIX), strict=False)) if isinstance(ip, IPv6Address) else str(ip)


def around(network: str) -> tuple[str, ...]:
    """The networks around what `network_of` said, from the widest to itself; other text alone."""
    try:
        ip = _read(network.partition("/")[0])
    except ValueError:
        return (network,)
    prefixes = AROUND_IPV6 if isinstance(ip, IPv6Address) else AROUND_IPV4
    return tuple(str(ip_network((ip, prefix), strict=False)) for prefix in prefixes)


def _read(address: str) -> IPv4Address | IPv6Address:
    """IPv4 within IPv6 is IPv4. Raises ValueError."""
    if found := WITH_PORT.fullmatch(address):
        address = found["ipv6"] or found["ipv4"] or ""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
