"""How far a fetch may go: where to, how long, how much."""

import datetime as dt
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Self

from django.conf import settings

from digests.sources.parsed import MAX_BYTES

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a fetch. The defaults are safe; an installation may widen the first two."""

    plain_http: bool = False  # permits http, and any port
    networks: tuple[Network, ...] = ()  # not of the public internet, and permitted all the same
    connect_seconds: float = 10  # for each address of a host, TLS apart
    read_seconds: float = 20  # between two pieces of an answer
    answer_seconds: float = 60  # from connecting to the answer's last byte
    fetch_seconds: float = 75  # for all attempts, redirects and waits between them
    attempts: int = 3
    redirects: int = 5
    longest_wait: dt.timedelta = dt.timedelta(seconds=60)  # between two attempts
    max_bytes: int = MAX_BYTES  # of an answer, unpacked

    @classmethod
    def from_settings(cls) -> Self:
        """Return the installation's policy: FETCH_PLAIN_HTTP and FETCH_NETWORKS."""
        return cls(plain_http=settings.FETCH_PLAIN_HTTP, networks=tuple(settings.FETCH_NETWORKS))
