"""A provider's notice, as Anymail reads it -> an event as we keep it: checked, cut, nameless."""

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Collection
from typing import Any

from newsletter.models import Event
from subscribers import addresses

Kind = Event.Kind
LONGEST_NUMBER = 18  # digits of a delivery's number, which has 63 bits
LONGEST_RAW = 4_000  # characters
LONGEST_DELAY = dt.timedelta(days=90)
# Anymail calls every bounce "bounced", that of a full mailbox too: where each provider says that
# there is no mailbox, and how.
BAD_ADDRESS: dict[str, dict[str, Collection[str]]] = {
    "Brevo": {"event": {"hard_bounce", "invalid_email"}},
    "Mailgun": {"event-data.reason": {"bounce", "suppress-bounce"}},
    "Postmark": {"Type": {"HardBounce", "BadEmailAddress"}, "SuppressionReason": {"HardBounce"}},
    "Resend": {"data.bounce.type": {"Permanent"}},
    "SparkPost": {"msys.message_event.bounce_class": {"10", "30"}},
}
# RFC 3463, section 3.8: refused for what we are or do, whoever the recipient is.
POLICY = re.compile(r"(?<![\d.])5\.7\.\d{1,3}(?![\d.])")
# Codes, dates and numbers are such words; addresses, links, subjects and other prose are not.
CODE = re.compile(r"[A-Za-z0-9_.:+-]{1,64}", re.ASCII)


def event_of(notice: Any, provider: str, now: dt.datetime) -> Event | None:
    """Return the event that a notice tells of; None for what changes nothing, as an opened mail.

    A notice is whatever the provider, or who pretends to be it, wrote: anything may be raised.
    """
    if notice.event_type not in Kind.values:
        return None
    raw = notice.esp_event
    name = notice.event_id or json.dumps(raw, sort_keys=True)
    return Event(
        provider=provider,
        key=hashlib.sha256(name.encode()).digest(),
        kind=notice.event_type,
        delivery_id=_delivery(notice.metadata or {}),
        recipient=addresses.fingerprint(notice.recipient) if notice.recipient else None,
        reject_reason=notice.reject_reason or "",
        is_bad_address=_is_bad_address(notice, provider),
        happened_at=_moment(notice.timestamp, now),
        received_at=now,
        raw={} if notice.event_type in Event.GOOD_NEWS else _codes_within(raw),
    )


def _delivery(metadata: dict[str, Any]) -> int | None:
    """Return the delivery of which the mail was marked to be (see `transports.api_mail`)."""
    number = str(metadata.get("delivery", ""))
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    return int(number) if is_number else None


def _is_bad_address(notice: Any, provider: str) -> bool:
    """Tell a mailbox that is not there from one that is full, and from a refusal to hear us."""
    if notice.event_type not in (Kind.BOUNCED, Kind.REJECTED):
        return False
    if POLICY.search(f"{notice.mta_response} {notice.description}"):
        return False
    ways = BAD_ADDRESS[provider].items()
    return any(_at(notice.esp_event, path) in words for path, words in ways)


def _at(raw: Any, path: str) -> str:
    """Return the text that stands at a path such as "data.bounce.type"; none stands elsewhere."""
    for name in path.split("."):
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw if isinstance(raw, str) else ""


def _moment(said: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Return when it happened, as far as what the notice says of that can be."""
    if said is None or said.tzinfo is None:
        return now
    return said if now - LONGEST_DELAY < said < now else now


def _codes_within(raw: Any) -> Any:
    """Return what may be kept of a notice, unless it is too long to be one."""
    codes = _codes(raw)
    return codes if len(json.dumps(codes)) <= LONGEST_RAW else {}


def _codes(raw: Any) -> Any:
    """Return the words and numbers of a notice, without any text that could tell of a person."""
    if isinstance(raw, dict):
        kept = {key: _codes(value) for key, value in raw.items() if CODE.fullmatch(key)}
        return {key: value for key, value in kept.items() if value not in ("", [], {}, None)}
    if isinstance(raw, list):
        return [code for code in map(_codes, raw) if code not in ("", [], {}, None)]
    if isinstance(raw, float):
        return raw if math.isfinite(raw) else None  # JSON has no others, but Python reads them
    return raw if CODE.fullmatch(str(raw)) else None
