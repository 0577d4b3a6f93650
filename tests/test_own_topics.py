"""Readers' own words as rows: shared by who spells them alike, there while anybody wants them."""

from typing import Any

import factories as make
import pytest
from beside import at_once, begin
from django.db import connection, transaction
from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from digests.matching.own import rows as own_topics
from digests.matching.own.words import read_authors, read_categories, read_words
from digests.matching.rematch import match_anew, rematch
from digests.models import Paper, Topic
from digests.papers_lock import lock_papers
from newsletter.compose import compose
from newsletter.deliver import prepare
from newsletter.models import Delivery
from subscribers import choosing, lifecycle
from subscribers.choosing import Choice
from subscribers.models import Subscriber, Subscription

pytestmark = pytest.mark.django_db
NOW, DAY, DATE = make.NOW, make.ONE_DAY, make.DATE


def follow(reader: Subscriber, words: str = "", excluded: str = "", days: int = 0) -> None:
    """Have a reader follow and exclude words, some days from now."""
    choice = Choice([], read_words(words), read_words(excluded))
    choosing.follow(reader, choice, NOW + days * DAY)


def rows(reader: Subscriber) -> dict[str, tuple[Any, bool]]:
    """Return what a reader follows or excludes, by name: since when, and which of the two."""
    chosen = reader.subscriptions.select_related("topic")
    return {row.topic.name: (row.since, row.excludes) for row in chosen}


def own() -> set[str]:
    return {*Topic.objects.own().values_list("name", flat=True)}


def listed(title: str) -> Paper:
    """Make a paper of today that has met the topics there are, as these have met all others."""
    rematch(NOW)
    paper = make.paper(title=title)
    make.digest_paper(paper=paper)
    match_anew([paper])
    return paper


# --- Following ----------------------------------------------------------------------------------


def test_the_same_words_of_many_readers_are_one_row_by_its_first_name() -> None:
    for typed in ("Flow Matching", "flow-matching", '"flow matchings"'):
        follow(make.subscriber(), typed)
    topic = Topic.objects.own().get()
    assert (topic.name, topic.key, topic.kind) == ("Flow Matching", "flow matching", "words")
    assert not topic.is_offered
    assert topic.subscribers.count() == 3


def test_words_an_author_and_a_category_of_one_name_are_three_rows() -> None:
    typed = [*read_words("cs cl, Owl"), *read_authors("Owl"), *read_categories("cs.CL")]
    choosing.follow(make.subscriber(), Choice([], typed), NOW)
    assert Topic.objects.own().count() == len(typed) == 4


def test_what_she_wants_is_what_she_chose() -> None:
    reader, topics = make.subscriber(), [make.topic(place=1), make.topic(place=2)]
    typed = [*read_words("RAG, voles"), *read_authors("Ada Byron"), *read_categories("cs.CL")]
    choice = Choice(topics, typed, read_words("owls, surveys"))
    choosing.follow(reader, choice, NOW)
    assert choosing.choice_of(reader) == choice
    choosing.follow(reader, choosing.choice_of(reader), NOW + DAY)
    assert {*reader.subscriptions.values_list("since", flat=True)} == {DATE}
    assert choosing.choice_of(make.subscriber()) == Choice([], [], [])


def test_kept_words_keep_their_date_and_new_ones_start_today() -> None:
    reader = make.subscriber()
    follow(reader, "owls, mice", "surveys")
    follow(reader, "Owl, voles", "surveys, reviews", days=5)
    later = DATE + 5 * DAY
    assert rows(reader) == {
        "owls": (DATE, False),
        "voles": (later, False),
        "surveys": (DATE, True),
        "reviews": (later, True),
    }


def test_a_word_that_changes_sides_starts_anew() -> None:
    reader = make.subscriber()
    follow(reader, "owls", "mice")
    follow(reader, "mice", "owls", days=5)
    assert rows(reader) == {"mice": (DATE + 5 * DAY, False), "owls": (DATE + 5 * DAY, True)}


def test_what_was_typed_on_signing_up_starts_on_the_day_she_confirms() -> None:
    lifecycle.subscribe("ada@example.org", Choice([], read_words("owls")), NOW)
    assert rows(Subscriber.objects.get()) == {"owls": (DATE, False)}


def test_twenty_words_cost_no_more_queries_than_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 20):
        words = ", ".join(f"owl {number}" for number in range(count))
        with django_assert_num_queries(9):
            follow(make.subscriber(), words)


# --- Finding their papers -----------------------------------------------------------------------


def test_new_words_meet_the_papers_of_the_last_weeks_at_the_next_rematch() -> None:
    paper = listed("Barn owls at night")
    follow(make.subscriber(), "barn owl")
    assert rematch(NOW) == 1
    assert [*Topic.objects.own().get().papers.values_list("paper", "because")] == [
        (paper.pk, ["barn owl"])
    ]
    assert rematch(NOW) == 0


def due(words: str, excluded: str = "") -> Subscriber:
    """Make a reader whose morning begins, and who typed something shortly before."""
    reader = make.subscriber(next_due_at=NOW)
    follow(reader, words, excluded)
    return reader


def test_what_was_typed_before_the_morning_counts() -> None:
    owls, _mice, fossils = listed("Barn owls"), listed("Field mice"), listed("Fossil owls")
    ada, emmy = due("owl"), due("Owls", excluded="fossil")
    prepare(NOW)
    compose(NOW)
    sent = {row.subscriber: row.edition for row in Delivery.objects.select_related("edition")}
    assert {*sent[ada].paper_ids} == {owls.pk, fossils.pk}  # type: ignore[union-attr]
    assert sent[emmy].paper_ids == [owls.pk]  # type: ignore[union-attr]


def test_a_round_without_new_words_asks_once_and_waits_for_nobody() -> None:
    follow(make.subscriber(), "owls")
    prepare(NOW)
    with CaptureQueriesContext(connection) as context:
        prepare(NOW)
    asked = [query["sql"] for query in context if "matched_version" in query["sql"]]
    assert len(asked) == 1
    assert not any("advisory" in query["sql"] for query in context)


# --- Forgetting ---------------------------------------------------------------------------------


def test_words_that_nobody_wants_any_more_are_forgotten_with_what_they_found() -> None:
    listed("Owls, mice, voles")
    ada, emmy = make.subscriber(), make.subscriber()
    follow(ada, "owls, mice")
    follow(emmy, "mice", "voles")
    rematch(NOW)
    follow(ada)
    assert choosing.forget_unfollowed() == 1
    assert own() == {"mice", "voles"}
    lifecycle.erase(emmy)
    assert choosing.forget_unfollowed() == 2
    assert own() == set()


def test_topics_of_the_catalogue_are_never_forgotten() -> None:
    before = Topic.objects.count()
    assert choosing.forget_unfollowed() == 0
    assert Topic.objects.count() == before > 0


def test_a_round_forgets_too() -> None:
    make.own_topic("owls")
    prepare(NOW)
    assert own() == set()


def test_that_nothing_is_to_be_forgotten_takes_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    follow(make.subscriber(), "owls")
    with django_assert_num_queries(1):
        assert choosing.forget_unfollowed() == 0


# --- At the same time ---------------------------------------------------------------------------

WORDS = "owls, mice, voles, shrews, bats, newts"


@pytest.mark.django_db(transaction=True)
def test_new_words_that_several_readers_type_at_once_are_one_row_each() -> None:
    readers = [make.subscriber() for _ in range(4)]
    typed = read_words(WORDS)
    acts = [
        lambda reader=reader, order=order: choosing.follow(reader, Choice([], order), NOW)
        for reader, order in zip(readers, [typed, typed[::-1]] * 2, strict=True)
    ]
    assert at_once(*acts) == []
    assert Topic.objects.own().count() == 6
    assert Subscription.objects.count() == 4 * 6


@pytest.mark.django_db(transaction=True)
def test_who_types_the_same_words_in_another_order_waits_for_nobody_who_waits_for_her() -> None:
    def take(order: int) -> None:
        for round_ in range(20):
            own_topics.take(read_words(", ".join(f"owl {round_} {n}" for n in range(20)))[::order])

    assert at_once(*[lambda order=order: take(order) for order in (1, -1, 1, -1)]) == []


@pytest.mark.django_db(transaction=True)
def test_words_that_a_reader_is_just_taking_are_not_forgotten() -> None:
    topic, reader, forgot = make.own_topic("owls"), make.subscriber(), list[int]()
    with transaction.atomic():
        follow(reader, "owls")
        assert at_once(lambda: forgot.append(choosing.forget_unfollowed())) == []
        assert forgot == [0]
    assert [*reader.topics.all()] == [topic]


@pytest.mark.django_db(transaction=True)
def test_words_that_are_taken_while_forgetting_waits_for_its_turn_stay() -> None:
    topic, reader, forgot = make.own_topic("owls"), make.subscriber(), list[int]()
    with transaction.atomic():
        lock_papers()
        forgetting = begin(lambda: forgot.append(choosing.forget_unfollowed()))
        follow(reader, "owls")
    forgetting.join(10)
    assert forgot == [0]
    assert [*reader.topics.all()] == [topic]


@pytest.mark.django_db(transaction=True)
def test_words_that_are_taken_between_the_look_and_the_lock_stay() -> None:
    topic, reader, dropped = make.own_topic("owls"), make.subscriber(), list[int]()
    # The look has begun, and takes until our transaction ends.
    wait = Func(Value(7), function="pg_advisory_xact_lock", output_field=TextField())
    slow = Topic.objects.own().filter(Exact(Cast(wait, TextField()), ""), subscriptions=None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7)")
        dropping = begin(lambda: dropped.append(own_topics.drop(slow)))
        follow(reader, "owls")
    dropping.join(10)
    assert dropped == [0]
    assert [*reader.topics.all()] == [topic]


@pytest.mark.django_db(transaction=True)
def test_who_takes_words_that_are_just_being_forgotten_gets_them_anew() -> None:
    old, reader, raised = make.own_topic("owls"), make.subscriber(), list[BaseException]()
    with transaction.atomic():
        assert choosing.forget_unfollowed() == 1
        taking = begin(lambda: raised.extend(at_once(lambda: follow(reader, "owls"))))
    taking.join(10)
    assert raised == []
    new = reader.topics.get()
    assert (new.name, new.pk != old.pk) == ("owls", True)


@pytest.mark.django_db(transaction=True)
def test_readers_who_change_their_minds_while_words_are_forgotten_see_no_error() -> None:
    readers = [make.subscriber() for _ in range(2)]

    def change_her_mind(reader: Subscriber) -> None:
        for _ in range(15):
            follow(reader, WORDS)
            follow(reader, excluded="bats, newts")
            follow(reader)
        follow(reader, WORDS)

    def forget() -> None:
        for _ in range(40):
            choosing.forget_unfollowed()
            rematch(NOW)

    acts = [lambda reader=reader: change_her_mind(reader) for reader in readers]
    assert at_once(*acts, forget, forget) == []
    assert all(reader.topics.count() == 6 for reader in readers)


@pytest.mark.django_db(transaction=True)
def test_rows_are_kept_until_the_transaction_of_who_takes_them_ends() -> None:
    with transaction.atomic():
        taken = own_topics.take(read_words("owls, Owl"))
        assert at_once(choosing.forget_unfollowed) == []
    assert {*taken.values()} == {*Topic.objects.own().values_list("pk", flat=True)}
