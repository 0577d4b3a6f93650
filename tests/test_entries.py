"""Papers as lists show them: the best of their reasons above the headline."""

import factories as make
import pytest

from digests.shown.entries import entries

pytestmark = pytest.mark.django_db


def test_a_list_gives_two_reasons_of_two_words_that_they_fit_a_line() -> None:
    paper = make.paper()
    for place in range(3):
        topic = make.topic(name=f"Topic {place}", place=place)
        make.paper_topic(paper=paper, topic=topic, because=["owl", "wing", "beak"])
    (entry,) = entries([paper])
    assert [(it.name, it.words) for it in entry.reasons] == [
        ("Topic 0", ("owl", "wing")),
        ("Topic 1", ("owl", "wing")),
    ]


def test_in_the_list_of_a_topic_that_topic_is_the_first_reason() -> None:
    paper = make.paper()
    topics = [make.topic(name=f"Topic {place}", place=place) for place in range(3)]
    for topic in topics:
        make.paper_topic(paper=paper, topic=topic, because=["owl"])
    (entry,) = entries([paper], topics[2])
    assert [it.name for it in entry.reasons] == ["Topic 2", "Topic 0"]
