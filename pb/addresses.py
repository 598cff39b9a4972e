"""Network addresses: which of them count as one stranger, and which lie beside each other."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64  # what one household gets: whoever has it can write from 2^64 addresses
# What one stranger may hold whole, from the widest: a provider's block, a customer's, a household's.
AROUND_IPV6 = (32, 48, IPV6_PREFIX)
AROUND_IPV4 = (16, 24, 32)


def network_of(address: str) -> str:
    """What an address counts as: itself for IPv4, its /64 for IPv6; IPv4 within IPv6 is IPv4. Other text stays."""
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
    ip = ip_address(address.partition("%")[0])
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
