"""Which URLs may be asked for, before any name is looked up."""

import httpx

from digests.fetch.errors import FetchError
from digests.fetch.policy import Policy

_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65_535


def checked(url: str, policy: Policy) -> httpx.URL:
    """Return the URL as it is to be asked for: without fragment, its host without a final dot.

    Raises:
        FetchError: where it is not a URL, or one that the policy forbids.

    """
    return _checked(_parsed(url), policy)


def redirected(url: httpx.URL, location: str, policy: Policy) -> httpx.URL:
    """Return the URL that an answer from `url` names as the place to go.

    Raises:
        FetchError: as `checked`, and where it would leave https.

    """
    target = _parsed(location, url)
    if url.scheme == "https" and target.scheme == "http":
        raise FetchError(
            f"{host_of(url)} redirects from https to http at {host_of(target)}; "
            "ask the source for an https address"
        )
    try:
        return _checked(target, policy)
    except FetchError as error:
        raise FetchError(f"{host_of(url)} redirects to an address we refuse: {error}") from error


def host_of(url: httpx.URL) -> str:
    """Return the host as the DNS knows it. `URL.host` puts it into Unicode, and may fail at it."""
    return url.raw_host.decode("ascii")


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:  # a lone surrogate is a ValueError
        raise FetchError(f"{url[:80]!r} is not a URL; correct the address") from error


def _checked(url: httpx.URL, policy: Policy) -> httpx.URL:
    host = host_of(url).rstrip(".")  # TLS knows no final dot (RFC 6066, section 3)
    port = _PORTS.get(url.scheme, 0) if url.port is None else url.port
    if url.scheme not in _PORTS or not host:
        raise FetchError(f"{str(url)[:80]!r} is not a web address; give one with https://")
    if url.userinfo:
        raise FetchError(f"the address at {host} holds a name or a password; take it out")
    if not policy.plain_http and url.scheme == "http":
        raise FetchError(f"{host} is to be asked in plain http; use https, or FETCH_PLAIN_HTTP")
    if not policy.plain_http and port not in _PORTS.values():
        raise FetchError(f"{host} is to be asked on port {port}; use 443, or FETCH_PLAIN_HTTP")
    if not 0 < port <= _MAX_PORT:
        raise FetchError(f"{host} is to be asked on port {port}, which cannot be; correct it")
    return url.copy_with(host=host, fragment=None)
