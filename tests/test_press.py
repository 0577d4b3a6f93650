import re
from html.parser import HTMLParser
from runpy import run_path
from typing import Any
from unittest.mock import patch

import factories as make
import pytest
from mails import copy_of, mail_of, printed, read
from pytest_django import DjangoAssertNumQueries, Settings
from titles import HOSTILE

from digests.identity.merge import merge
from digests.models import Paper, PaperTopic
from digests.shown.shorten import shorten
from newsletter.models import Delivery
from newsletter.printing import front, seats
from newsletter.printing.press import NothingLeftError, Press
from newsletter.printing.sheet import Typesetter
from newsletter.printing.stories import Story
from newsletter.sending.message import to_wire
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db


def deliveries(readers: int) -> list[Delivery]:
    edition = make.edition()
    return [make.delivery(edition=edition) for _ in range(readers)]


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.text += data


# What is in a mail


def test_both_parts_of_a_mail_tell_title_link_abstract_and_reason() -> None:
    topic, paper = make.topic(name="Birds"), make.paper(title="a<b for Owls", abstract="x<y>z.")
    make.paper_topic(paper=paper, topic=topic, because=["barn owl"])
    edition = make.edition(paper, topic_ids=[topic.pk])
    words = read(printed(make.delivery(edition=edition)).content)
    for said in (words.text, Tags(words.html).text):
        assert all(it in said for it in ("a<b for Owls", "x<y>z.", "Birds", "barn owl"))
    assert paper.link in words.text
    assert paper.link.replace("&", "&amp;") in words.html


def test_an_abstract_is_shortened_as_it_is_shown() -> None:
    formula = r"\textbf{owls} at $10^{-3}$ "  # 13 characters when shown, twice as many stored
    edition = make.edition(make.paper(abstract=formula * 100))
    text = read(printed(make.delivery(edition=edition)).content).text
    said = " ".join(text.split())
    assert said.count("owls at") == said.count("owls at 10⁻³") == 420 // 13
    assert not any(mark in said for mark in "$\\{")


def test_what_she_has_under_another_number_does_not_come_again() -> None:
    topic, kept, gone, new = make.topic(), make.paper(), make.paper(), make.paper()
    [before, today] = (
        make.edition(*papers, topic_ids=[topic.pk]) for papers in ([gone], [kept, new])
    )
    earlier = {"date": make.DATE - make.ONE_DAY, "edition": before}
    reader = make.delivery(make.Post.SENT, **earlier).subscriber
    hers, others = make.delivery(subscriber=reader, edition=today), make.delivery(edition=today)
    merge(gone, into=kept)
    press = Press()
    press.load([copy_of(row) for row in (others, hers)])
    texts = [read(press.message(copy_of(row)).content).text for row in (others, hers, others)]
    assert [kept.title in text for text in texts] == [True, False, True]
    assert all(new.title in text for text in texts)


def test_an_edition_of_which_nothing_is_left_is_no_mail() -> None:
    row = make.delivery()
    assert row.edition
    PaperTopic.objects.filter(paper__in=row.edition.paper_ids).delete()
    with pytest.raises(NothingLeftError):
        printed(row)


def test_a_correction_between_two_bundles_of_an_edition_is_in_the_second() -> None:
    press, copies = Press(), [copy_of(row) for row in deliveries(readers=2)]
    subjects = []
    for copy, title in zip(copies, ("Owls hunt", "Owls hear"), strict=True):
        Paper.objects.update(title=title)
        press.load([copy])
        subjects.append(read(press.message(copy).content).subject)
    assert subjects == ["Owls hunt", "Owls hear"]


def test_a_quiet_week_is_told_to_whom_it_was_planned_for() -> None:
    reader = make.subscriber(days=1, hears_of_silence=True)
    silence = make.delivery(subscriber=reader, edition=make.empty_edition())
    words = read(printed(silence).content)
    assert words.subject == "Nothing new this week · Monday 16 March"
    for part in (words.text, words.html):
        assert f"/me/{reader.preferences_token}" in part
        assert f"/u/{reader.unsubscribe_token}" in part


def test_who_does_not_want_to_hear_of_silence_any_more_does_not() -> None:
    reader = make.subscriber(days=1)
    other = make.subscriber(days=1, hears_of_silence=True)
    edition, press = make.empty_edition(), Press()
    others, hers = (
        copy_of(make.delivery(subscriber=it, edition=edition)) for it in (other, reader)
    )
    press.load([others, hers])
    assert press.message(others)
    with pytest.raises(NothingLeftError, match="she does not want to hear of silence"):
        press.message(hers)


def test_a_reader_whose_week_has_lost_its_papers_hears_of_silence_if_she_wants() -> None:
    topic, paper = make.topic(), make.paper()
    make.paper_topic(paper=paper, topic=topic)
    edition = make.edition(paper, topic_ids=[topic.pk])
    Paper.objects.update(withdrawn_at=make.NOW)
    hears, does_not = (
        make.delivery(subscriber=make.subscriber(days=1, hears_of_silence=it), edition=edition)
        for it in (True, False)
    )
    assert read(printed(hears).content).subject == "Nothing new this week · Monday 16 March"
    with pytest.raises(NothingLeftError, match="nothing left that is new to her"):
        printed(does_not)


def test_a_weekly_reader_who_has_it_all_already_hears_nothing() -> None:
    topic, kept, gone = make.topic(), make.paper(), make.paper()
    make.paper_topic(paper=kept, topic=topic)
    before, today = (make.edition(it, topic_ids=[topic.pk]) for it in (gone, kept))
    reader = make.subscriber(days=1, hears_of_silence=True)
    make.delivery(make.Post.SENT, subscriber=reader, edition=before, date=make.DATE - make.ONE_DAY)
    hers = make.delivery(subscriber=reader, edition=today)
    merge(gone, into=kept)
    with pytest.raises(NothingLeftError, match="nothing left that is new to her"):
        printed(hers)


def test_readers_of_one_edition_read_it_each_in_her_style() -> None:
    paper, topic = make.paper(abstract="Owls hear mice. " * 40), make.topic(name="Birds")
    make.paper_topic(paper=paper, topic=topic)
    other = make.paper(abstract="")
    edition = make.edition(other, paper, topic_ids=[topic.pk])
    styles: list[dict[str, Any]] = [{}, {"abstracts": "full"}, {"days": 1}, {"language": "he"}, {}]
    copies = [
        copy_of(make.delivery(edition=edition, subscriber=make.subscriber(**style)))
        for style in styles
    ]
    press = Press()
    press.load(copies)
    usual, full, weekly, hebrew, again = (read(press.message(it).content) for it in copies)
    assert usual.html.count("hear mice.") == again.html.count("hear mice.") < 40
    assert full.html.count("hear mice.") == 40
    assert weekly.subject.endswith(" · and 1 more this week")
    assert '<html lang="he" dir="rtl"' in hebrew.html


# What it costs


@pytest.mark.parametrize(("editions", "readers"), [(1, 1), (5, 3)])
def test_a_bundle_is_loaded_in_five_queries_and_printed_in_none(
    django_assert_num_queries: DjangoAssertNumQueries, editions: int, readers: int
) -> None:
    copies = [copy_of(row) for _ in range(editions) for row in deliveries(readers)]
    press = Press()
    with django_assert_num_queries(5):
        press.load(copies)
    with django_assert_num_queries(0):
        assert len([press.message(copy) for copy in copies]) == editions * readers


def test_an_edition_is_printed_once_for_all_its_readers_of_a_date() -> None:
    rows = deliveries(readers=3)
    late = make.delivery(edition=rows[0].edition, date=make.DATE + make.ONE_DAY)
    press, copies = Press(), [copy_of(row) for row in [*rows, late]]
    press.load(copies)
    with patch.object(Typesetter, "sheet", autospec=True, side_effect=Typesetter.sheet) as made:
        mails = [press.message(copy) for copy in copies]
    assert [call.args[2] for call in made.mock_calls] == [make.DATE, late.date]
    assert "17 March" in read(mails[-1].content).text


def test_a_mail_needs_nothing_more_to_be_sent(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Paperboy <digest@news.example.org>"
    row = make.delivery()
    message = printed(row)
    assert row.subscriber
    assert (message.sender, message.recipient) == ("digest@news.example.org", row.subscriber.email)
    assert message.key == row.pk
    assert to_wire(message.content) == message.content


# Whom it is for


def test_every_reader_gets_her_own_links_and_nobody_elses() -> None:
    rows = deliveries(readers=3)
    readers = [row.subscriber for row in rows if row.subscriber]
    for row, reader in zip(rows, readers, strict=True):
        said = printed(row).content.decode().replace("=\r\n", "")
        assert said.count(f"/u/{reader.unsubscribe_token}") == 5  # a header, and two in each part
        assert (
            said.count(f"/me/{reader.preferences_token}") == 6
        )  # in each part one, and two by the paper
        others = [other for other in readers if other != reader]
        assert not any(secret in said for other in others for secret in secrets(other))


def secrets(reader: Subscriber) -> tuple[str, str, str]:
    return reader.unsubscribe_token, reader.preferences_token, reader.email


def marks(module: dict[str, object]) -> set[object]:
    """Return what stands in for something."""
    return {it for it in module.values() if isinstance(it, str) and len(it) == len(seats.SUBJECT)}


def test_nothing_of_what_stands_in_for_something_is_left() -> None:
    said = printed(make.delivery()).content.decode()
    assert not any(str(mark) in said for mark in marks(vars(seats)) | marks(vars(front)))


def test_no_paper_can_say_what_stands_in_for_something() -> None:
    another = run_path(seats.__file__)  # as another process has it, or the source's reader
    assert len(marks(another)) > 10
    assert marks(another).isdisjoint(marks(vars(seats)))


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_adds_a_tag_or_loses_a_sign(title: str) -> None:
    usual, hostile = (
        Tags(read(mail_of(Story(said, (), said, "https://example.org"))).html)
        for said in ("Owls", title)
    )
    assert hostile.tags == usual.tags
    shown = shorten(title.replace("\0", ""), 300)  # which no database holds
    assert hostile.text.count(re.split("[\r\n]", shown)[0].strip()) >= 2
