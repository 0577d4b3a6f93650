"""Fetch one address: ask, follow, try again."""

import datetime as dt
import ssl
import time
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus

import httpx
from django.conf import settings
from django.utils import timezone
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from config.clock import Clock
from digests.fetch import answers, body, urls
from digests.fetch.connection import asked
from digests.fetch.errors import FetchError
from digests.fetch.policy import Policy
from digests.fetch.politeness import polite

Gate = Callable[[str], AbstractContextManager[None]]

_ACCEPT = (
    "application/json, application/feed+json, application/atom+xml, application/rss+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, text/*;q=0.7, */*;q=0.1"
)
_OK = {HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION}
# "Full jitter": from 0 to 2 seconds before the second attempt, from 0 to 4 before the third.
_JITTER = wait_random_exponential(multiplier=2, max=30)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. Where it is `unchanged` since the validators, it has no body."""

    unchanged: bool
    body: bytes
    etag: str  # these two are for the next request, as they came; "" where there is none
    last_modified: str
    content_type: str
    url: str  # which answered, after all redirects


class Fetcher:
    """Fetches under one policy. Every single request, redirects too, passes the gate."""

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        gate: Gate = polite,
        sleep: Callable[[float], None] = time.sleep,
        now: Clock = timezone.now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy or Policy.from_settings()
        self._gate = gate
        self._sleep = sleep
        self._now = now
        self._tls = tls

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch an address, or learn that it is unchanged since the answer with these validators.

        Raises:
            FetchError: with what is wrong and what to do about it.

        """
        given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        validators = {
            name: value for name, value in given.items() if value and answers.is_sendable(value)
        }
        limit = self._policy.fetch_seconds
        attempts = Retrying(
            stop=stop_after_attempt(self._policy.attempts) | stop_before_delay(limit),
            retry=retry_if_exception(self._is_worth_another),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(self._follow, url, validators, time.monotonic() + limit)

    def _is_worth_another(self, error: BaseException) -> bool:
        return (
            isinstance(error, FetchError)
            and error.is_transient
            and (error.retry_after or dt.timedelta()) <= self._policy.longest_wait
        )

    def _follow(self, url: str, validators: dict[str, str], ends: float) -> Fetched:
        """Ask, and go where answers point to, as far as the policy permits."""
        target = urls.checked(url, self._policy)
        visited: list[httpx.URL] = []
        while target not in visited:
            if len(visited) > self._policy.redirects:
                raise FetchError(
                    f"{urls.host_of(visited[0])} redirects more than "
                    f"{self._policy.redirects} times; give the address at the end"
                )
            visited.append(target)
            answer = self._ask(target, validators, ends)
            if isinstance(answer, Fetched):
                return answer
            target = answer
        raise FetchError(f"{urls.host_of(target)} redirects in a circle; correct the address")

    def _ask(self, url: httpx.URL, validators: dict[str, str], ends: float) -> Fetched | httpx.URL:
        """Make one request in the host's turn, over a connection that ends with it."""
        with (
            self._gate(urls.host_of(url)),
            asked(url, _headers(validators), self._until(ends), self._tls or _tls()) as answer,
        ):
            return self._read(answer, validators)

    def _until(self, ends: float) -> Policy:
        """Return the policy for an answer that has no more time than the whole fetch."""
        seconds = min(self._policy.answer_seconds, ends - time.monotonic())
        return replace(self._policy, answer_seconds=seconds)

    def _read(self, answer: httpx.Response, validators: dict[str, str]) -> Fetched | httpx.URL:
        location = answer.headers.get("Location", "")
        if answer.status_code in answers.REDIRECTS and location:
            return urls.redirected(answer.url, location, self._policy)
        unchanged = answer.status_code == HTTPStatus.NOT_MODIFIED and bool(validators)
        if not unchanged and answer.status_code not in _OK:
            raise answers.refusal(answer, self._now())
        known = validators if unchanged else {}
        return Fetched(
            unchanged=unchanged,
            body=b"" if unchanged else body.whole(answer, self._policy.max_bytes),
            # An answer without a body may leave out what we have already.
            etag=answers.header(answer, "ETag") or known.get("If-None-Match", ""),
            last_modified=answers.header(answer, "Last-Modified")
            or known.get("If-Modified-Since", ""),
            content_type=answers.header(answer, "Content-Type"),
            url=str(answer.url),
        )


def _wait(state: RetryCallState) -> float:
    """Return the seconds to wait: what the source asked for, or chance if that is more."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, FetchError) else None
    return max(_JITTER(state), asked.total_seconds() if asked else 0)


def _headers(validators: dict[str, str]) -> dict[bytes, bytes]:
    headers = {
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "User-Agent": _user_agent(),
        **validators,
    }
    return {name.encode(): value.encode("latin-1") for name, value in headers.items()}


def _user_agent() -> str:
    """Say who asks and where to complain."""
    contact = [f"+{settings.SITE_URL}" if settings.SITE_URL else "", settings.CONTACT_EMAIL]
    comment = "; ".join(filter(None, contact)).encode("ascii", "ignore").decode()
    return f"Paperboy/{_version()} ({comment})" if comment else f"Paperboy/{_version()}"


@cache
def _version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


@cache
def _tls() -> ssl.SSLContext:
    """Return the way certificates are verified; to make one takes some 20 ms."""
    return httpx.create_ssl_context(trust_env=False)
