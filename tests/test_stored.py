import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from digests.matching import stored
from digests.matching.paper_text import PaperText
from digests.matching.rules.language import RuleError
from digests.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_topics")]
KIND = Topic.Kind
PAPER = PaperText.of("A robot arm", "It speaks a pre-trained tongue.", ["Bo Li"], ["cs.RO"])


def own(kind: KIND, key: str) -> Topic:
    return make.topic(kind=kind, key=key, name=f"{key}!", is_offered=False)


def found() -> dict[str, tuple[str, ...]]:
    """Return the topics of the paper by their keys."""
    _, matcher = stored.matcher()
    topics = Topic.objects.in_bulk()
    return {topics[number].key: because for number, because in matcher.match(PAPER).items()}


def test_topics_of_all_kinds_are_found() -> None:
    own(KIND.WORDS, "pretrained tongue")
    own(KIND.AUTHOR, "bo li")
    own(KIND.CATEGORY, "cs.ro")
    own(KIND.WORDS, "submarine")
    assert found() == {
        "robotics": ("robot arm",),
        "pretrained tongue": ("pretrained tongue!",),
        "bo li": ("bo li!",),
        "cs.ro": ("cs.ro!",),
    }


def test_the_topic_of_every_paper_needs_no_matching() -> None:
    assert "everything" not in {topic.key for topic in stored.read(Topic.objects.all())}


def test_topics_are_read_in_two_queries_and_then_looked_at_in_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        first = stored.matcher()
    with django_assert_num_queries(1):
        assert stored.matcher() == first


def test_a_new_topic_is_found_at_once() -> None:
    before = found()
    own(KIND.AUTHOR, "bo li")
    assert {*found()} - {*before} == {"bo li"}


def test_a_topic_that_is_gone_is_found_no_more() -> None:
    topic = own(KIND.AUTHOR, "bo li")
    before = found()
    topic.delete()
    assert {*before} - {*found()} == {"bo li"}


def test_changed_rules_are_found_once_their_version_rises() -> None:
    assert "llm" not in found()
    Topic.objects.filter(key="llm").update(rules="always: tongue", version=2)
    assert found()["llm"] == ("tongue",)


def test_a_topic_in_place_of_another_changes_the_stamp() -> None:
    own(KIND.AUTHOR, "bo li").delete()
    before = own(KIND.AUTHOR, "bo li")
    stamp = stored.stamp()
    before.delete()
    own(KIND.AUTHOR, "he")
    assert stored.stamp() != stamp


def test_a_topic_that_was_begun_earlier_and_came_later_changes_the_stamp() -> None:
    gone, newest = own(KIND.AUTHOR, "bo li"), own(KIND.AUTHOR, "he")
    Topic.objects.filter(pk=newest.pk).update(id=newest.pk + 2)
    stamp = stored.stamp()
    gone.delete()
    make.topic(pk=newest.pk + 1)
    assert stored.stamp() != stamp


def test_topics_that_were_forgotten_are_read_anew() -> None:
    _, before = stored.matcher()
    stored.forget()
    assert stored.matcher()[1] is not before


def test_a_snapshot_finds_what_is_found_in_the_database() -> None:
    own(KIND.WORDS, "pre trained")
    snapshot = stored.snapshot()
    _, matcher = stored.matcher()
    assert snapshot.stamp == stored.stamp()
    assert snapshot.matcher().match(PAPER) == matcher.match(PAPER)


def test_stored_rules_that_cannot_be_used_are_told() -> None:
    Topic.objects.filter(key="llm").update(rules="nonsense: x")
    with pytest.raises(RuleError, match="llm: line 1"):
        stored.snapshot().matcher()
