"""Papers of the last weeks meet topics that changed, whatever else happens at that moment."""

import factories as make
import pytest
from beside import at_once, begin
from django.contrib.auth.models import User
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from digests.ingest.once import ingest
from digests.matching.changes import change_rules
from digests.matching.rematch import WINDOW, match_anew, rematch
from digests.models import Paper, PaperTopic, Topic, Wording
from digests.papers_lock import lock_papers
from digests.sources import ParsedDigest, ParsedPaper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_topics")]
NOW, DATE, DAY = make.NOW, make.DATE, make.ONE_DAY
OWLS = "always: owl"
at_the_same_time = pytest.mark.django_db(transaction=True)


def listed(title: str = "Owls", days_ago: int = 0) -> Paper:
    """Have a paper that has met the topics there are."""
    paper = make.paper(title=title, first_listed_on=DATE - days_ago * DAY)
    match_anew([paper])
    return paper


def change(key: str, rules: str) -> Topic:
    topic = Topic.objects.get(kind=Topic.Kind.CATALOGUE, key=key)
    by, _ = User.objects.get_or_create(username="ada")
    change_rules(topic, rules, instead_of=topic.rules, by=by, now=NOW)
    return topic


def found(paper: Paper) -> dict[str, list[str]]:
    """Return a paper's topics with their words, but for the topic of every paper."""
    rows = paper.topics.exclude(topic__kind=Topic.Kind.EVERYTHING).select_related("topic")
    return {row.topic.key: row.because for row in rows}


def by_hand(key: str, paper: Paper) -> PaperTopic:
    """Have a paper in a topic that it says no word of, to see who looks at it."""
    return make.paper_topic(topic=Topic.objects.get(key=key), paper=paper, because=["by hand"])


def waiting() -> set[str]:
    return {*Topic.objects.unmatched().values_list("key", flat=True)}


# --- What is matched, and what is not -----------------------------------------------------------


def test_papers_of_the_window_meet_new_rules() -> None:
    owls, arms = listed("Barn Owls and Bats"), listed("A Language Model")
    change("llm", f"{OWLS}, bats")
    assert rematch(NOW) == 2  # with the catalogue's other one
    assert found(owls) == {"llm": ["bats", "owl"]}
    assert found(arms) == {}


@pytest.mark.parametrize(("days", "words"), [(30, ["owl"]), (31, ["by hand"])])
def test_older_papers_stay_as_they_are(days: int, words: list[str]) -> None:
    assert WINDOW == 30 * DAY
    paper = listed(days_ago=days)
    by_hand("llm", paper)
    change("llm", OWLS)
    rematch(NOW)
    assert found(paper) == {"llm": words}


def test_no_paper_is_too_old_that_a_mail_to_come_may_hold(settings: Settings) -> None:
    settings.LOOKBACK_DAYS = 60
    paper = listed(days_ago=61)  # it still is yesterday where days end last
    change("llm", OWLS)
    rematch(NOW)
    assert found(paper) == {"llm": ["owl"]}


def test_topics_of_the_catalogue_are_matched_together() -> None:
    paper = listed()
    rematch(NOW)
    by_hand("robotics", paper)
    change("llm", OWLS)
    rematch(NOW)
    assert found(paper) == {"llm": ["owl"]}


def test_what_readers_typed_is_matched_alone() -> None:
    paper = listed()
    rematch(NOW)
    by_hand("robotics", paper)
    make.own_topic("Owls", matched_version=0)
    assert rematch(NOW) == 1
    assert found(paper) == {"robotics": ["by hand"], "owl": ["Owls"]}


def test_changed_rules_leave_what_readers_typed_alone() -> None:
    paper, own = listed(), make.own_topic("bats")
    rematch(NOW)
    by_hand(own.key, paper)
    change("llm", OWLS)
    rematch(NOW)
    assert found(paper) == {"bat": ["by hand"], "llm": ["owl"]}


def test_the_topic_of_every_paper_keeps_them_all() -> None:
    paper = listed()
    change("llm", OWLS)
    rematch(NOW)
    assert paper.topics.filter(topic__kind=Topic.Kind.EVERYTHING).count() == 1


def test_a_merged_paper_gets_no_topics() -> None:
    kept, gone = listed(), listed("Owls Again")
    Paper.objects.filter(pk=gone.pk).update(merged_into=kept)
    change("llm", OWLS)
    rematch(NOW)
    assert (found(kept), found(gone)) == ({"llm": ["owl"]}, {})


def test_the_words_are_those_of_the_last_matching() -> None:
    paper = listed("Voles")
    Wording.objects.filter(paper=paper).update(line="owl | | |")
    change("llm", OWLS)
    rematch(NOW)
    assert found(paper) == {"llm": ["owl"]}


# --- Versions -----------------------------------------------------------------------------------


def test_a_rematch_is_noted_and_not_repeated() -> None:
    rematch(NOW)
    topic = change("llm", OWLS)
    assert waiting() == {"llm"}
    rematch(NOW)
    assert waiting() == set()
    assert Topic.objects.get(pk=topic.pk).matched_version == topic.version + 1
    assert rematch(NOW) == 0


def test_nothing_to_do_costs_a_look(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rematch(NOW)
    with django_assert_num_queries(5):  # with the savepoint around them, and the lock
        rematch(NOW)


@pytest.mark.parametrize(("papers", "topics"), [(1, 1), (30, 1), (30, 30)])
def test_many_papers_and_topics_cost_what_one_costs(
    papers: int, topics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(papers):
        listed(f"Owls, Part {number}")
    for number in range(topics):
        make.own_topic(f"owls part {number}", matched_version=0)
    with django_assert_num_queries(9):
        rematch(NOW)


# --- At the same time ---------------------------------------------------------------------------


@at_the_same_time
def test_rules_that_change_during_a_rematch_wait_for_the_next() -> None:
    paper = listed()
    with transaction.atomic():
        change("llm", OWLS)  # not yet seen by others, and keeps the row
        rematching = begin(lambda: rematch(NOW))
    rematching.join(10)
    assert waiting() == {"llm"}
    assert found(paper) == {}
    rematch(NOW)
    assert found(paper) == {"llm": ["owl"]}


@at_the_same_time
def test_of_two_rematches_the_second_finds_nothing_to_do() -> None:
    paper, done = listed(), list[int]()
    change("llm", OWLS)
    assert at_once(*[lambda: done.append(rematch(NOW))] * 2) == []
    assert sorted(done) == [0, 2]
    assert found(paper) == {"llm": ["owl"]}


def bring(title: str) -> None:
    digest = ParsedDigest((ParsedPaper(title, "They hunt."),))
    ingest(digest, source=make.source(), date=DATE, fingerprint=title, now=NOW)


@at_the_same_time
def test_a_paper_that_comes_while_its_topic_does_is_found() -> None:
    rematch(NOW)
    with transaction.atomic():
        bring("Barn Owls")  # by the topics there are
        assert at_once(lambda: make.own_topic("owls", matched_version=0)) == []
        rematching = begin(lambda: rematch(NOW))
    rematching.join(10)
    assert found(Paper.objects.get()) == {"owl": ["owls"]}


@at_the_same_time
def test_a_paper_that_waits_for_a_rematch_meets_the_new_rules() -> None:
    with transaction.atomic():
        change("llm", OWLS)
        rematch(NOW)
        ingesting = begin(lambda: bring("Barn Owls"))
    ingesting.join(10)
    assert waiting() == set()
    assert found(Paper.objects.get()) == {"llm": ["owl"]}


@at_the_same_time
def test_a_rematch_waits_for_whoever_changes_papers() -> None:
    change("llm", OWLS)
    with transaction.atomic():
        lock_papers()
        rematching = begin(lambda: rematch(NOW))
        listed()
        assert waiting() == {"llm", "robotics"}
    rematching.join(10)
    assert found(Paper.objects.get()) == {"llm": ["owl"]}


def cut_off_who_waits() -> None:
    """Have PostgreSQL end the connections that wait for a lock, as if their process were killed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        assert cursor.fetchall() == [(True,)]


@at_the_same_time
def test_a_rematch_that_is_killed_in_the_middle_leaves_nothing_half() -> None:
    papers = [listed("A Language Model"), listed("Owls")]
    before = [found(paper) for paper in papers]
    change("llm", OWLS)
    with transaction.atomic():
        Topic.objects.select_for_update().get(key="llm")
        # Old topics are gone and new ones stored; only the version is not yet noted.
        rematching = begin(lambda: rematch(NOW))
        cut_off_who_waits()
    rematching.join(10)
    assert [found(paper) for paper in papers] == before
    assert "llm" in waiting()
    rematch(NOW)
    assert [found(paper) for paper in papers] == [{}, {"llm": ["owl"]}]
