"""Network addresses: which of them count as one stranger."""

from ipaddress import IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64  # what one household gets: whoever has it can write from 2^64 addresses


def network_of(address: str) -> str:
    """What an address counts as: itself for IPv4, its /64 for IPv6; IPv4 within IPv6 is IPv4. Other text stays."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ip_network((ip, IPV6_PREFIX), strict=False))
    return str(ip)
