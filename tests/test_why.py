"""What a reader got or did not, and why: told by the same rules as it was composed by."""

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import factories as make
import hypothesis.strategies as st
import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoAssertNumQueries

from digests.identity.merge import merge
from digests.models import Paper, Topic
from newsletter.compose import compose
from newsletter.explaining.candidates import Fate
from newsletter.explaining.silence import schedule_of
from newsletter.explaining.why import Explanation, why
from newsletter.models import Delivery, Halt
from newsletter.sending.sweep import sweep
from subscribers import lifecycle
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)  # a Monday; readers' mornings began at seven
TODAY, ONE_DAY, HOUR = NOW.date(), dt.timedelta(days=1), dt.timedelta(hours=1)
LONG_AGO = TODAY - 365 * ONE_DAY
State, Post = Subscriber.State, Delivery.State


def reader(*topics: Topic, state: str = State.ACTIVE, **fields: Any) -> Subscriber:
    """Make a reader who follows topics since long ago; an active one is due."""
    due = {"next_due_at": NOW - HOUR} if state == State.ACTIVE else {}
    ada = make.subscriber(state, **{"confirmed_at": NOW - 365 * ONE_DAY} | due | fields)
    for topic in topics:
        make.subscription(subscriber=ada, topic=topic, since=LONG_AGO)
    return ada


def paper(*topics: Topic, age: int = 0, **fields: Any) -> Paper:
    """Make a paper about topics, listed some days ago."""
    date = TODAY - age * ONE_DAY
    listed = make.paper(first_listed_on=date, **fields)
    make.digest_paper(paper=listed, listed_at=NOW - age * ONE_DAY - 2 * HOUR)
    for topic in topics:
        make.paper_topic(paper=listed, topic=topic, because=["owl"])
    return listed


def composed(ada: Subscriber) -> Delivery:
    compose(NOW)
    return Delivery.objects.get(subscriber=ada, date=TODAY)


def held(found: Explanation) -> list[int]:
    return [one.number for one in found.held]


def fates(found: Explanation) -> dict[int, Fate]:
    return {one.number: one.fate for one in found.others}


def because(found: Explanation) -> str:
    (one,) = found.others
    return one.because


def run(*arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("why", *arguments, stdout=out)
    return out.getvalue()


# What came


def test_the_papers_of_her_edition_stand_in_its_order_with_their_reasons() -> None:
    topic = make.topic(name="Birds")
    old, new = paper(topic, age=1), paper(topic)
    ada = reader(topic)
    composed(ada)
    found = why(ada, NOW)
    assert held(found) == [new.pk, old.pk]
    assert [str(reason) for reason in found.held[0].reasons] == ["Birds: owl"]
    assert found.others == []


def test_an_edition_is_told_even_where_nothing_speaks_for_its_papers_any_more() -> None:
    topic = make.topic()
    ada, gone = reader(topic), paper(topic)
    composed(ada)
    gone.topics.all().delete()
    (one,) = why(ada, NOW).held
    assert (one.number, one.fate, one.reasons) == (gone.pk, Fate.CHANGED, ())


@pytest.mark.parametrize(("hours", "fate"), [(-1, Fate.WITHDRAWN), (1, Fate.COMES)])
def test_what_was_withdrawn_after_her_mail_left_was_in_it(hours: int, fate: Fate) -> None:
    topic = make.topic()
    ada, gone = reader(topic), paper(topic)
    composed(ada)
    Delivery.objects.update(state=Post.SENT, sent_at=NOW)
    Paper.objects.filter(pk=gone.pk).update(withdrawn_at=NOW + hours * HOUR)
    (one,) = why(ada, NOW).held
    assert one.fate is fate


def test_a_paper_that_turned_out_to_be_one_she_has_is_left_out() -> None:
    topic = make.topic()
    ada, kept = reader(topic), paper(topic, age=1)
    make.delivery(Post.SENT, subscriber=ada, date=TODAY - ONE_DAY, edition=make.edition(kept))
    gone = paper(topic)
    composed(ada)
    merge(gone, into=kept)
    (one,) = why(ada, NOW).held
    assert (one.number, one.fate, one.because) == (kept.pk, Fate.SENT, "on 2026-03-15, sent")


# What did not come


def test_what_she_was_sent_already_says_when() -> None:
    topic = make.topic()
    ada, old = reader(topic), paper(topic, age=1)
    make.delivery(Post.UNCERTAIN, subscriber=ada, date=TODAY - ONE_DAY, edition=make.edition(old))
    composed(ada)
    found = why(ada, NOW)
    assert fates(found) == {old.pk: Fate.SENT}
    assert because(found) == "on 2026-03-15, uncertain"


def test_what_is_beyond_her_maximum_says_where_it_stands() -> None:
    topic = make.topic()
    ada = reader(topic, max_papers=2)
    _first, _second, third = [paper(topic, age=age) for age in range(3)]
    composed(ada)
    found = why(ada, NOW)
    assert fates(found) == {third.pk: Fate.TOO_MANY}
    assert because(found) == "number 3, and she takes 2"


def test_what_was_listed_before_she_followed_says_since_when_she_does() -> None:
    topic = make.topic(name="Birds")
    ada, old = reader(), paper(topic, age=2)
    make.subscription(subscriber=ada, topic=topic, since=TODAY)
    composed(ada)
    found = why(ada, NOW)
    assert fates(found) == {old.pk: Fate.TOO_EARLY}
    assert because(found) == "Birds since 2026-03-16, listed on 2026-03-14"


def test_what_she_excludes_says_by_which_of_her_words() -> None:
    topic, owls = make.topic(), make.own_topic("owls")
    ada, unwanted = reader(topic), paper(topic, owls)
    make.subscription(subscriber=ada, topic=owls, excludes=True)
    composed(ada)
    found = why(ada, NOW)
    assert fates(found) == {unwanted.pk: Fate.EXCLUDED}
    assert because(found) == "by owls"


def test_what_was_withdrawn_says_when() -> None:
    topic = make.topic()
    ada, gone = reader(topic), paper(topic, withdrawn_at=NOW - ONE_DAY)
    assert composed(ada).state == Post.SKIPPED
    found = why(ada, NOW)
    assert fates(found) == {gone.pk: Fate.WITHDRAWN}
    assert because(found) == "on 2026-03-15"


def test_what_was_listed_after_her_mail_was_composed_came_too_late() -> None:
    topic = make.topic()
    ada = reader(topic)
    composed(ada)
    late = paper(topic)
    late.digestpaper_set.update(listed_at=NOW + HOUR)
    found = why(ada, NOW + 2 * HOUR)
    assert fates(found) == {late.pk: Fate.TOO_LATE}
    assert because(found) == "at 2026-03-16 09:00 UTC"


def test_what_would_come_by_now_but_did_not_says_so() -> None:
    topic = make.topic()
    ada, paper_of_hers = reader(topic), paper()
    composed(ada)
    make.paper_topic(paper=paper_of_hers, topic=topic)
    assert fates(why(ada, NOW)) == {paper_of_hers.pk: Fate.CHANGED}


def test_what_is_about_nothing_she_follows_or_too_old_is_not_told() -> None:
    topic = make.topic()
    ada = reader(topic)
    paper(make.topic())
    paper(topic, age=8)
    composed(ada)
    assert why(ada, NOW).others == []


# The same answer as composing


TOPICS = st.integers(0, 2)
worlds = st.fixed_dictionaries(
    {
        "papers": st.lists(
            st.tuples(st.sets(TOPICS), st.integers(0, 8), st.booleans()), max_size=10
        ),
        "follows": st.dictionaries(TOPICS, st.integers(0, 9)),
        "excludes": st.sets(TOPICS, max_size=1),
        "most": st.integers(1, 4),
        "seen": st.sets(st.integers(0, 9)),
        "state": st.sampled_from([Post.SENT, Post.UNCERTAIN, Post.FAILED, Post.EXPIRED]),
    }
)


@given(world=worlds)
@hypothesis_settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_it_expects_is_what_is_composed(
    world: dict[str, Any], clean_slate: Callable[[], Any]
) -> None:
    with clean_slate():
        topics = [make.topic(), make.topic(), make.own_topic()]
        papers = [
            paper(*(topics[n] for n in about), age=age, withdrawn_at=NOW if is_gone else None)
            for about, age, is_gone in world["papers"]
        ]
        ada = reader(max_papers=world["most"])
        for number, age in world["follows"].items():
            since = TODAY - age * ONE_DAY
            make.subscription(subscriber=ada, topic=topics[number], since=since)
        for number in world["excludes"] - world["follows"].keys():
            make.subscription(subscriber=ada, topic=topics[number], excludes=True)
        if seen := [papers[number] for number in world["seen"] if number < len(papers)]:
            mail = {"edition": make.edition(*seen), "date": TODAY - ONE_DAY}
            make.delivery(world["state"], subscriber=ada, **mail)
        expected = held(why(ada, NOW))
        edition = composed(ada).edition
        assert expected == (edition.paper_ids if edition else [])
        after = why(ada, NOW)
        assert held(after) == expected
        assert not {*fates(after).values()} & {Fate.COMES, Fate.CHANGED, Fate.TOO_LATE}


# What became of her mail


@pytest.mark.parametrize(
    ("state", "fields", "said"),
    [
        (Post.SENT, {"sent_at": NOW}, "sent at 2026-03-16 08:00 UTC"),
        (Post.FAILED, {"reason": "refused: 554"}, "failed (refused: 554)"),
        (Post.SKIPPED, {"reason": "nothing new"}, "skipped (nothing new)"),
        (Post.PLANNED, {}, "waiting for a worker"),
        (
            Post.PLANNED,
            {"reason": "452 full", "next_attempt_at": NOW + HOUR},
            "refused for now (452 full), tried again at 2026-03-16 09:00 UTC",
        ),
    ],
)
def test_the_verdict_says_what_became_of_her_mail(
    state: str, fields: dict[str, Any], said: str
) -> None:
    delivery = make.delivery(state, subscriber=reader(), **fields)
    assert delivery.subscriber
    assert why(delivery.subscriber, NOW).verdict.startswith(f"{said} (delivery#")


def test_a_mail_that_says_there_was_nothing_is_told_apart_from_one_with_papers() -> None:
    ada = reader(make.topic(), days=1 << TODAY.weekday(), hears_of_silence=True)
    delivery = composed(ada)
    found = why(ada, NOW)
    said = "waiting for a worker, to say that there was nothing new (delivery#"
    assert (delivery.state, held(found)) == (Post.PLANNED, [])
    assert found.verdict.startswith(said)
    assert schedule_of(ada).endswith("; told where there is nothing new")


def test_a_mail_in_a_workers_hands_says_whether_it_may_be_leaving() -> None:
    bundle = make.bundle(held=True)
    delivery = make.delivery(bundle=bundle, subscriber=reader())
    assert delivery.subscriber
    assert why(delivery.subscriber, NOW).verdict.startswith("in a worker's hands")
    bundle.leaving = [delivery.pk]
    bundle.save()
    assert why(delivery.subscriber, NOW).verdict.startswith("leaving")


def test_what_holds_up_a_mail_is_told_with_it() -> None:
    ada = reader()
    make.delivery(subscriber=ada)
    Halt.objects.create(cause=Halt.Cause.OPERATOR, since=NOW)
    for date in (TODAY, TODAY - ONE_DAY):
        make.morning(date=date, is_paused=True)
    assert [line[:6] for line in why(ada, NOW).in_the_way] == ["halted", "paused"]
    Delivery.objects.update(state=Post.FAILED)
    assert why(ada, NOW).in_the_way == []


def test_a_mail_whose_morning_is_over_says_so() -> None:
    ada = reader()
    make.delivery(subscriber=ada, bundle=make.bundle(closes_at=NOW))
    assert "its morning is over" in why(ada, NOW).verdict
    sweep(NOW)
    assert why(ada, NOW).verdict.startswith("expired (its morning was over)")


# Why there is no mail


@pytest.mark.parametrize(
    ("fields", "date", "said"),
    [
        ({"state": State.PENDING, "confirmed_at": None}, TODAY, "she has not confirmed"),
        ({"state": State.PAUSED}, TODAY, "she is paused until 2026-03-17 07:30 UTC"),
        ({"state": State.UNSUBSCRIBED}, TODAY, "she unsubscribed at 2026-03-16 07:30 UTC"),
        (
            {"days": 0b0000010, "next_due_at": NOW + ONE_DAY},
            TODAY,
            "it is not one of her days (Tue at 07:00, UTC",
        ),
        (
            {"confirmed_at": NOW, "next_due_at": NOW + ONE_DAY},
            TODAY,
            "she confirmed her address at 2026-03-16 08:00 UTC",
        ),
        ({}, TODAY + ONE_DAY, "it has not come yet, it begins at 2026-03-17 07:00 UTC"),
        ({}, TODAY, "she is due since 2026-03-16 07:00 UTC, and nobody has composed"),
        ({}, TODAY - ONE_DAY, "there is no record of it"),
    ],
)
def test_a_date_without_a_delivery_is_explained(
    fields: dict[str, Any], date: dt.date, said: str
) -> None:
    assert why(reader(**fields), NOW, date).verdict.startswith(said)


def test_who_has_just_confirmed_is_due_at_once_for_a_morning_of_her_own() -> None:
    topic = make.topic()
    ada, new = reader(topic, hour=6, next_due_at=NOW, confirmed_at=NOW), paper(topic)
    found = why(ada, NOW)
    assert found.verdict == (
        "she is due since 2026-03-16 08:00 UTC, and nobody has composed for her yet"
    )
    assert held(found) == [new.pk]


def test_a_suppressed_address_is_named_as_the_reason() -> None:
    ada = reader()
    make.suppression(ada.email)
    assert why(ada, NOW).verdict.startswith("her address is suppressed since 2026-03-16 07:30")


def test_who_unsubscribed_later_had_another_reason() -> None:
    ada = reader(state=State.UNSUBSCRIBED)
    assert why(ada, NOW, TODAY - ONE_DAY).verdict.startswith("there is no record")


def test_what_would_come_next_is_told_before_it_is_composed() -> None:
    topic = make.topic()
    ada, new = reader(topic), paper(topic)
    assert held(why(ada, NOW)) == [new.pk]
    assert held(why(ada, NOW, TODAY - ONE_DAY)) == []


def test_her_latest_morning_is_meant_where_no_date_is_given() -> None:
    sundays: dict[str, Any] = {"days": 0b1000000, "next_due_at": NOW + 6 * ONE_DAY}
    assert why(reader(**sundays), NOW).date == TODAY - ONE_DAY
    assert why(reader(**sundays | {"next_due_at": NOW}), NOW).date == TODAY
    welcomed = make.delivery(subscriber=reader(**sundays), date=TODAY)
    assert welcomed.subscriber
    assert why(welcomed.subscriber, NOW).date == TODAY


def test_an_explanation_costs_the_same_for_many_papers(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    topics = [make.topic(), make.topic()]
    ada = reader(*topics, max_papers=3)
    for age in range(6):
        paper(*topics, age=age)
        paper(topics[0], age=age)
    composed(ada)
    with django_assert_num_queries(15):
        assert len(why(ada, NOW).others) == 9


# The command


def test_the_command_tells_it_paper_by_paper_without_her_address() -> None:
    topic, owls = make.topic(name="Birds"), make.own_topic("owls")
    ada = reader(topic, email="ada@example.org", max_papers=1)
    make.subscription(subscriber=ada, topic=owls, excludes=True)
    paper(topic, title="Herons")
    for number in range(12):
        paper(topic, title=f"Storks {number}", age=1)
    composed(ada)
    said = run("Ada@Example.org").splitlines()
    assert said[0].startswith(f"{ada} is active: Mon, Tue,")
    assert "She follows Birds (since 2025-03-16)." in said
    assert "She excludes owls (since 2026-03-16)." in said
    assert "  1. Herons [Birds: owl]" in said
    assert "12 papers beyond her maximum:" in said
    assert "  and 2 more, which --json tells" in said
    assert not any("ada@" in line.lower() for line in said)


def test_a_script_gets_one_object_with_all_papers() -> None:
    topic = make.topic(name="Birds")
    ada, new = reader(topic, email="ada@example.org"), paper(topic, title="Herons")
    old = paper(topic, age=2)
    make.delivery(Post.SENT, subscriber=ada, date=TODAY - ONE_DAY, edition=make.edition(old))
    delivery = composed(ada)
    told = json.loads(run("ada@example.org", "2026-03-16", "--json"))
    assert told["delivery"]["number"] == delivery.pk
    assert told["edition"] == [
        {
            "paper": new.pk,
            "title": "Herons",
            "listed_on": "2026-03-16",
            "reasons": ["Birds: owl"],
            "fate": "comes",
            "because": "",
        }
    ]
    assert [one["fate"] for one in told["others"]] == ["sent"]
    assert "ada@" not in json.dumps(told)


def test_an_address_that_nobody_has_is_an_error_that_does_not_repeat_it() -> None:
    with pytest.raises(CommandError, match=r"No reader has this address") as raised:
        run("nobody@example.org")
    assert "nobody" not in str(raised.value)


def test_what_is_no_address_is_refused_with_an_example() -> None:
    with pytest.raises(CommandError, match=r"such as ada@example\.org"):
        run("ada")


def test_who_was_erased_is_not_known_any_more() -> None:
    ada = reader(email="ada@example.org")
    lifecycle.erase(ada)
    with pytest.raises(CommandError, match="erased"):
        run("ada@example.org")
