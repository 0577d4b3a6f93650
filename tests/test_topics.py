import pytest
from pytest_django import DjangoAssertNumQueries

from digests.matching import catalogue
from digests.matching.topics import store_catalogue
from digests.models import Topic

pytestmark = pytest.mark.django_db


def stored() -> list[tuple[object, ...]]:
    return [*Topic.objects.order_by("pk").values_list()]


def test_a_migrated_database_holds_the_catalogue_and_everything() -> None:
    assert Topic.objects.filter(kind=Topic.Kind.CATALOGUE).count() == 43
    assert Topic.objects.get(kind=Topic.Kind.EVERYTHING).slug == "everything"
    assert Topic.objects.count() == 44


def test_the_form_offers_everything_first_and_then_the_catalogue_in_its_order() -> None:
    slugs = [topic.slug for topic in catalogue.load()]
    assert [*Topic.objects.offered().values_list("slug", flat=True)] == ["everything", *slugs]


def test_storing_the_catalogue_again_changes_nothing() -> None:
    before = stored()
    store_catalogue()
    assert stored() == before


def test_a_stored_topic_follows_the_catalogue_and_stays_the_same_row() -> None:
    topic = Topic.objects.get(slug="llm")
    Topic.objects.filter(pk=topic.pk).update(name="Old name", place=99)
    store_catalogue()
    topic.refresh_from_db()
    assert (topic.name, topic.place) == ("Large language models", 1)


def test_a_topic_that_an_operator_withdrew_stays_withdrawn() -> None:
    Topic.objects.filter(slug="llm").update(is_offered=False)
    store_catalogue()
    assert not Topic.objects.offered().filter(slug="llm").exists()


def test_a_topic_that_left_the_catalogue_stays_but_is_no_longer_offered() -> None:
    left = Topic.objects.create(slug="perceptrons", name="Perceptrons")
    store_catalogue()
    assert Topic.objects.filter(pk=left.pk).exists()
    assert not Topic.objects.offered().filter(pk=left.pk).exists()


def test_the_catalogue_is_stored_in_two_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(4):  # with the savepoint around them
        store_catalogue()
