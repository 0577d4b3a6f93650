"""Polling against a real HTTP server: what is stored, and what is noted of the source."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from ipaddress import ip_network
from typing import Any

import factories as make
import pytest
from django.db import connection
from http_server import Act, Answer, HTTPServer, Reply

from digests.fetch import Fetcher, FetchError, Policy
from digests.models import Digest, DigestPaper, Paper, Poll, Sighting, Source
from digests.polling.days import ONE_DAY
from digests.polling.poll import Polled, due, poll, poll_days

pytestmark = pytest.mark.django_db
MONDAY = make.DATE
NOON = dt.datetime(2026, 3, 16, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
POLICY = Policy(plain_http=True, networks=(ip_network("127.0.0.0/8"),), attempts=1)
FETCHER = Fetcher(POLICY, gate=lambda _: nullcontext())
ABSTRACT = "We follow forty owls for a winter."
HTML = b"<!doctype html><html><title>Just a moment</title></html>"


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture
def daily(server: HTTPServer) -> Source:
    """Return a source with a list for each day, which is open for one day more."""
    return make.source(
        slug="daily",
        url=f"{server.url}/{{date}}",
        kind="hugging-face",
        is_active=True,
        active_since=MONDAY,
        poll_times=[dt.time(6), dt.time(22)],
        repoll_days=1,
    )


@pytest.fixture
def feed(server: HTTPServer) -> Source:
    """Return a source with one address, whatever the day."""
    return make.source(slug="feed", url=f"{server.url}/feed", is_active=True, active_since=MONDAY)


def listing(*numbers: int, votes: int = 1, **headers: str) -> Answer:
    """Answer with papers as Hugging Face lists them."""
    papers = [
        {"id": f"2603.{number:05}", "title": f"Owls {number}", "upvotes": votes}
        for number in numbers
    ]
    body = json.dumps([{"paper": paper | {"summary": ABSTRACT}} for paper in papers])
    return Answer(200, _headers(headers), body.encode())


def _headers(named: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in named.items())


def lines(*titles: str, **headers: str) -> Answer:
    """Answer with papers, a line of JSON each, and no date."""
    papers = [{"title": title, "abstract": ABSTRACT} for title in titles]
    return Answer(200, _headers(headers), "\n".join(map(json.dumps, papers)).encode())


def channel(*papers: tuple[str, str], published: str = "", built: str = "") -> Answer:
    """Answer with papers and their announce types as arXiv's RSS feed does."""
    items = "".join(
        f"<item><title>{title}</title><link>https://arxiv.org/abs/2603.{number:05}</link>"
        f"<description>arXiv:2603.{number:05}v1 Announce Type: {kind}\nAbstract: {ABSTRACT}"
        f"</description><arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<pubDate>{published}</pubDate></item>"
        for number, (title, kind) in enumerate(papers, start=1)
    )
    return Answer(
        body=(
            '<?xml version="1.0"?><rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom">'
            f"<channel><title>cs.CV updates on arXiv.org</title><lastBuildDate>{built}"
            f"</lastBuildDate>{items}</channel></rss>"
        ).encode()
    )


def ask(source: Source, day: dt.date = MONDAY, *, now: dt.datetime = NOON) -> Polled:
    """Poll one day as a worker that has just met the source."""
    return poll(Source.objects.get(pk=source.pk), day, now=now, fetcher=FETCHER)


def ask_due(source: Source, now: dt.datetime) -> list[Polled]:
    """Poll what is due."""
    found = due(Source.objects.filter(pk=source.pk), now)
    return [polled for row, days in found for polled in each(row, days, now)]


def each(source: Source, days: list[dt.date], now: dt.datetime) -> list[Polled]:
    return [*poll_days(source, days, now=lambda: now, fetcher=FETCHER)]


def health(source: Source) -> tuple[int, bool, dt.datetime | None]:
    """Return the failures, whether there is an error, and the last success."""
    source.refresh_from_db()
    return source.failures, bool(source.last_error), source.last_success_at


def nothing_is_stored() -> bool:
    return not (Paper.objects.exists() or Digest.objects.exists() or Poll.objects.exists())


def titles(day: dt.date) -> list[str]:
    listed = DigestPaper.objects.filter(digest__date=day).order_by("place")
    return [*listed.values_list("paper__title", flat=True)]


# A day that grows


def test_a_day_is_read_until_it_is_closed_while_papers_and_votes_come(
    server: HTTPServer, daily: Source
) -> None:
    daily.weekdays = [0]
    daily.save()
    grown = listing(3, 1, 2, votes=9)
    server.answer("/2026-03-16", listing(1), listing(1, 2, votes=5), grown, grown, Answer(500))
    polls = [ask_due(daily, NOON + hours * HOUR) for hours in range(120)]
    assert [[polled.new for polled in looks] for looks in polls if looks] == [[1], [1], [1], [0]]
    assert titles(MONDAY) == ["Owls 3", "Owls 1", "Owls 2"]
    votes = Sighting.objects.filter(listing__paper__title="Owls 1")
    assert [*votes.values_list("upvotes", flat=True)] == [1, 5, 9]


def test_each_day_of_a_dated_source_has_a_digest_of_its_own(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", listing(1))
    server.answer("/2026-03-17", listing(2, 1))
    assert [ask(daily, MONDAY).new, ask(daily, MONDAY + ONE_DAY).new] == [1, 1]
    assert titles(MONDAY + ONE_DAY) == ["Owls 2", "Owls 1"]
    assert Paper.objects.get(title="Owls 1").first_listed_on == MONDAY


def test_what_is_listed_for_a_day_is_that_days_whatever_the_list_says(
    server: HTTPServer, daily: Source
) -> None:
    body = b'[{"paper": {"id": "2603.00001", "title": "Owls", "summary": "Forty owls.",'
    server.answer(
        "/2026-03-16",
        Answer(body=body + b'"submittedOnDailyAt": "2026-03-15T23:59:00.000Z"}}]'),
    )
    assert ask(daily).date == MONDAY
    assert titles(MONDAY) == ["Owls"]


def test_an_empty_answer_for_an_open_day_is_good_and_not_final(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", Answer(body=b"[]"), listing(1))
    assert ask_due(daily, NOON) == [Polled("daily", MONDAY)]
    assert health(daily) == (0, False, NOON)
    assert Poll.objects.get().papers == 0
    assert ask_due(daily, NOON + HOUR) == []
    assert [polled.new for polled in ask_due(daily, NOON + 10 * HOUR)] == [1]
    assert Poll.objects.get().papers == 1


def test_after_an_outage_the_missed_days_are_caught_up_and_health_is_restored(
    server: HTTPServer, daily: Source
) -> None:
    days = [MONDAY + n * ONE_DAY for n in range(3)]
    for number, day in enumerate(days):
        server.answer(f"/{day}", Answer(503), listing(number))
    server.next_reply("/2026-03-18")  # the last day has recovered before it is asked for
    wednesday = NOON + 2 * ONE_DAY
    assert [bool(polled.error) for polled in ask_due(daily, wednesday)] == [True, True]
    assert (health(daily), nothing_is_stored()) == ((1, True, None), True)
    assert [polled.date for polled in ask_due(daily, wednesday + HOUR)] == days
    assert health(daily) == (0, False, wednesday + HOUR)
    assert ask_due(daily, wednesday + 2 * HOUR) == []


# Conditional requests


def test_an_unchanged_list_is_not_read_again_and_counts_as_an_answer(
    server: HTTPServer, daily: Source
) -> None:
    first = listing(1, 2, ETag='"one"', Last_Modified="Mon, 16 Mar 2026 11:00:00 GMT")
    server.answer("/2026-03-16", first, Answer(304))
    ask(daily)
    later = NOON + 10 * HOUR
    assert ask(daily, now=later) == Polled("daily", MONDAY, papers=2, known=2, unchanged=True)
    assert server.requests[1].headers["if-none-match"] == '"one"'
    row = Poll.objects.get()
    assert (row.polled_at, row.papers, row.etag) == (later, 2, '"one"')
    assert health(daily) == (0, False, later)


def test_the_validators_are_those_of_the_last_answer_that_was_stored(
    server: HTTPServer, daily: Source
) -> None:
    replies = listing(1, ETag='"one"'), Answer(headers=(("ETag", '"bad"'),), body=HTML)
    server.answer("/2026-03-16", *replies, listing(1), Answer(304))
    for _ in range(4):
        ask(daily)
    sent = [request.headers.get("if-none-match") for request in server.requests]
    assert sent == [None, '"one"', '"one"', None]


def test_a_dated_source_sends_each_day_its_own_validators(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", listing(1, ETag='"monday"'))
    server.answer("/2026-03-17", listing(2))
    ask(daily, MONDAY)
    ask(daily, MONDAY + ONE_DAY)
    assert "if-none-match" not in server.requests[1].headers


def test_a_feed_that_is_yesterdays_brings_nothing_today(server: HTTPServer, feed: Source) -> None:
    answer = lines("Owls", "Mice", ETag='"one"')
    server.answer("/feed", answer, Answer(304))
    ask(feed)
    tuesday = ask(feed, MONDAY + ONE_DAY, now=NOON + ONE_DAY)
    assert tuesday == Polled("feed", MONDAY + ONE_DAY, unchanged=True)
    assert server.requests[1].headers["if-none-match"] == '"one"'
    newest = Poll.objects.get(day=MONDAY + ONE_DAY)
    assert (newest.papers, newest.etag) == (0, '"one"')


def test_a_feed_sends_the_validators_of_its_newest_answer(server: HTTPServer, feed: Source) -> None:
    server.answer("/feed", lines("Owls", ETag='"one"'), lines("Mice", ETag='"two"'), Answer(304))
    for days in range(3):
        ask(feed, MONDAY + days * ONE_DAY, now=NOON + days * ONE_DAY)
    sent = [request.headers.get("if-none-match") for request in server.requests]
    assert sent == [None, '"one"', '"two"']


# The date of a feed


def test_a_feed_without_a_date_is_listed_under_the_day_of_asking(
    server: HTTPServer, feed: Source
) -> None:
    server.answer("/feed", lines("Owls"), lines("Mice", "Owls"))
    ask(feed)
    ask(feed, MONDAY + ONE_DAY, now=NOON + ONE_DAY)
    assert (titles(MONDAY), titles(MONDAY + ONE_DAY)) == (["Owls"], ["Mice", "Owls"])


def test_the_same_text_on_another_day_is_still_the_list_of_the_first(
    server: HTTPServer, feed: Source
) -> None:
    server.answer("/feed", lines("Owls"))
    ask(feed)
    assert ask(feed, MONDAY + ONE_DAY, now=NOON + ONE_DAY).date == MONDAY
    assert Digest.objects.get().date == MONDAY


@pytest.mark.parametrize(
    ("written", "date"),
    [("Fri, 13 Mar", "2026-03-13"), ("Tue, 17 Mar", "2026-03-17"), ("Sun, 22 Mar", "2026-03-16")],
)
def test_a_feeds_own_date_is_believed_unless_it_has_not_come(
    server: HTTPServer, feed: Source, written: str, date: str
) -> None:
    server.answer("/feed", channel(("Owls", "new"), published=f"{written} 2026 00:00:00 -0400"))
    assert str(ask(feed).date) == date


def test_when_a_feed_was_built_is_kept_if_that_can_be(server: HTTPServer, feed: Source) -> None:
    built = "Mon, 16 Mar 2026 04:00:00 +0000", "Sat, 16 Mar 2999 04:00:00 +0000"
    server.answer("/feed", *(channel(("Owls", "new"), built=time) for time in built))
    for _ in built:
        ask(feed)
    feed.refresh_from_db()
    assert feed.built_at == NOON - 8 * HOUR


@pytest.mark.parametrize(
    ("choice", "kept"),
    [({"takes_cross_lists": True}, ["Owls", "Bats"]), ({"takes_cross_lists": False}, ["Owls"])],
)
def test_cross_lists_are_taken_by_choice_and_replacements_never(
    server: HTTPServer, feed: Source, choice: dict[str, bool], kept: list[str]
) -> None:
    Source.objects.filter(pk=feed.pk).update(**choice)
    papers = ("Owls", "new"), ("Bats", "cross"), ("Mice", "replace")
    server.answer("/feed", channel(*papers, published="Mon, 16 Mar 2026 00:00:00 -0400"))
    assert ask(feed).papers == len(kept)
    assert titles(MONDAY) == kept


# What goes wrong

ERROR_ENTRY = Answer(
    body=b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
    <id>https://arxiv.org/</id><title>arXiv Search Results</title><entry>
    <id>https://arxiv.org/api/errors#incorrect_id_format_for_owl</id><title>Error</title>
    <summary>incorrect id format for owl</summary></entry></feed>"""
)
REFUSED = Answer(
    400, (("Content-Type", "application/json"),), b'{"error": "date is in the future"}'
)
BROKEN: dict[str, tuple[str, Reply, str]] = {
    "HTTP 400": ("hugging-face", REFUSED, "not fetched: 127.0.0.1 answers with HTTP 400"),
    "its words": ("hugging-face", REFUSED, "date is in the future"),
    "HTTP 503": ("hugging-face", Answer(503), "not fetched: 127.0.0.1 answers with HTTP 503"),
    "a lost connection": ("hugging-face", Act.DROP, "not fetched: the connection to 127.0.0.1"),
    "HTML": ("hugging-face", Answer(body=HTML), "not read: this is HTML"),
    "its own error": (
        "hugging-face",
        Answer(body=b'{"error": "busy"}'),
        "refused by the source: ",
    ),
    "arXiv's error": ("arxiv-feed", ERROR_ENTRY, "incorrect id format for owl"),
    "a title of signs": (
        "json-lines",
        lines("Owls", "!?"),
        "not read: line 2: the title '!?' has no letter",
    ),
    "an unknown kind": ("telegram", listing(1), "not stored, by a fault of ours: ValueError"),
}


@pytest.mark.parametrize(("kind", "reply", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_fails_is_no_empty_day_stores_nothing_and_is_noted(
    server: HTTPServer, daily: Source, kind: str, reply: Reply, reason: str
) -> None:
    daily.kind = kind
    daily.save()
    server.answer("/2026-03-16", reply)
    polled = ask(daily)
    assert reason in polled.error
    assert nothing_is_stored()
    assert health(daily) == (1, True, None)
    assert daily.last_error == f"2026-03-16 {polled.error}"[:500]
    assert daily.retry_at is not None
    assert 2.5 * MINUTE <= daily.retry_at - NOON <= 5 * MINUTE


def test_a_failure_after_a_good_answer_leaves_that_as_it_was(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", listing(1, ETag='"one"'), Answer(body=HTML))
    ask(daily)
    ask(daily, now=NOON + HOUR)
    row = Poll.objects.get()
    assert (row.polled_at, row.papers, row.etag) == (NOON, 1, '"one"')
    assert health(daily) == (1, True, NOON)
    assert titles(MONDAY) == ["Owls 1"]


def test_a_failure_in_the_last_step_takes_the_papers_back(
    server: HTTPServer, daily: Source
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE digests_poll ADD CONSTRAINT few CHECK (papers < 2) NOT VALID")
    server.answer("/2026-03-16", listing(1, 2, ETag='"one"'), listing(1))
    assert "not stored, by a fault of ours: IntegrityError" in ask(daily).error
    assert nothing_is_stored()
    assert ask(daily).new == 1


def test_failures_in_a_row_are_counted_and_forgotten(server: HTTPServer, daily: Source) -> None:
    server.answer("/2026-03-16", Answer(503), Answer(410), Answer(body=HTML), listing(1))
    counted = []
    for _ in range(4):
        ask(daily)
        counted.append(health(daily)[0])
    assert counted == [1, 2, 3, 0]
    assert daily.retry_at is None


def test_the_wait_that_a_source_asks_for_is_kept(server: HTTPServer, daily: Source) -> None:
    server.answer("/2026-03-16", Answer(429, (("Retry-After", "36000"),)))
    ask(daily)
    daily.refresh_from_db()
    assert daily.retry_at == NOON + 10 * HOUR


def test_what_is_noted_of_an_error_is_short_and_can_be_stored_and_shown(daily: Source) -> None:
    def refuse(_: str) -> AbstractContextManager[None]:
        raise FetchError("\0\x1b[31m\u202e" + "no\n" * 1_000)

    poll(daily, MONDAY, now=NOON, fetcher=Fetcher(POLICY, gate=refuse))
    daily.refresh_from_db()
    assert len(daily.last_error) == 500
    assert daily.last_error.isprintable()


# Several days


def test_a_broken_day_holds_up_no_other_and_is_not_forgotten_for_it(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", Answer(body=HTML))
    server.answer("/2026-03-17", listing(1))
    days = [MONDAY, MONDAY + ONE_DAY]
    first, second = each(daily, days, NOON + ONE_DAY)
    assert (bool(first.error), second.new) == (True, 1)
    assert health(daily) == (1, True, NOON + ONE_DAY)
    assert daily.retry_at is not None


def test_a_list_that_is_still_to_come_is_no_failure_and_looked_for_again(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", Answer(404), listing(7))
    (soon,) = each(daily, [MONDAY], NOON)
    assert (soon.error, soon.papers) == ("", 0)
    assert health(daily) == (0, False, None)
    (later,) = each(daily, [MONDAY], NOON + dt.timedelta(hours=4))
    assert later.papers == 1


def test_a_list_that_never_came_is_a_failure_the_day_after(
    server: HTTPServer, daily: Source
) -> None:
    server.answer("/2026-03-16", Answer(404))
    (late,) = each(daily, [MONDAY], NOON + ONE_DAY)
    assert "HTTP 404" in late.error


def test_days_that_fail_together_are_one_failure(server: HTTPServer, daily: Source) -> None:
    days = [MONDAY + n * ONE_DAY for n in range(4)]
    for day in days:
        server.answer(f"/{day}", Answer(404))
    assert len(each(daily, days, NOON + 4 * ONE_DAY)) == 4
    assert health(daily)[0] == 1


@pytest.mark.parametrize(
    ("reply", "asked"), [(Answer(503), 2), (Answer(429, (("Retry-After", "60"),)), 1)]
)
def test_a_source_that_is_down_is_not_asked_for_day_after_day(
    server: HTTPServer, daily: Source, reply: Answer, asked: int
) -> None:
    days = [MONDAY + n * ONE_DAY for n in range(4)]
    for day in days:
        server.answer(f"/{day}", reply)
    each(daily, days, NOON + 3 * ONE_DAY)
    assert len(server.requests) == asked


def test_what_an_operator_changes_meanwhile_is_kept(server: HTTPServer, daily: Source) -> None:
    server.answer("/2026-03-16", listing(1))
    held = Source.objects.get(slug="daily")
    Source.objects.filter(slug="daily").update(name="Renamed", is_active=False)
    poll(held, MONDAY, now=NOON, fetcher=FETCHER)
    daily.refresh_from_db()
    assert (daily.name, daily.is_active) == ("Renamed", False)


def test_what_is_due_costs_two_queries(
    daily: Source, feed: Source, django_assert_num_queries: Any
) -> None:
    Poll.objects.create(source=feed, day=MONDAY, polled_at=NOON)
    with django_assert_num_queries(2):
        assert due(Source.objects.polled(), NOON) == [(daily, [MONDAY])]
