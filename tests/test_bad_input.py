"""Damaged digests: whatever happened to one, it is read or refused, and stored whole or not."""

import datetime as dt
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random

import factories as make
import pytest
from fuzz.dictionaries import dictionary
from fuzz.targets import LONGEST_REASON, TARGETS, TODAY, parsed_or_refused
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mutations import SPECIALS, damage, seeds

from digests.identity.rules import names_of_all
from digests.ingest.once import Ingested, ingest
from digests.ingest.records import storable
from digests.models import Alias, Digest, DigestPaper, Paper, Source
from digests.sources import DigestError, Kind, ParsedDigest, ParsedPaper, detect
from digests.sources.parsed import quoted

NOW = dt.datetime(2026, 11, 21, 6, tzinfo=dt.UTC)
MOST_ACCIDENTS = 5
BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
ANY_KIND = [*Kind, None]

Slate = Callable[[], AbstractContextManager[None]]

quickly = settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no bug
)


def damaged(kind: Kind) -> st.SearchStrategy[bytes]:
    """Return digests of a kind that met with up to five accidents."""
    own, every = seeds(kind), seeds()

    def meet(seed: bytes, chance: int, times: int) -> bytes:
        return damage(seed, Random(chance), every, times)  # noqa: S311 - chances of a test

    numbers = st.integers(0, 2**32)
    return st.builds(meet, st.sampled_from(own), numbers, st.integers(0, MOST_ACCIDENTS))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sample_that_is_read_as_what_it_is(kind: Kind) -> None:
    read = [parsed_or_refused(seed, None) for seed in seeds(kind) if detect(seed) == kind]
    assert any(isinstance(parsed, ParsedDigest) and parsed.papers for parsed in read)


@pytest.mark.parametrize("kind", Kind)
def test_a_damaged_digest_is_read_or_refused_by_every_parser(kind: Kind) -> None:
    @quickly
    @given(damaged(kind))
    @example(b"")
    def check(data: bytes) -> None:
        for forced in ANY_KIND:
            parsed_or_refused(data, forced)

    check()


@pytest.mark.parametrize("kind", ANY_KIND)
@pytest.mark.parametrize("around", [b"%b", b"%b\n%b", b'{"title": "%b"}', b"<rss>%b</rss>"])
def test_what_no_digest_should_hold_is_read_or_refused_alone_and_repeated(
    kind: Kind | None, around: bytes
) -> None:
    for special in SPECIALS:
        for data in (special, special * 50):
            parsed_or_refused(around.replace(b"%b", data), kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_damaged_digest_is_stored_whole_or_not_at_all(kind: Kind, clean_slate: Slate) -> None:
    @settings(quickly, max_examples=30)
    @given(damaged(kind))
    def check(data: bytes) -> None:
        parsed = parsed_or_refused(data, kind)
        with clean_slate():
            if isinstance(parsed, ParsedDigest):
                store_and_check(parsed)

    check()


TEXTS = st.one_of(
    st.sampled_from([special.decode(errors="surrogateescape") for special in SPECIALS]),
    st.text(st.characters(), max_size=30),
    st.sampled_from(["Owls", "2606.00001", "10.1000/owl.3", "https://owls.example/3"]),
)
DATES = st.none() | st.dates()
PAPERS = st.builds(
    ParsedPaper,
    title=TEXTS,
    abstract=TEXTS,
    line=st.none() | st.integers(1, 2**40),
    authors=st.lists(TEXTS, max_size=3).map(tuple),
    arxiv_id=TEXTS,
    doi=TEXTS,
    own_id=TEXTS,
    url=TEXTS,
    code_url=TEXTS,
    upvotes=st.none() | st.integers(-1, 2**70),
    published_on=DATES,
    categories=st.lists(TEXTS, max_size=3).map(tuple),
    is_cross_list=st.booleans(),
)


def test_whatever_a_parser_might_say_is_stored_whole_or_not_at_all(clean_slate: Slate) -> None:
    @quickly
    @given(st.lists(PAPERS, max_size=4).map(tuple))
    def check(papers: tuple[ParsedPaper, ...]) -> None:
        with clean_slate():
            store_and_check(ParsedDigest(papers))

    check()


def store_and_check(parsed: ParsedDigest) -> None:
    source = make.source()
    stored = stored_or_refused(parsed, source)
    if stored is None:
        assert not Paper.objects.exists()
        assert not Digest.objects.exists()
        return
    assert (stored.papers, stored.known) == (stored.new, 0)
    assert DigestPaper.objects.count() == stored.papers
    assert Paper.objects.standing().count() == stored.papers
    check_names(parsed, source)
    check_texts()


def stored_or_refused(parsed: ParsedDigest, source: Source) -> Ingested | None:
    try:
        return ingest(parsed, source=source, date=TODAY, fingerprint="f", now=NOW)
    except DigestError:
        return None


def check_names(parsed: ParsedDigest, source: Source) -> None:
    """See that every paper parsed can be found again, by one of its names, in the digest."""
    listed = {*DigestPaper.objects.values_list("paper", flat=True)}
    bearers: dict[tuple[str, str], set[int]] = {}
    for kind, value, paper in Alias.objects.values_list("kind", "value", "paper"):
        bearers.setdefault((kind, value), set()).add(paper)
    for names in names_of_all(storable(parsed.papers), scope=str(source.pk)):
        assert any(bearers.get((name.kind, name.value), set()) & listed for name in names)


def check_texts() -> None:
    for title, abstract, authors, categories, url, code_url in Paper.objects.values_list(
        "title", "abstract", "authors", "categories", "url", "code_url"
    ):
        for text in (title, abstract, *authors, *categories, url, code_url):
            spoilt = [char for char in text if char in BIDI or unicodedata.category(char) == "Cs"]
            assert not spoilt, text
            assert "\0" not in text
    for value in Alias.objects.values_list("value", flat=True):
        assert not BIDI & {*value}


@pytest.mark.parametrize("target", TARGETS)
def test_every_fuzzed_target_has_words_of_its_own(target: str) -> None:
    words = dictionary(target).splitlines()
    assert len(words) > 10
    assert all(word.startswith('"') and word.endswith('"') and len(word) > 2 for word in words)


@given(st.text(st.characters()) | st.sampled_from(["\\" * 300, "\U000e0001" * 99]))
def test_a_message_quotes_its_source_in_one_short_line(text: str) -> None:
    said = quoted(text)
    assert said.isprintable()
    assert 2 <= len(said) <= 105 < LONGEST_REASON
