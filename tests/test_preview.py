import datetime as dt

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from digests.matching import preview, rematch
from digests.matching.own import rows as own_topics
from digests.matching.own.words import OwnTopic, read_authors, read_categories, read_words
from digests.matching.preview import Brought
from digests.models import Paper, PaperTopic, Topic

pytestmark = pytest.mark.django_db
TODAY = make.DATE
WORDS = read_words("flow matching, RAG, pretraining, state-space models, BM25, \u03c6-decoding")
OWN = [*WORDS, *read_authors("Fei-Fei Li; Bengio"), *read_categories("cs.CL stat.ML")]
TEXTS = [
    ("Flow-Matching Without Tears", "Pre-training helps. A rag does not."),
    ("Two RAGs", "State space\nmodels and flowmatching, with $\\phi$-Decoding."),
    ("Storage", "Coverage of the average; flow of a matching."),
    ("A Pre-\ntrained Bm25", "The statespace modelling of RAG-based flow matchings."),
    ("Nothing", "At all."),
]


def paper(title: str = "", *, age: int = 0, **fields: object) -> Paper:
    """Make a paper with its words, so many days old."""
    named = {"title": title} if title else {}
    made = make.paper(first_listed_on=TODAY - dt.timedelta(days=age), **named, **fields)
    rematch.match_anew([made])
    return made


def papers_of_all_kinds() -> None:
    for age, (title, abstract) in enumerate(TEXTS * 8):
        names = ["Fei-Fei Li", "Y. Bengio"] if age % 3 else ["Li Fei", "Yoshua Bengio"]
        categories = ["cs.CL"] if age % 2 else ["cs.C", "stat.ML"]
        text = {"abstract": abstract, "authors": names, "categories": categories}
        paper(f"{title} {'I' * age}", age=age, **text)


def stored(number: int) -> Brought:
    """Return what matching stored of a topic."""
    papers = Paper.objects.filter(
        topics__topic=number, first_listed_on__gt=TODAY - dt.timedelta(days=30)
    ).order_by("-first_listed_on", "-pk")
    days = {
        *Paper.objects.filter(first_listed_on__gt=TODAY - dt.timedelta(days=30)).values_list(
            "first_listed_on"
        )
    }
    return Brought(papers.count(), len(days), tuple(it.shown_title for it in papers[:2]))


def common(*, papers: int, with_word: int) -> preview.Preview:
    said = ["learning by name"] * with_word + ["nothing"] * (papers - with_word)
    for abstract in said:
        paper(abstract=abstract, authors=["Learning"])
    return preview.of_own([*read_words("learning"), *read_authors("Learning")], TODAY)


def test_own_words_would_bring_what_matching_stores_once_they_are_topics() -> None:
    numbers = own_topics.take(OWN)
    papers_of_all_kinds()
    expected = {own: stored(number) for own, number in numbers.items()}
    found = preview.of_own(OWN, TODAY)
    assert found.brought == expected
    assert found.papers == 30
    assert all(brought.month for brought in expected.values())


def test_topics_of_the_catalogue_brought_what_is_stored(two_topics: None) -> None:
    for age in sorted(range(40), key=lambda age: age * 7 % 40):
        paper(f"A Language Model {age}" if age % 3 else f"A Robot Arm {age}", age=age)
    topics = Topic.objects.exclude(kind__in=Topic.OWN)
    expected = {topic.pk: stored(topic.pk)._replace(titles=()) for topic in topics}
    assert preview.of_catalogue(TODAY) == expected


@pytest.mark.parametrize("age", [0, 29])
def test_a_month_has_thirty_days(age: int) -> None:
    paper("Owls", age=age)
    paper("Old Owls", age=30)
    own = read_words("owl")
    everything = Topic.objects.get(kind=Topic.Kind.EVERYTHING)
    assert preview.of_catalogue(TODAY)[everything.pk] == (1, 1, ())
    assert preview.of_own(own, TODAY).brought[own[0]] == (1, 1, ("Owls",))


@pytest.mark.parametrize(
    ("month", "days", "a_day"), [(88, 22, 4), (34, 22, 2), (22, 22, 1), (21, 22, 0), (0, 0, 0)]
)
def test_days_without_papers_do_not_make_a_topic_rarer(month: int, days: int, a_day: int) -> None:
    assert Brought(month, days).a_day == a_day


def test_a_withdrawn_paper_is_neither_counted_nor_named() -> None:
    gone = paper("Owls")
    paper("Owls Again")
    Paper.objects.filter(pk=gone.pk).update(withdrawn_at=make.NOW)
    own = read_words("owl")
    assert preview.of_own(own, TODAY).brought[own[0]] == (1, 1, ("Owls Again",))
    assert {brought.month for brought in preview.of_catalogue(TODAY).values()} == {1}


def test_a_paper_that_became_another_is_not_counted() -> None:
    gone, kept = paper("Owls"), paper("Owls Again")
    Paper.objects.filter(pk=gone.pk).update(merged_into=kept)
    own = read_words("owl")
    assert preview.of_own(own, TODAY).brought[own[0]] == (1, 1, ("Owls Again",))
    assert {brought.month for brought in preview.of_catalogue(TODAY).values()} == {1}


def test_titles_are_shown_as_people_read_them() -> None:
    paper("On $\\alpha$-Owls")
    own = read_words("owls")
    assert preview.of_own(own, TODAY).brought[own[0]].titles == ("On \u03b1-Owls",)


def test_nobody_learns_what_readers_follow() -> None:
    own = read_words("owl")
    numbers = own_topics.take(own)
    paper("Owls")
    assert PaperTopic.objects.filter(topic__in=numbers.values()).exists()
    assert not preview.of_catalogue(TODAY).keys() & {*numbers.values()}


def test_two_queries_now_and_then_say_what_all_topics_brought(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    paper("A Language Model")
    with django_assert_num_queries(2):
        said = [preview.of_catalogue(TODAY) for _ in range(3)]
    assert said[0] == said[2]


@pytest.mark.parametrize(("own", "queries"), [([], 0), (OWN[:1], 3), (OWN, 3)])
def test_any_number_of_own_words_takes_the_same_few_queries(
    own: list[OwnTopic], queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paper("Flow Matching")
    with django_assert_num_queries(queries):
        preview.of_own(own, TODAY)


@pytest.mark.parametrize(
    ("papers", "with_word", "is_too_common"), [(51, 17, False), (51, 18, True), (49, 49, False)]
)
def test_words_in_more_than_a_third_of_enough_papers_are_too_common(
    papers: int, with_word: int, *, is_too_common: bool
) -> None:
    found = common(papers=papers, with_word=with_word)
    words, author = found.brought
    assert found.is_too_common(words) == is_too_common
    assert found.brought[author].month == papers
    assert not found.is_too_common(author)
