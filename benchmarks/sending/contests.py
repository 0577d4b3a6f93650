"""Who is measured against whom. A contest names its contestants and measures one at a time."""

from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.databases import copy_of
from benchmarks.processes import Result
from benchmarks.sending import postfix
from benchmarks.sending.django_newsletter import environment as django_newsletter
from benchmarks.sending.field import Field

Contest = Mapping[str, Callable[[], Result]]

# Connections a worker: what most mail servers permit, and what a relay of one's own may.
USUAL, _MANY = 20, 40
# Readers there are; others are so slow that a part of them will do.
_SLOW, _SLOWEST = 50, 100
SESSIONS = 10
_LATE_MS = 20  # milliseconds
_LATE_MAILS = 1_500
# Connections, and how many mails may be entered before one is ready: see `Client`.
HOSTS = (1, 2, 4)  # each with `USUAL` connections
CURVE = ((1, 0), (5, 0), (10, 0), (20, 0), (40, 0), (10, 50), (40, 50))


def systems(field: Field, readers: int) -> Contest:
    """Return whole systems: from what is composed to the last result on record."""
    django_newsletter.installed()
    return {
        "Paperboy": partial(_paperboy, field, field.shared),
        "Paperboy, 40 connections each": partial(_paperboy, field, field.shared, _MANY),
        "Paperboy, a list for each reader": partial(_paperboy, field, field.own),
        "Paperboy into smtp-sink": partial(_paperboy_into_smtp_sink, field),
        "django-newsletter": partial(_django_newsletter, field, readers // _SLOW),
        "a Celery task for each reader": partial(_per_reader, field, readers // _SLOWEST),
        "smtp-source, no records": partial(_smtp_source, field, readers),
        "smtp-source into smtp-sink": partial(_smtp_source_into_smtp_sink, field, readers // 2),
    }


def senders(field: Field, mails: int) -> Contest:
    """Return senders alone: one mail again and again, and nothing on record."""
    return {
        "Paperboy's client into the sink": partial(_fixed, field, "ours", mails),
        "smtp-source into the sink": partial(_smtp_source, field, mails),
        "Paperboy's client into smtp-sink": partial(_fixed_into_smtp_sink, field, mails),
        "smtp-source into smtp-sink": partial(_smtp_source_into_smtp_sink, field, mails),
    }


def late(field: Field, _mails: int) -> Contest:
    """Return senders on a relay that answers late, with equally many connections."""
    delay = f"--delay={_LATE_MS}"
    return {
        "Paperboy's client": partial(_fixed, field, "ours", _LATE_MAILS, delay),
        "smtplib": partial(_fixed, field, "smtplib", _LATE_MAILS, delay),
    }


def curve(field: Field, _readers: int) -> Contest:
    """Return this system with more and more mails at risk."""
    return {
        f"{connections} connections, {ahead} ahead": partial(_curve, field, connections, ahead)
        for connections, ahead in CURVE
    }


def hosts(field: Field, _readers: int) -> Contest:
    """Return one to four hosts: workers with nothing in common but PostgreSQL and Redis."""
    relays = {"a relay 20 ms away": f"--delay={_LATE_MS}", "the sink": "--delay=0"}
    return {
        f"{count} into {relay}": partial(_hosts, field, count, option)
        for relay, option in relays.items()
        for count in HOSTS
    }


CONTESTS = {
    "systems": systems,
    "senders": senders,
    "late": late,
    "curve": curve,
    "hosts": hosts,
}


def _paperboy(field: Field, database: str, connections: int = USUAL) -> Result:
    with field.morning(database) as url, field.sink() as sink:
        return field.step("paperboy.send", sink.port, url, SMTP_CONNECTIONS=connections)


def _hosts(field: Field, count: int, option: str) -> Result:
    with field.morning(field.shared) as url, field.sink(option) as sink:
        return field.step("hosts.send", sink.port, url, hosts=count)


def _paperboy_into_smtp_sink(field: Field) -> Result:
    with field.morning(field.shared) as url, postfix.smtp_sink() as port:
        return field.step("paperboy.send", port, url, is_counted=False)


def _per_reader(field: Field, mails: int) -> Result:
    with field.morning(field.shared) as url, field.sink() as sink:
        return field.step("per_reader.send.send", sink.port, url, mails=mails)


def _django_newsletter(field: Field, mails: int) -> Result:
    with copy_of("template1") as url, field.sink() as sink:
        result = django_newsletter.send(url, sink.port, mails, field.stories)
        if sink.taken != mails:
            raise SystemExit(f"Of {mails} mails {sink.taken} came.")
        return result | {"size": sink.size}


def _smtp_source(field: Field, mails: int) -> Result:
    with field.sink() as sink:
        result = postfix.smtp_source(sink.port, mails, SESSIONS, field.mail)
        return result | {"size": sink.size}


def _smtp_source_into_smtp_sink(field: Field, mails: int) -> Result:
    with postfix.smtp_sink() as port:
        return postfix.smtp_source(port, mails, SESSIONS, field.mail)


def _fixed(field: Field, who: str, mails: int, *options: str) -> Result:
    with field.sink(*options) as sink:
        return _fixed_into(field, who, mails, sink.port)


def _fixed_into_smtp_sink(field: Field, mails: int) -> Result:
    with postfix.smtp_sink() as port:
        return _fixed_into(field, "ours", mails, port)


def _fixed_into(field: Field, who: str, mails: int, port: int) -> Result:
    mail = str(field.mail)
    return field.step(f"fixed.{who}", port, mails=mails, connections=SESSIONS, mail=mail)


def _curve(field: Field, connections: int, ahead: int) -> Result:
    with field.morning(field.shared) as url, field.sink() as sink:
        return field.step("curve.send", sink.port, url, connections=connections, ahead=ahead)
