"""Every migrate brings the catalogue into the database, and leaves operators' work alone."""

from pathlib import Path

import factories as make
import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from digests.matching import catalogue
from digests.matching.changes import change_rules
from digests.matching.rematch import rematch
from digests.matching.topics import shipped_rules, store_catalogue
from digests.matching.weights import judge
from digests.models import Topic

pytestmark = pytest.mark.django_db
NOW = make.NOW
OWLS = "always: owl"


@pytest.fixture
def llm(db: None) -> Topic:
    """Return a topic of the catalogue that papers have met, as all others."""
    rematch(NOW)
    return Topic.objects.get(key="llm")


@pytest.fixture
def own_rules(llm: Topic) -> str:
    """Have an operator's rules for it, which papers have met."""
    by = User.objects.create(username="ada")
    change_rules(llm, OWLS, instead_of=llm.rules, by=by, now=NOW)
    rematch(NOW)
    llm.refresh_from_db()
    return OWLS


def stored() -> list[tuple[object, ...]]:
    return [*Topic.objects.order_by("pk").values_list()]


def ship_other_rules(topic: Topic) -> None:
    """Have the database of the time before the catalogue got the rules that it has."""
    Topic.objects.filter(pk=topic.pk).update(shipped="of other rules")


def waiting() -> set[str]:
    return {*Topic.objects.unmatched().values_list("key", flat=True)}


# --- The catalogue ------------------------------------------------------------------------------


def test_a_migrated_database_holds_the_catalogue_and_everything() -> None:
    slugs = {topic.slug for topic in catalogue.load().topics}
    assert {*Topic.objects.catalogue().values_list("key", flat=True)} == slugs
    assert Topic.objects.get(kind=Topic.Kind.EVERYTHING).key == "everything"
    assert Topic.objects.count() == len(slugs) + 1 == 44


def test_the_form_offers_everything_first_and_then_the_catalogue_in_its_order() -> None:
    slugs = [topic.slug for topic in catalogue.load().topics]
    assert [*Topic.objects.offered().values_list("key", flat=True)] == ["everything", *slugs]


def test_storing_the_catalogue_again_changes_nothing(llm: Topic) -> None:
    before = stored()
    store_catalogue()
    assert stored() == before


def test_a_stored_topic_follows_the_catalogue_and_stays_the_same_row(llm: Topic) -> None:
    Topic.objects.filter(pk=llm.pk).update(name="Old name", place=99)
    store_catalogue()
    llm.refresh_from_db()
    assert (llm.name, llm.place) == ("Large language models", 1)


def test_a_topic_that_an_operator_withdrew_stays_withdrawn(llm: Topic) -> None:
    Topic.objects.filter(pk=llm.pk).update(is_offered=False)
    store_catalogue()
    assert not Topic.objects.offered().filter(pk=llm.pk).exists()


def test_a_topic_that_left_the_catalogue_stays_with_its_papers_but_is_not_offered() -> None:
    left = make.topic(key="perceptrons", rules=OWLS)
    make.paper_topic(topic=left)
    store_catalogue()
    left.refresh_from_db()
    assert (left.is_offered, left.rules, left.papers.count()) == (False, OWLS, 1)
    assert shipped_rules(left) == ""


def test_what_readers_typed_stays_as_it_is() -> None:
    own = make.own_topic("llm")
    store_catalogue()
    assert Topic.objects.filter(pk=own.pk, name="llm", rules="", version=1).exists()


def test_the_catalogue_is_stored_in_two_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(4):  # with the savepoint around them
        store_catalogue()


# --- Rules and versions -------------------------------------------------------------------------


def test_other_shipped_rules_are_stored_and_matched(llm: Topic) -> None:
    Topic.objects.filter(pk=llm.pk).update(rules=OWLS)
    ship_other_rules(llm)
    store_catalogue()
    stored_now = Topic.objects.get(pk=llm.pk)
    assert (stored_now.rules, stored_now.version) == (shipped_rules(llm), llm.version + 1)
    assert waiting() == {"llm"}


def test_other_weights_are_matched_with_every_topic(
    llm: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.json"
    weights.write_bytes(judge.FILE.read_bytes() + b"\n")
    monkeypatch.setattr(judge, "FILE", weights)
    store_catalogue()
    assert waiting() == {topic.slug for topic in catalogue.load().topics}
    store_catalogue()
    assert Topic.objects.get(pk=llm.pk).version == llm.version + 1


def test_an_operators_rules_survive_a_migrate(llm: Topic, own_rules: str) -> None:
    before = stored()
    store_catalogue()
    assert stored() == before
    assert (llm.rules, llm.has_own_rules) == (own_rules, True)


def test_an_operators_rules_survive_other_shipped_ones(llm: Topic, own_rules: str) -> None:
    ship_other_rules(llm)
    store_catalogue()
    stored_now = Topic.objects.get(pk=llm.pk)
    assert (stored_now.rules, stored_now.has_own_rules) == (own_rules, True)


def test_rules_that_an_operator_took_back_follow_the_catalogue_again(
    llm: Topic, own_rules: str
) -> None:
    by = User.objects.get(username="ada")
    change_rules(llm, shipped_rules(llm), instead_of=own_rules, by=by, now=NOW)
    Topic.objects.filter(pk=llm.pk).update(rules="those of the catalogue before")
    ship_other_rules(llm)
    store_catalogue()
    assert Topic.objects.get(pk=llm.pk).rules == shipped_rules(llm)


def test_an_operators_rules_that_no_version_can_read_any_more_give_way_to_the_shipped_ones(
    llm: Topic, own_rules: str, caplog: pytest.LogCaptureFixture
) -> None:
    Topic.objects.filter(pk=llm.pk).update(rules="owls, owl")
    store_catalogue()
    llm.refresh_from_db()
    assert (llm.rules, llm.has_own_rules) == (shipped_rules(llm), False)
    assert "line 1: 'owl' is a repetition" in caplog.text
    assert llm.changes.get().rules == own_rules
