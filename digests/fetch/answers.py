"""What an answer says of itself: its validators, when to ask again, and why it is a refusal."""

import datetime as dt
import html
import re
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpcore
import httpx

from digests.fetch.body import beginning
from digests.fetch.errors import FetchError
from digests.fetch.urls import host_of
from digests.text import clean

REDIRECTS = {301, 302, 303, 307, 308}
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT = dt.timedelta(days=1)
_MAX_HEADER = 1_000  # characters; a real ETag has some 40

_WORDS = 200  # characters of a refusal that are worth keeping
_READ_FOR_WORDS = 8_192  # bytes, of which an HTML page spends most on its head
_TEXTS = re.compile(r"text/|application/([\w.+-]+\+)?(json|xml)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|svg)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)


def header(answer: httpx.Response, name: str) -> str:
    """Return a header that can be stored, and sent back as it came; "" for any other.

    Bytes beyond ASCII have no agreed meaning; as Latin-1 they survive the way there and back.
    """
    wanted = name.lower().encode()
    values = [value for key, value in answer.headers.raw if key.lower() == wanted]
    text = values[0].decode("latin-1").strip() if values else ""
    return text if is_sendable(text) else ""


def is_sendable(value: str) -> bool:
    """Tell whether a header's value is short, visible and within Latin-1."""
    return len(value) <= _MAX_HEADER and all(
        " " <= c <= "~" or "\xa0" <= c <= "\xff" for c in value
    )


def refusal(answer: httpx.Response, now: dt.datetime) -> FetchError:
    """Return what to raise for an answer that is neither a digest nor a redirect."""
    status = answer.status_code
    is_transient = status in _TRANSIENT
    advice = "try again later" if is_transient else "check the source's address"
    return FetchError(
        f"{host_of(answer.url)} answers with HTTP {_named(status)}; {advice}",
        is_transient=is_transient,
        retry_after=retry_after(answer.headers.get("Retry-After", ""), now)
        if is_transient
        else None,
        status=status,
        words=_words(answer),
    )


def retry_after(value: str, now: dt.datetime) -> dt.timedelta | None:
    """Read Retry-After (RFC 9110, section 10.2.3), in seconds or as a date; at most a day."""
    try:
        if value.isdecimal():
            wait = dt.timedelta(seconds=int(value))
        else:
            wait = parsedate_to_datetime(value) - now
    except OverflowError:
        return _LONGEST_WAIT
    except (TypeError, ValueError):  # TypeError: a date without a zone
        return None
    return min(max(wait, dt.timedelta()), _LONGEST_WAIT)


def _named(status: int) -> str:
    with suppress(ValueError):
        return f"{status} {HTTPStatus(status).phrase}"
    return str(status)


def _words(answer: httpx.Response) -> str:
    """Return how a textual answer begins, without markup: what the source has to say."""
    if not _TEXTS.match(answer.headers.get("Content-Type", "")):
        return ""
    # The status is what matters; its words may be damaged, late or missing.
    with suppress(
        FetchError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException
    ):
        text = beginning(answer, _READ_FOR_WORDS).decode(errors="ignore")
        return clean(html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text))))[:_WORDS]
    return ""
