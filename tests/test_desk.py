import datetime as dt

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from digests.identity.merge import merge
from digests.models import Paper, Topic
from newsletter.models import Edition
from newsletter.printing.desk import Desk, seen_before
from newsletter.printing.stories import Story
from newsletter.sending.copies import Copy

pytestmark = pytest.mark.django_db


def edition(*papers: Paper, topics: list[Topic]) -> Edition:
    return make.edition(*papers, topic_ids=[topic.pk for topic in topics])


def told(edition: Edition, desk: Desk | None = None) -> list[Story]:
    return (desk or Desk()).stories([edition.pk])[edition.pk]


def titles(edition: Edition, desk: Desk | None = None) -> list[str]:
    return [story.title for story in told(edition, desk)]


def test_papers_come_in_the_order_of_the_edition() -> None:
    papers = [make.paper() for _ in range(5)]
    shuffled = [papers[place] for place in (3, 0, 4, 1, 2)]
    assert titles(edition(*shuffled, topics=[make.topic()])) == [it.title for it in shuffled]


def test_a_paper_names_the_topics_that_chose_it_in_the_forms_order_and_their_best_words() -> None:
    mice, owls = make.topic(name="Mice", place=2), make.topic(name="Owls", place=1)
    paper = make.paper()
    make.paper_topic(paper=paper, topic=mice, because=["mouse", "vole", "rat", "shrew"])
    make.paper_topic(paper=paper, topic=owls, because=["owl"])
    [story] = told(edition(paper, topics=[mice, owls]))
    assert [*map(str, story.reasons)] == ["Owls: owl", "Mice: mouse, vole"]


def test_editions_of_one_bundle_give_each_their_own_readers_reasons() -> None:
    owls, mice, paper = make.topic(name="Owls"), make.topic(name="Mice"), make.paper()
    for topic in (owls, mice):
        make.paper_topic(paper=paper, topic=topic, because=[])
    one, two = (edition(paper, topics=[topic]) for topic in (owls, mice))
    stories = Desk().stories([one.pk, two.pk])
    assert [str(*stories[it.pk][0].reasons) for it in (one, two)] == ["Owls", "Mice"]


def test_readers_of_the_same_paper_for_the_same_reasons_share_its_story() -> None:
    owls, paper, other = make.topic(), make.paper(), make.paper()
    desk = Desk()
    one, two = edition(paper, topics=[owls]), edition(other, paper, topics=[owls])
    assert told(one, desk)[0] is told(two, desk)[1]


def test_papers_that_turned_out_to_be_one_come_once_with_the_reasons_of_the_one_that_stays() -> (
    None
):
    topic = make.topic(name="Birds")
    kept, between, gone = (make.paper(title=title) for title in ("Owls", "Tides", "An Owl"))
    for paper, word in ((kept, "owl"), (between, "gull"), (gone, "bird")):
        make.paper_topic(paper=paper, topic=topic, because=[word])
    sent = edition(gone, between, kept, topics=[topic])
    merge(gone, into=kept)
    reasons = [(story.title, [*map(str, story.reasons)]) for story in told(sent)]
    assert reasons == [("Owls", ["Birds: owl"]), ("Tides", ["Birds: gull"])]
    assert [story.numbers for story in told(sent)] == [(kept.pk, gone.pk), ()]


def test_a_paper_that_lost_the_words_that_chose_it_stays_away() -> None:
    topic = make.topic()
    kept, lost = make.paper(title="Owls"), make.paper(title="Tides")
    composed = edition(lost, kept, topics=[topic])
    lost.topics.all().delete()
    assert titles(composed) == ["Owls"]


def test_a_corrected_paper_is_told_anew() -> None:
    paper, desk = make.paper(title="Owls hunt"), Desk()
    composed = edition(paper, topics=[make.topic()])
    assert titles(composed, desk) == ["Owls hunt"]
    for title in ("Owls listen", "Owls hear"):
        Paper.objects.filter(pk=paper.pk).update(title=title)
        assert titles(composed, desk) == [title]


def test_a_withdrawn_paper_stays_away_until_it_is_taken_back() -> None:
    kept, withdrawn, desk = make.paper(title="Owls"), make.paper(title="Tides"), Desk()
    composed = edition(withdrawn, kept, topics=[make.topic()])
    assert titles(composed, desk) == ["Tides", "Owls"]
    for moment, left in ((make.NOW, ["Owls"]), (None, ["Tides", "Owls"])):
        Paper.objects.filter(pk=withdrawn.pk).update(withdrawn_at=moment)
        assert titles(composed, desk) == left


def test_an_edition_is_loaded_in_five_queries_and_later_ones_of_its_papers_in_four(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    topic, desk = make.topic(), Desk()
    papers = [make.paper_topic(topic=topic).paper for _ in range(30)]
    editions = [edition(*papers[:number], topics=[topic]).pk for number in (30, 20, 10, 1)]
    with django_assert_num_queries(5):
        desk.stories(editions[:1])
    with django_assert_num_queries(4):
        desk.stories(editions)


def test_a_desk_that_knows_too_much_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.printing.desk.MOST_PAPERS", 1)
    topic, desk = make.topic(), Desk()
    editions = [edition(make.paper(), make.paper(), topics=[topic]) for _ in range(3)]
    assert [len(titles(it, desk)) for it in editions] == [2, 2, 2]
    assert len(desk._papers) == 2


# What a reader has seen


def ask(reader: int, edition: Edition, date: dt.date = make.DATE) -> dict[int, set[int]]:
    copy = Copy(7, 1, date, edition.pk, 0, reader, "ada@example.org", "", "", "en", "short", 127)
    return seen_before([copy], Desk().stories([edition.pk]))


@pytest.mark.parametrize("has_the_one_that_stays", [False, True])
def test_what_came_under_another_number_has_been_seen(*, has_the_one_that_stays: bool) -> None:
    topic, kept, gone = make.topic(), make.paper(), make.paper()
    before, today = (kept, gone) if has_the_one_that_stays else (gone, kept)
    sent = make.delivery(
        make.Post.SENT, edition=edition(before, topics=[topic]), date=make.DATE - make.ONE_DAY
    )
    again = edition(today, topics=[topic])
    merge(gone, into=kept)
    assert sent.subscriber
    assert ask(sent.subscriber.pk, again) == {7: {before.pk}}
    assert ask(sent.subscriber.pk, again, sent.date) == {7: set()}
    assert ask(make.subscriber().pk, again) == {7: set()}


def test_nobody_is_asked_what_she_has_seen_where_each_paper_has_one_number(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    composed = make.edition()
    stories = Desk().stories([composed.pk])
    copy = Copy(7, 1, make.DATE, composed.pk, 0, 1, "ada@example.org", "", "", "en", "short", 127)
    with django_assert_num_queries(0):
        assert seen_before([copy], stories) == {}
