"""How often somebody may ask us: counted in Redis, or in this process while Redis is away.

The limits that protect an inbox stand in PostgreSQL (`asking.LIMITS`). Counted here is what no row
may remember: that a letter asked a stranger's address for a yes (`moving.ASKED`), and that a reader
said why she left (`leaving.REASONS`). The others only keep one machine from trying many addresses,
or from having papers searched all day. All may be coarse, and must never stop a reader because a
server of ours is down.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many requests of one network, reader or address in each whole span of time."""

    name: str
    most: int
    within: dt.timedelta

    def refuse_until(self, asker: str, now: dt.datetime) -> dt.datetime | None:
        """Count a request, and return when to come back if it is one too many."""
        number = int(now.timestamp() // self.within.total_seconds())
        if self._count(f"limit:{self.name}:{asker}:{number}") <= self.most:
            return None
        return dt.datetime.fromtimestamp((number + 1) * self.within.total_seconds(), dt.UTC)

    def _count(self, key: str) -> int:
        try:
            return self._count_in(caches["default"], key)
        except (RedisError, OSError) as error:
            logger.warning("Redis is away (%s): limits hold per process", type(error).__name__)
            return self._count_in(caches["process"], key)

    def _count_in(self, cache: BaseCache, key: str) -> int:
        if cache.add(key, 1, timeout=self.within.total_seconds()):
            return 1
        try:
            return cache.incr(key)
        except ValueError:  # it ran out between the two calls
            return 1


SIGN_UPS = Limit("sign-up", most=20, within=dt.timedelta(hours=1))
LINKS = Limit("link", most=10, within=dt.timedelta(hours=1))
# Each may take a tenth of a second, the worst two. Who types asks once in some seconds at most, and
# in a university many of them are one network.
PREVIEWS = Limit("preview", most=150, within=dt.timedelta(minutes=10))
# Some hundredths of a second each.
SEARCHES = Limit("search", most=150, within=dt.timedelta(minutes=10))


def network(request: HttpRequest) -> str:
    """Return where a request comes from: an IPv4 address, or the /64 that one IPv6 client has.

    Each of our proxies adds the address it heard from to the right of X-Forwarded-For; what is
    further left is whatever the client claimed (MDN: "selecting an IP address").
    """
    address = _hop(request) or _parse(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(IPv6Network((int(address), 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address or "unknown")


def _hop(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the address that the outermost proxy of ours heard from, if it says so."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return None
    return _parse(hops[-settings.TRUSTED_PROXIES])


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
