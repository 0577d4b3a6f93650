"""Which addresses may be connected to: those of the public internet, and none beside.

A source's URL and its redirects come from outside. Whoever can have us fetch from addresses of his
choice can reach what only this machine can: a cloud's metadata at 169.254.169.254, an admin page
on localhost. However a host is spelt, what counts is the address it resolves to.
"""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from digests.fetch.errors import FetchError
from digests.fetch.policy import Network

Address = IPv4Address | IPv6Address

# IANA's registries of special-purpose addresses (RFC 6890). Not `is_global`, whose answers differ
# between patch releases of Python and which lets multicast and 6to4 pass.
_NEVER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",
            "168.63.129.16/32",  # public by number, but Azure's own within each of its machines
            "169.254.0.0/16",  # link-local, with the clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",  # Teredo, which wraps IPv4, and other protocols' own
            "2001:db8::/32",
            "2002::/16",  # 6to4 wraps IPv4 too
            "3fff::/20",
        ),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")  # all of IPv6 that is given out
# A network without IPv4 reaches every IPv4 host under this prefix (RFC 6052).
_NAT64 = ip_network("64:ff9b::/96")


def look_up(host: str, port: int, permitted: Collection[Network] = ()) -> list[str]:
    """Return the addresses of a host, in the order to try them.

    One forbidden address condemns the name: nobody lists it beside a public one by mistake.

    Raises:
        FetchError: where the host has no address, or one that may not be connected to.

    """
    addresses = _resolved(host, port)
    for address in addresses:
        if not is_allowed(address, permitted):
            raise FetchError(
                f"{host} is at {address}, which is not of the public internet; "
                "correct the address, or name its network in FETCH_NETWORKS"
            )
    return [str(address) for address in addresses]


def is_allowed(address: Address, permitted: Collection[Network] = ()) -> bool:
    """Tell whether an address, or the IPv4 one it wraps, is public or in a permitted network."""
    address = _unwrapped(address)
    if any(address in network for network in permitted):
        return True
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NEVER)


def _resolved(host: str, port: int) -> list[Address]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise FetchError(
            f"{host} has no address ({error.strerror}); check the spelling and this machine's DNS",
            is_transient=True,
        ) from error
    except UnicodeError as error:  # a label of more than 63 characters, or none
        raise FetchError(f"{host[:80]!r} is not a host name; correct the address") from error
    return list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that a connection to this one would end at, if there is one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(address.packed[-4:])
    return address
