import datetime as dt
import itertools
from functools import partial
from unittest.mock import Mock

import pytest
from beside import at_once
from django.db import IntegrityError
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from digests.ingest import once as module
from digests.ingest.once import Ingested, date_of_known, ingest
from digests.matching import stored
from digests.matching.snapshot import Found, Matched, Readable
from digests.models import (
    Digest,
    DigestPaper,
    Paper,
    PaperTopic,
    Sighting,
    Source,
    Topic,
    Wording,
)
from digests.sources import DigestError, ParsedDigest, ParsedPaper

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 16)
TUESDAY = dt.date(2026, 3, 17)
NOW = dt.datetime(2026, 3, 16, 6, tzinfo=dt.UTC)
numbers = itertools.count()


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="pages", name="Pages")


def page(*titles: str, abstract: str = "We study it.") -> ParsedDigest:
    return ParsedDigest(tuple(ParsedPaper(title, abstract) for title in titles), date=None)


def store(source: Source, *titles: str, date: dt.date = MONDAY, abstract: str = "It.") -> Ingested:
    """Store a page of these papers, each time a text not read before."""
    return keep(page(*titles, abstract=abstract), source, date=date)


def keep(
    digest: ParsedDigest, source: Source, *, date: dt.date = MONDAY, fingerprint: str = ""
) -> Ingested:
    fingerprint = fingerprint or str(next(numbers))
    return ingest(digest, source=source, date=date, fingerprint=fingerprint, now=NOW)


def places(date: dt.date = MONDAY) -> list[tuple[int, str]]:
    rows = DigestPaper.objects.filter(digest__date=date)
    return [*rows.order_by("place").values_list("place", "paper__title")]


def found_beforehand(paper: ParsedPaper, **topics: str) -> Found:
    """Return what a process would have found that read the paper ahead of us."""
    numbers = {topic.key: topic.pk for topic in Topic.objects.filter(key__in=topics)}
    because = {numbers[key]: (words,) for key, words in topics.items()}
    read = Readable.of(paper)
    return Found(stored.stamp(), {read: Matched(read.text().line, because)})


def topics_of(title: str) -> dict[str, list[str]]:
    rows = PaperTopic.objects.filter(paper__title=title)
    return dict(rows.values_list("topic__key", "because"))


# Once


def test_a_digest_stores_its_papers_in_their_places(source: Source) -> None:
    assert store(source, "Owls", "Mice") == Ingested("pages", MONDAY, papers=2, new=2, known=0)
    assert places() == [(1, "Owls"), (2, "Mice")]


def test_a_digest_ingested_twice_adds_nothing(source: Source) -> None:
    store(source, "Owls", "Mice")
    assert store(source, "Owls", "Mice") == Ingested("pages", MONDAY, papers=2, new=0, known=2)
    assert (Paper.objects.count(), Digest.objects.count(), DigestPaper.objects.count()) == (2, 1, 2)


def test_a_paper_in_two_digests_is_stored_once_and_placed_twice(source: Source) -> None:
    store(source, "Owls", "Mice")
    other = Source.objects.create(slug="other", name="Other")
    assert store(other, "Bats", "Owls", date=TUESDAY).known == 1
    assert Paper.objects.count() == 3
    assert Paper.objects.get(title="Owls").digests.count() == 2


def test_a_list_that_has_grown_is_in_its_new_order(source: Source) -> None:
    store(source, "Owls", "Mice")
    assert store(source, "Bats", "Mice", "Owls", "Moths").new == 2
    assert places() == [(1, "Bats"), (2, "Mice"), (3, "Owls"), (4, "Moths")]


def test_a_page_may_shrink_and_keeps_its_papers(source: Source) -> None:
    store(source, "Owls", "Mice", "Bats")
    store(source, "Owls", "Mice")
    assert places() == [(1, "Owls"), (2, "Mice"), (3, "Bats")]


@pytest.mark.parametrize(
    ("title", "variant"),
    [
        ("LLM$\\times$MapReduce", "LLMtimesMapReduce"),
        ("φ-Decoding", "$\\phi$-Decoding"),
        ('Ma$^2$mba: Na\\"{\\i}ve Owls', "Ma2mba: naïve   owls"),
        ("State-Space Owls", "state space OWLS."),
    ],
)
def test_a_title_in_another_spelling_is_the_same_paper(
    source: Source, title: str, variant: str
) -> None:
    store(source, title)
    assert store(source, variant, date=TUESDAY).known == 1
    assert Paper.objects.get().title == " ".join(variant.split())


def test_titles_that_differ_in_a_number_are_different_papers(source: Source) -> None:
    titles = ("RedOne", "RedOne 2.0", "RedOne 20", "C Owls", "C++ Owls")
    assert store(source, *titles).new == len(titles)


def test_a_paper_twice_on_one_page_keeps_its_first_place_and_spelling(source: Source) -> None:
    assert store(source, "Owls", "Mice", "OWLS").papers == 2
    assert places() == [(1, "Owls"), (2, "Mice")]


def test_a_text_that_was_read_before_changes_nothing_however_much_was_learnt_since(
    source: Source,
) -> None:
    keep(page("Owls", "Mice", abstract="Old words."), source, fingerprint="old")
    keep(page("Mice", "OWLS", abstract="New words."), source, fingerprint="new")
    again = keep(page("Owls", "Mice", abstract="Old words."), source, fingerprint="old")
    assert again == Ingested("pages", MONDAY, papers=2, new=0, known=2)
    assert places() == [(1, "Mice"), (2, "OWLS")]
    assert {paper.abstract for paper in Paper.objects.all()} == {"New words."}


# Votes


def voted(source: Source, upvotes: int | None, now: dt.datetime) -> None:
    """Store a list in which Owls have these votes, as it was at a moment."""
    digest = ParsedDigest((ParsedPaper("Owls", upvotes=upvotes),))
    ingest(digest, source=source, date=MONDAY, fingerprint=f"{next(numbers)}", now=now)


def test_votes_are_sighted_when_they_have_changed(source: Source) -> None:
    hours = [NOW + dt.timedelta(hours=number) for number in range(5)]
    for now, upvotes in zip(hours, (None, 0, 0, 7, None), strict=True):
        voted(source, upvotes, now)
    sighted = Sighting.objects.order_by("seen_at").values_list("seen_at", "upvotes")
    assert [*sighted] == [(hours[1], 0), (hours[3], 7)]
    listing = DigestPaper.objects.get()
    assert (listing.upvotes, listing.listed_at) == (7, hours[0])


def test_of_two_counts_at_one_moment_the_later_stays(source: Source) -> None:
    voted(source, 3, NOW)
    voted(source, 5, NOW)
    assert Sighting.objects.get().upvotes == DigestPaper.objects.get().upvotes == 5


# Dates


def test_the_day_of_its_first_listing_only_falls(source: Source) -> None:
    store(source, "Owls", date=TUESDAY)
    store(source, "Owls", date=MONDAY)
    store(source, "Owls", date=TUESDAY + dt.timedelta(days=1))
    assert Paper.objects.get().first_listed_on == MONDAY


def test_an_earlier_listing_of_one_paper_leaves_the_others_dates_alone(source: Source) -> None:
    store(source, "Owls", "Mice", date=TUESDAY)
    store(source, "Owls", date=MONDAY)
    assert Paper.objects.get(title="Mice").first_listed_on == TUESDAY


def test_a_file_is_known_again_by_every_fingerprint_its_digest_has_had(source: Source) -> None:
    for fingerprint in ("first", "second", "first"):
        keep(page("Owls"), source, fingerprint=fingerprint)
    assert Digest.objects.get().fingerprints == ["first", "second"]
    assert date_of_known(source, "second") == MONDAY
    assert date_of_known(source, "third") is None


# Topics


@pytest.mark.usefixtures("two_topics")
def test_a_new_paper_is_matched_and_the_words_are_kept(source: Source) -> None:
    store(source, "Talking Arms", abstract="A language model steers a robot arm.")
    assert topics_of("Talking Arms") == {
        "everything": [],
        "llm": ["language model"],
        "robotics": ["robot arm"],
    }


def test_a_paper_about_nothing_in_the_catalogue_still_belongs_to_everything(source: Source) -> None:
    store(source, "Owls")
    assert topics_of("Owls") == {"everything": []}


@pytest.mark.usefixtures("two_topics")
def test_a_paper_whose_words_have_changed_is_matched_anew(source: Source) -> None:
    store(source, "Owls", abstract="A robot arm hunts.")
    store(source, "Owls", abstract="A language model hunts.", date=TUESDAY)
    assert Paper.objects.get().abstract == "A language model hunts."
    assert topics_of("Owls") == {"everything": [], "llm": ["language model"]}


def test_what_was_found_beforehand_is_not_looked_for_again(source: Source) -> None:
    digest = page("Owls", "Mice", abstract="They hunt.")
    found = found_beforehand(digest.papers[0], robotics="beak")
    ingest(digest, source=source, date=MONDAY, fingerprint="", now=NOW, found=found)
    assert topics_of("Owls") == {"everything": [], "robotics": ["beak"]}
    assert topics_of("Mice") == {"everything": []}
    assert Wording.objects.get(paper__title="Owls").line == "owl | they hunt | |"


def test_what_was_found_before_a_topic_changed_is_looked_for_again(source: Source) -> None:
    digest = page("Owls", abstract="They hunt.")
    found = found_beforehand(digest.papers[0], robotics="beak")
    Topic.objects.filter(key="llm").update(version=F("version") + 1)
    ingest(digest, source=source, date=MONDAY, fingerprint="", now=NOW, found=found)
    assert topics_of("Owls") == {"everything": []}


# Whole or not at all


@pytest.mark.parametrize("title", ["!?", "{}", "\u202e", "\x00\x07", " "])
def test_a_title_that_identifies_nothing_refuses_the_digest(source: Source, title: str) -> None:
    listed = (ParsedPaper("Owls", "They hunt.", 1), ParsedPaper(title, "They hide.", 3))
    with pytest.raises(DigestError, match=r"^line 3: (the title .* has no letter or|a title is e)"):
        keep(ParsedDigest(listed), source)
    assert not Paper.objects.exists()


@pytest.mark.parametrize("step", ["store", "list_papers"])
def test_a_failure_in_the_middle_stores_nothing(
    source: Source, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store(source, "Owls", date=TUESDAY)
    monkeypatch.setattr(module, step, Mock(side_effect=IntegrityError))
    with pytest.raises(IntegrityError):
        store(source, "Owls", "Mice", date=MONDAY)
    assert Paper.objects.get().first_listed_on == TUESDAY
    assert Digest.objects.get().date == TUESDAY


def test_what_cannot_be_stored_or_turns_a_line_around_never_reaches_the_database(
    source: Source,
) -> None:
    store(source, "Owls\x00 \u202eHunt\ud800\n by\x07 Ear", abstract="a<b\x00 \u2066<think>")
    paper = Paper.objects.get()
    assert paper.title == "Owls Hunt by Ear"
    assert paper.abstract == "a<b <think>"


@pytest.mark.usefixtures("two_topics")
@pytest.mark.parametrize("papers", [20, 60])
def test_the_number_of_queries_does_not_grow_with_the_papers(
    source: Source, django_assert_num_queries: DjangoAssertNumQueries, papers: int
) -> None:
    titles = [f"Language model number {number}" for number in range(papers)]
    store(source, *titles[: papers // 2], date=TUESDAY)
    with django_assert_num_queries(16):
        store(source, *titles)
    assert PaperTopic.objects.filter(topic__key="llm").count() == papers


@pytest.mark.django_db(transaction=True)
def test_two_ingests_at_once_store_each_paper_once() -> None:
    sources = [Source.objects.create(slug=slug, name=slug) for slug in ("one", "two")]

    def work(source: Source) -> None:
        for number in range(10):
            store(source, *(f"Owls, part {part}" for part in range(number, number + 5)))

    assert at_once(*(partial(work, source) for source in sources)) == []
    assert Paper.objects.count() == 14
    assert PaperTopic.objects.filter(topic__key="everything").count() == 14
    assert DigestPaper.objects.count() == 28
