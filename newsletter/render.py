"""An edition -> the mail of one reader.

An edition of one date is printed once; what differs between its readers is three links, which are
put in last. All loading happens before the templates run: they make no query.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from config.mime import to_bytes
from digests.models import Paper, PaperTopic, Topic
from newsletter import headlines
from newsletter.models import Delivery, Edition
from newsletter.shorten import shorten
from subscribers import tokens
from subscribers.mail import Words, build, link, write

# Gmail cuts a mail at about 102 kB; the margin is for what servers add on the way.
LARGEST_MAIL = 90_000
LARGEST_HEADERS = 1_500  # of them; a reader's are put on later
# Characters of each abstract and of each title: the first that fit are taken. The last always do,
# thirty titles in signs that take twelve bytes each included.
LENGTHS = ((900, 300), (600, 300), (400, 300), (250, 300), (120, 300), (0, 300), (0, 120), (0, 24))
MOST_REASONS, MOST_AUTHORS, MOST_WORDS = 4, 3, 3
# Stand in for a reader's tokens and are as long as those, so that sizes can be measured. Nobody can
# guess them: a paper that says one would have a reader's token put into an address of its own.
UNSUBSCRIBE, PREFERENCES = tokens.new(), tokens.new()

Kind = Topic.Kind
# The most particular reason comes first.
PARTICULAR = (Kind.AUTHOR, Kind.WORDS, Kind.CATALOGUE, Kind.CATEGORY, Kind.EVERYTHING)


@dataclass(frozen=True, slots=True)
class Reason:
    """A topic of the reader's that chose a paper, and the words that spoke for it.

    Her own words speak for themselves.
    """

    name: str
    words: tuple[str, ...] = ()
    kind: str = Kind.CATALOGUE

    @property
    def topic(self) -> str:
        """What the reader calls it."""
        return f"by {self.name}" if self.kind == Kind.AUTHOR else self.name

    def __str__(self) -> str:
        return f"{self.topic}: {', '.join(self.words)}" if self.words else self.topic


@dataclass(frozen=True, slots=True)
class Story:
    """A paper as a mail shows it."""

    title: str
    authors: str
    abstract: str
    link: str
    reasons: tuple[Reason, ...]
    numbers: tuple[int, ...] = ()  # under which it was sent before its rows turned out to be one


class NothingLeftError(Exception):
    """Since it was composed, an edition has come to hold nothing for its reader."""


class Press:
    """Prints editions, and keeps the last one: deliveries come sorted by edition."""

    def __init__(self) -> None:
        self._printed: tuple[tuple[int, dt.date], list[Story], Words] | None = None

    def mail(self, delivery: Delivery) -> EmailMultiAlternatives:
        """Return the mail of a delivery whose subscriber is loaded.

        Raises:
            NothingLeftError: where there is nothing to say any more.

        """
        if delivery.edition_id is None or delivery.subscriber is None:
            raise ValueError(f"{delivery} has nothing to send, or nobody to send it to")
        reader = delivery.subscriber
        words = self._words(delivery, delivery.edition_id)
        words = _personal(words, reader.unsubscribe_token, reader.preferences_token)
        message = build(words, reader.email, headers(delivery, reader.unsubscribe_token))
        message.metadata = {"delivery": str(delivery.pk)}  # type: ignore[attr-defined] # Anymail's
        message.tags = ["edition"]  # type: ignore[attr-defined] # Anymail's
        return message

    def _words(self, delivery: Delivery, edition: int) -> Words:
        """Return what all readers of an edition read, but for who has seen some of it."""
        key = (edition, delivery.date)
        if self._printed is None or self._printed[0] != key:
            told = stories(Edition.objects.get(pk=edition))
            self._printed = key, told, fit(told, delivery.date)
        _, told, words = self._printed
        new = _new_to(delivery, told)
        return words if len(new) == len(told) else fit(new, delivery.date)


def stories(edition: Edition) -> list[Story]:
    """Load an edition's papers in their order, in four queries.

    Two of them may have turned out to be one since it was composed: it comes once. One may have
    lost the words that chose it: it stays away.
    """
    by_number = Paper.objects.by_number(edition.paper_ids)
    papers = {by_number[number].pk: by_number[number] for number in edition.paper_ids}
    numbers = Paper.objects.numbers_of(papers.values())
    topics = Topic.objects.in_bulk(edition.topic_ids)
    reasons: dict[int, list[Reason]] = {pk: [] for pk in papers}
    chosen = PaperTopic.objects.filter(paper__in=[*papers], topic__in=edition.topic_ids)
    for row in sorted(chosen, key=lambda row: _rank(topics[row.topic_id])):
        said = reasons[row.paper_id]
        said.append(_reason(topics[row.topic_id], row.because, said))
    return [
        _story(paper, reasons[pk], numbers.get(pk, ()))
        for pk, paper in papers.items()
        if reasons[pk]
    ]


def _new_to(delivery: Delivery, told: list[Story]) -> list[Story]:
    """Leave out what her earlier mails hold under another number: the rows became one later.

    No query where no paper of the edition has more than one number, which is as good as always.
    """
    numbers = [number for story in told for number in story.numbers]
    if not numbers:
        return told
    earlier = Delivery.objects.filter(
        subscriber=delivery.subscriber_id, state__in=Delivery.SEEN, date__lt=delivery.date
    )
    editions = earlier.filter(edition__paper_ids__overlap=numbers)
    seen = {
        number for ids in editions.values_list("edition__paper_ids", flat=True) for number in ids
    }
    return [story for story in told if seen.isdisjoint(story.numbers)]


def _rank(topic: Topic) -> tuple[int, int, str]:
    return PARTICULAR.index(Kind(topic.kind)), topic.place, topic.key


def _reason(topic: Topic, because: list[str], said: list[Reason]) -> Reason:
    """Return a reason, which need not name again what her own words have `said` before it."""
    known = {reason.name.casefold() for reason in said}
    new = [word for word in because if word.casefold() not in known]
    words = () if topic.kind in Topic.OWN else tuple(new[:MOST_WORDS])
    return Reason(topic.name, words, topic.kind)


def _story(paper: Paper, reasons: list[Reason], numbers: tuple[int, ...]) -> Story:
    better = [reason for reason in reasons if reason.kind != Kind.EVERYTHING]
    return Story(
        title=paper.shown_title,
        authors=_authors(paper.shown_authors),
        abstract=paper.shown_abstract,
        link=paper.link,
        # "Everything" is a reason only where there is no better one.
        reasons=tuple(better or reasons)[:MOST_REASONS],
        numbers=numbers,
    )


def _authors(names: list[str]) -> str:
    more = len(names) - MOST_AUTHORS
    shown = ", ".join(names[:MOST_AUTHORS])
    return f"{shown} and {more} more" if more > 0 else shown


def fit(papers: list[Story], date: dt.date) -> Words:
    """Print a list of papers with abstracts as long as the mail's size allows.

    Raises:
        NothingLeftError: where the list is empty.

    """
    if not papers:
        raise NothingLeftError
    for words in _attempts(papers, date):
        mail = to_bytes(build(words, settings.DEFAULT_FROM_EMAIL, {}))
        if len(mail) < LARGEST_MAIL - LARGEST_HEADERS:
            return words
    raise ValueError(f"{len(papers)} papers do not fit into {LARGEST_MAIL} bytes")


def _attempts(papers: list[Story], date: dt.date) -> Iterator[Words]:
    subject = headlines.subject(date, [paper.title for paper in papers])
    summary = headlines.summary(len(papers), _topics(papers), _followed_authors(papers))
    for abstract, title in LENGTHS:
        short = [_shortened(paper, abstract, title) for paper in papers]
        context = {
            "papers": short,
            "subject": subject,
            "summary": summary,
            "minutes": headlines.reading_minutes([paper.abstract for paper in short]),
            "date": date,
            "unsubscribe_url": link("unsubscribe", UNSUBSCRIBE),
            "preferences_url": link("preferences", PREFERENCES),
        }
        yield write("edition", context)


def _shortened(paper: Story, abstract: int, title: int) -> Story:
    return replace(
        paper, abstract=shorten(paper.abstract, abstract), title=shorten(paper.title, title)
    )


def _topics(papers: list[Story]) -> list[str]:
    """Return what an edition is about, most of it first; "Everything" is whatever is left."""
    named = _names(papers, {*Kind} - {Kind.AUTHOR, Kind.EVERYTHING})
    is_all = not named and not _followed_authors(papers)
    rest = [] if is_all or not _names(papers, {Kind.EVERYTHING}) else ["everything else"]
    return named + rest


def _followed_authors(papers: list[Story]) -> list[str]:
    return _names(papers, {Kind.AUTHOR})


def _names(papers: list[Story], kinds: Collection[str]) -> list[str]:
    """Return the names of the reasons of some kinds, the most frequent first."""
    reasons = [reason for paper in papers for reason in paper.reasons]
    counted = Counter(reason.name for reason in reasons if reason.kind in kinds)
    return [name for name, _ in counted.most_common()]


def _personal(words: Words, unsubscribe: str, preferences: str) -> Words:
    def put_in(text: str) -> str:
        return text.replace(UNSUBSCRIBE, unsubscribe).replace(PREFERENCES, preferences)

    return replace(words, text=put_in(words.text), html=put_in(words.html))


def headers(delivery: Delivery, unsubscribe_token: str) -> dict[str, str]:
    """Return the headers by which mail programs know a list they can leave with one click.

    List-Id is RFC 2919, List-Unsubscribe RFC 2369, List-Unsubscribe-Post RFC 8058. Message-ID is
    the same however often the mail is built; Feedback-ID names no reader.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    site = urlsplit(settings.SITE_URL).hostname
    return {
        "Message-ID": f"<d.{delivery.date:%Y%m%d}.{delivery.pk}@{domain}>",
        "List-Id": formataddr((settings.SITE_NAME, f"editions.{site}")),
        "List-Unsubscribe": f"<{link('unsubscribe', unsubscribe_token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"{delivery.date:%Y%m%d}:edition:paperboy",
        "Precedence": "bulk",
    }
