"""One paper under many names is one row, in whichever order its digests come."""

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import factories as make
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from digests.identity.register import FIELDS
from digests.ingest.once import ingest
from digests.models import Alias, DigestPaper, Paper, PaperTopic, Sighting, Source
from digests.sources.parsed import ParsedDigest, ParsedPaper

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 16)
NOW = dt.datetime(2026, 3, 16, 6, tzinfo=dt.UTC)
ABSTRACT = (
    "Barn owls locate their prey in complete darkness. We record seventeen animals while small "
    "loudspeakers move behind curtains, and measure how quickly each turns towards the sound."
)
OTHER = (
    "Forecasts of convective rainfall depend on microphysical parameters that nobody can observe. "
    "Ensembles of simulations calibrate them against radar reflectivity over tropical oceans."
)
fingerprints = map(str, itertools.count())


@pytest.fixture
def source(db: None) -> Source:
    return make.source()


def hear(
    source: Source, *papers: ParsedPaper, day: int = 0, is_faithful: bool = True
) -> list[Paper]:
    """Ingest a digest of these papers and return what is stored by now."""
    digest = ParsedDigest(papers, is_faithful=is_faithful)
    date = MONDAY + dt.timedelta(days=day)
    ingest(digest, source=source, date=date, fingerprint=next(fingerprints), now=NOW)
    return [*Paper.objects.standing().order_by("pk")]


def names(paper: Paper) -> set[str]:
    return {str(alias) for alias in paper.aliases.all()}


# One paper from everywhere

TITLE = "LLM$\\times$MapReduce: Simplified Long-Sequence Processing"
EVERYWHERE: list[tuple[ParsedPaper, int, bool]] = [
    (ParsedPaper(TITLE, ABSTRACT, arxiv_id="2410.09342", upvotes=7, authors=("A. Zhou",)), 1, True),
    (ParsedPaper(TITLE, ABSTRACT, arxiv_id="2410.09342v2", authors=("Ada Zhou",)), 2, True),
    (ParsedPaper(TITLE, ABSTRACT, doi="10.1109/x.7", url="https://example.org/7"), 3, True),
    (ParsedPaper("LLMtimesMapReduce: Simplified Long-Sequence Processing", ABSTRACT), 4, False),
]


@pytest.mark.parametrize("order", [*itertools.permutations(range(len(EVERYWHERE)))])
def test_a_paper_from_everywhere_is_one_row_whoever_comes_first(
    source: Source, order: Sequence[int]
) -> None:
    for number in order:
        paper, day, is_faithful = EVERYWHERE[number]
        stored = hear(source, paper, day=day, is_faithful=is_faithful)
    assert [paper.title for paper in stored] == [TITLE]
    assert stored[0].authors == ["Ada Zhou"]
    assert stored[0].url == "https://arxiv.org/abs/2410.09342"
    assert stored[0].first_listed_on == MONDAY + dt.timedelta(days=1)
    assert names(stored[0]) == {
        "arxiv:2410.09342",
        "doi:10.1109/x.7",
        "url:example.org/7",
        "title:llmtimesmapreducesimplifiedlongsequenceprocessing",
    }
    assert DigestPaper.objects.filter(paper=stored[0]).count() == 4


# Late merges


def test_two_rows_that_turn_out_to_be_one_keep_every_name_and_every_number(source: Source) -> None:
    by_title, by_id = hear(
        source, ParsedPaper("Owls", ABSTRACT), ParsedPaper("0", "", arxiv_id="2104.12255")
    )
    stored = hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255", upvotes=3), day=1)
    assert stored == [by_title]
    assert names(by_title) == {"arxiv:2104.12255", "title:0", "title:owls"}
    assert Paper.objects.by_number([by_title.pk, by_id.pk]) == dict.fromkeys(
        [by_title.pk, by_id.pk], by_title
    )


def test_a_row_merged_twice_stands_for_the_last(source: Source) -> None:
    numbers = [
        paper.pk
        for paper in hear(
            source,
            ParsedPaper("Owls", ABSTRACT),
            ParsedPaper("Owls at Night", ABSTRACT, doi="10.1109/x.7"),
            ParsedPaper("Owls by Ear", ABSTRACT, arxiv_id="2104.12255"),
        )
    ]
    hear(source, ParsedPaper("Owls by Ear", ABSTRACT, doi="10.1109/x.7"))
    stored = hear(source, ParsedPaper("Owls", ABSTRACT, doi="10.1109/x.7"))
    assert [paper.pk for paper in stored] == numbers[:1]
    assert {paper.pk for paper in Paper.objects.by_number(numbers).values()} == {numbers[0]}
    assert Alias.objects.exclude(paper=stored[0]).count() == 0


def test_a_merged_paper_stands_once_in_a_digest_and_keeps_its_earliest_day(source: Source) -> None:
    hear(source, ParsedPaper("0", "", arxiv_id="2104.12255", upvotes=2), day=0)
    hear(source, ParsedPaper("Owls", ABSTRACT, upvotes=5), day=3)
    hear(source, ParsedPaper("0", "", arxiv_id="2104.12255"), day=3)
    (paper,) = hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255"), day=4)
    assert paper.first_listed_on == MONDAY
    assert [row.digest.date.day for row in paper.digestpaper_set.order_by("digest__date")] == [
        16,
        19,
        20,
    ]


def test_two_records_of_one_digest_that_a_third_shows_to_be_one_are_stored_once(
    source: Source,
) -> None:
    (paper,) = hear(
        source,
        ParsedPaper("Owls", ABSTRACT, upvotes=1),
        ParsedPaper("0", "", arxiv_id="2104.12255"),
        ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255"),
    )
    assert DigestPaper.objects.get().place == 1
    assert Sighting.objects.get().upvotes == 1
    assert PaperTopic.objects.filter(paper=paper, topic__key="everything").count() == 1


def test_a_record_may_lead_to_two_rows_of_one_title_by_its_id_and_by_its_words(
    source: Source,
) -> None:
    first, _ = hear(
        source,
        ParsedPaper("Owls", ABSTRACT, doi="10.1109/x", authors=("Ada Zhou",)),
        ParsedPaper("Owls", arxiv_id="2104.12255", authors=("Emmy Noether",)),
    )
    both = ("Ada Zhou", "Emmy Noether")
    stored = hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255", authors=both))
    assert stored == [first]


def test_rows_that_one_digest_lists_leave_the_better_place_and_the_votes_of_the_better(
    source: Source,
) -> None:
    hear(source, ParsedPaper("Owls", ABSTRACT), day=-1)
    by_id = ParsedPaper("0", "", arxiv_id="2104.12255", upvotes=7)
    hear(source, by_id, ParsedPaper("Owls", ABSTRACT), day=0)
    hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255"), day=1)
    listing = DigestPaper.objects.get(digest__date=MONDAY)
    assert (listing.place, listing.upvotes) == (1, 7)
    assert [sighting.upvotes for sighting in listing.sightings.all()] == [7]


def test_the_link_is_that_of_the_same_doi_whichever_came_first(
    source: Source, clean_slate: Callable[[], Any]
) -> None:
    for first, second in itertools.permutations(("10.1109/x", "10.1109/y")):
        with clean_slate():
            hear(source, ParsedPaper("Owls", ABSTRACT, doi=first))
            (paper,) = hear(source, ParsedPaper("Owls", ABSTRACT, doi=second))
            assert paper.url == "https://doi.org/10.1109/x"


# What must stay apart


def test_two_papers_of_one_title_are_told_apart_within_a_digest_as_between_two(
    source: Source,
) -> None:
    papers = ParsedPaper("Editorial", ABSTRACT), ParsedPaper("Editorial", OTHER)
    assert len(hear(source, *papers)) == 2
    assert len(hear(source, *papers)) == 2


def test_a_record_joins_the_one_of_two_that_its_words_speak_for(source: Source) -> None:
    _, second = hear(
        source,
        ParsedPaper("Editorial", ABSTRACT, arxiv_id="2410.09342"),
        ParsedPaper("Editorial", OTHER, arxiv_id="2410.09343"),
        ParsedPaper("Editorial", OTHER, doi="10.1109/x"),
    )
    assert names(second) == {"arxiv:2410.09343", "doi:10.1109/x", "title:editorial"}


def test_papers_that_all_link_to_the_journals_home_stay_apart_day_by_day(source: Source) -> None:
    hear(source, ParsedPaper("Owls", url="https://journal.example.org/"), day=0)
    assert len(hear(source, ParsedPaper("Rain", url="https://journal.example.org/"), day=1)) == 2


def test_a_page_that_links_to_a_paper_does_not_rename_it(source: Source) -> None:
    review = ParsedPaper("What I Read This Week", OTHER, url="https://arxiv.org/abs/2104.12255")
    hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2104.12255"), day=0)
    (paper,) = hear(source, review, day=1)
    assert (paper.title, paper.abstract) == ("Owls", ABSTRACT)


def test_a_title_alone_does_not_join_what_speaks_against_it(source: Source) -> None:
    stored = hear(
        source,
        ParsedPaper("Editorial", ABSTRACT, arxiv_id="2410.09342"),
        ParsedPaper("Editorial", OTHER, arxiv_id="2410.09343"),
        ParsedPaper("Editorial", OTHER),
    )
    assert [paper.abstract for paper in stored] == [ABSTRACT, OTHER]
    assert stored[1].digestpaper_set.count() == 1


def test_a_name_stays_with_the_paper_that_bore_it_first(source: Source) -> None:
    hear(source, ParsedPaper("Owls", ABSTRACT, arxiv_id="2410.09342", doi="10.1109/x"))
    one, other = hear(source, ParsedPaper("Rain", OTHER, arxiv_id="2410.09343", doi="10.1109/x"))
    assert "doi:10.1109/x" in names(one)
    assert names(other) == {"arxiv:2410.09343", "title:rain"}


def test_a_renamed_paper_takes_its_new_title_and_is_found_by_both(source: Source) -> None:
    old, new = "LongMINT: Evaluating Memory", "MINTEval: Evaluating Memory"
    hear(source, ParsedPaper(old, ABSTRACT, arxiv_id="2605.18565"), day=0)
    (paper,) = hear(source, ParsedPaper(new, ABSTRACT, arxiv_id="2605.18565"), day=2)
    assert paper.title == new
    hear(source, ParsedPaper(old, ABSTRACT, arxiv_id="2605.18565"), day=1)
    (paper,) = hear(source, ParsedPaper(old, ABSTRACT), ParsedPaper(new, ABSTRACT), day=4)
    assert paper.digests.count() == 4


def test_a_copied_pages_spelling_does_not_replace_a_faithful_one(source: Source) -> None:
    hear(source, ParsedPaper("Owls at $\\alpha$", ABSTRACT), day=0)
    (paper,) = hear(source, ParsedPaper("Owls at alpha", ABSTRACT), day=1, is_faithful=False)
    assert paper.title == "Owls at $\\alpha$"


PAIRS = [
    ("Nemotron 3 Super: Open Hybrid Model", "Nemotron 3 Ultra: Open Hybrid Model", False),
    ("RedOne: Revealing Post-Training", "RedOne 2.0: Rethinking Post-Training", False),
    ("ZeroFlow: Scalable Scene Flow via Distillation", "ZeroFlow: Overcoming Forgetting", False),
    ("LLM$\\times$MapReduce", "LLMtimesMapReduce", True),
    ("AutoCoder with \\textsc{AIEV-Instruct}", "AutoCoder with\n  AIEV-Instruct", True),
    ("$\\nabla^2$DFT: A Dataset", "nabla^2DFT: A Dataset", True),
    ("$\\text{Transformer}^2$: Self-adaptive LLMs", "Transformer^2: Self-adaptive LLMs", True),
]


def pairs() -> Iterable[tuple[str, str, bool]]:
    """Return the pairs above, and the labelled ones where they are at hand, but for a renamed."""
    labelled = Path(__file__).parents[2] / "shared/samples/same-paper-pairs.jsonl"
    rows = map(json.loads, labelled.read_text().splitlines() if labelled.exists() else ())
    yield from PAIRS
    yield from ((row["a"], row["b"], row["same"]) for row in rows if "renamed" not in str(row))


@pytest.mark.parametrize(("one", "other", "same"), [*pairs()])
def test_titles_are_compared_exactly_and_without_their_typesetting(
    source: Source, one: str, other: str, *, same: bool
) -> None:
    stored = hear(source, ParsedPaper(one, ABSTRACT), ParsedPaper(other, ABSTRACT))
    assert len(stored) == (1 if same else 2)


# Any order, and twice


class View(NamedTuple):
    """What one digest says of one of three works: some of its names, on some day."""

    work: str
    names: frozenset[str]
    title: str
    revision: int
    is_faithful: bool

    def all_names(self) -> set[str]:
        return {f"{self.work} {name}" for name in (*self.names, self.title)}

    def paper(self) -> ParsedPaper:
        return ParsedPaper(
            f"Work {self.work} under title {self.title}",
            " ".join(f"{self.work}{word}" for word in ABSTRACT.split()) + REVISIONS[self.revision],
            authors=(f"Ada {self.work}zhou", "Emmy Noether")[: self.revision],
            upvotes=self.revision or None,
            arxiv_id=f"2401.0000{'abc'.index(self.work)}" if "arxiv" in self.names else "",
            doi=f"10.1000/{self.work}" if "doi" in self.names else "",
        )


views = st.builds(
    View,
    st.sampled_from("abc"),
    st.frozensets(st.sampled_from(["arxiv", "doi"])),
    st.sampled_from("xyz"),
    st.integers(0, 2),
    st.booleans(),
)
REVISIONS = ("", " A diffusion model helps.", " A large language model helps.")
# A digest of each of two sources and four days at most: of one, the newest look is believed.
digests = st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 3)), views, min_size=1)


def linked(views: Iterable[View]) -> int:
    """Count the groups of views that share a name, be it through others."""
    groups: list[set[str]] = []
    for view in views:
        mine = view.all_names()
        groups, touched = (
            [group for group in groups if group.isdisjoint(mine)],
            [group for group in groups if not group.isdisjoint(mine)],
        )
        groups.append(mine.union(*touched))
    return len(groups)


def everything(paper: Paper) -> tuple[Any, ...]:
    """Return all that is known of a paper but for its number."""
    listings = paper.digestpaper_set.values_list("digest__source__slug", "digest__date", "upvotes")
    topics = paper.topics.values_list("topic__key", "because")
    words = (getattr(paper, field) for field in FIELDS)
    return (sorted(names(paper)), *words, paper.first_listed_on, sorted(listings), sorted(topics))


@given(digests=digests, data=st.data())
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_and_any_repetition_gives_the_same_papers(
    digests: dict[tuple[int, int], View], data: st.DataObject, clean_slate: Callable[[], Any]
) -> None:
    def stored(order: Iterable[tuple[int, int]]) -> list[tuple[Any, ...]]:
        with clean_slate():
            sources = [make.source(slug="one"), make.source(slug="two")]
            for place in order:
                number, day = place
                view = digests[place]
                heard = hear(sources[number], view.paper(), day=day, is_faithful=view.is_faithful)
            return sorted(map(everything, heard), key=str)

    once = stored(digests)
    assert len(once) == linked(digests.values())
    assert stored(data.draw(st.permutations([*digests, *digests][: len(digests) + 3]))) == once
