import datetime as dt
from dataclasses import replace
from html.parser import HTMLParser
from runpy import run_path
from unittest.mock import patch

import factories as make
import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import DjangoAssertNumQueries
from titles import HOSTILE

from config.mime import to_bytes
from digests.identity.merge import merge
from digests.models import Paper, Topic
from newsletter import render
from newsletter.models import Delivery, Edition
from newsletter.render import LARGEST_MAIL, Press, Reason, Story, fit, stories
from newsletter.shorten import shorten
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 16)
BIRDS, EVERYTHING = Reason("Birds", ("owl",)), Reason("Everything", kind="everything")
WORDS, AUTHOR = Reason("barn owl", kind="words"), Reason("Ada Byron", kind="author")


def edition(*papers: Paper, topics: list[Topic]) -> Edition:
    return make.edition(*papers, topic_ids=[topic.pk for topic in topics])


def deliveries(edition: Edition, readers: int) -> list[Delivery]:
    rows = [make.delivery(edition=edition) for _ in range(readers)]
    return [*Delivery.objects.select_related("subscriber").filter(pk__in=[row.pk for row in rows])]


def parts(message: EmailMultiAlternatives) -> tuple[str, str]:
    """Return a mail's text and its HTML."""
    [(html, _)] = message.alternatives
    return str(message.body), str(html)


def story(title: str = "Owls", abstract: str = "They hunt.", words: int = 1) -> Story:
    reasons = (Reason("Birds", ("owl",) * words),)
    return Story(title, "", abstract, Paper(title=title).link, reasons)


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


# What is in a mail, and why


def test_papers_come_in_the_order_of_the_edition() -> None:
    papers = [make.paper() for _ in range(5)]
    shuffled = [papers[place] for place in (3, 0, 4, 1, 2)]
    assert [story.title for story in stories(edition(*shuffled, topics=[make.topic()]))] == [
        paper.title for paper in shuffled
    ]


def test_a_paper_names_the_topics_that_chose_it_in_the_forms_order_and_their_best_words() -> None:
    mice, owls = make.topic(name="Mice", place=2), make.topic(name="Owls", place=1)
    paper = make.paper()
    make.paper_topic(paper=paper, topic=mice, because=["mouse", "vole", "rat", "shrew"])
    make.paper_topic(paper=paper, topic=owls, because=["owl"])
    [told] = stories(edition(paper, topics=[mice, owls]))
    assert [*map(str, told.reasons)] == ["Owls: owl", "Mice: mouse, vole, rat"]


def test_a_topic_that_the_reader_does_not_follow_is_no_reason() -> None:
    followed, paper = make.topic(name="Owls"), make.paper()
    make.paper_topic(paper=paper, topic=followed)
    make.paper_topic(paper=paper)
    [told] = stories(edition(paper, topics=[followed]))
    assert [reason.topic for reason in told.reasons] == ["Owls"]


def test_everything_is_a_reason_only_where_there_is_no_better_one() -> None:
    everything, owls = Topic.objects.get(kind="everything"), make.topic(name="Owls")
    some, other = make.paper(), make.paper()
    make.paper_topic(paper=some, topic=owls, because=["owl"])
    for paper in (some, other):
        make.paper_topic(paper=paper, topic=everything, because=[])
    told = stories(edition(some, other, topics=[everything, owls]))
    assert [[*map(str, story.reasons)] for story in told] == [["Owls: owl"], ["Everything"]]


def test_a_readers_own_words_speak_for_themselves_the_most_particular_first() -> None:
    owls, paper = make.topic(name="Owls"), make.paper()
    own = {
        kind: make.own_topic(typed, kind=kind)
        for kind, typed in (("category", "cs.CL"), ("words", "barn owl"), ("author", "Ada Byron"))
    }
    for topic in own.values():
        make.paper_topic(paper=paper, topic=topic, because=[topic.name])
    make.paper_topic(paper=paper, topic=owls, because=["wings", "Barn Owl", "beak"])
    [told] = stories(edition(paper, topics=[owls, *own.values()]))
    said = ["by Ada Byron", "barn owl", "Owls: wings, beak", "cs.CL"]
    assert [*map(str, told.reasons)] == said


@pytest.mark.parametrize(
    ("reasons", "summary"),
    [
        ([WORDS, BIRDS], "1 paper on barn owl and Birds"),
        ([BIRDS, AUTHOR], "1 paper on Birds, and by Ada Byron"),
        ([AUTHOR], "1 paper by Ada Byron"),
        ([EVERYTHING], "1 paper"),
        ([BIRDS, EVERYTHING], "1 paper on Birds and everything else"),
    ],
)
def test_the_line_below_the_masthead_names_what_the_papers_are_about(
    reasons: list[Reason], summary: str
) -> None:
    told = replace(story(), reasons=tuple(reasons))
    assert f"\n{summary} \u00b7 1 minute" in fit([told], MONDAY).text


def test_papers_that_turned_out_to_be_one_come_once_with_the_reasons_of_the_one_that_stays(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    topic = make.topic(name="Birds")
    kept, between, gone = (make.paper(title=title) for title in ("Owls", "Tides", "An Owl"))
    for paper, word in ((kept, "owl"), (between, "gull"), (gone, "bird")):
        make.paper_topic(paper=paper, topic=topic, because=[word])
    sent = edition(gone, between, kept, topics=[topic])
    merge(gone, into=kept)
    with django_assert_num_queries(4):
        told = stories(sent)
    reasons = [(story.title, [*map(str, story.reasons)]) for story in told]
    assert reasons == [("Owls", ["Birds: owl"]), ("Tides", ["Birds: gull"])]


def test_a_paper_that_lost_the_words_that_chose_it_stays_away() -> None:
    topic = make.topic()
    kept, lost = make.paper(title="Owls"), make.paper(title="Tides")
    composed = edition(lost, kept, topics=[topic])
    lost.topics.all().delete()
    assert [story.title for story in stories(composed)] == ["Owls"]


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ([], ""),
        (["Ada", "Emmy", "Grace"], "Ada, Emmy, Grace"),
        (["Ada", "Emmy", "Grace", "Hedy", "Rosa"], "Ada, Emmy, Grace and 2 more"),
    ],
)
def test_the_first_three_authors_are_named(authors: list[str], shown: str) -> None:
    [told] = stories(edition(make.paper(authors=authors), topics=[make.topic()]))
    assert told.authors == shown


def test_both_parts_of_a_mail_tell_title_link_abstract_and_reason() -> None:
    topic, paper = make.topic(name="Birds"), make.paper(title="a<b for Owls", abstract="x<y>z.")
    make.paper_topic(paper=paper, topic=topic, because=["barn owl"])
    [delivery] = deliveries(edition(paper, topics=[topic]), readers=1)
    text, html = parts(Press().mail(delivery))
    for said in (text, Tags(html).text):
        assert all(words in said for words in ("a<b for Owls", "x<y>z.", "Birds", "barn owl"))
    assert paper.link in text
    assert paper.link.replace("&", "&amp;") in html


LATEX = r"na\"{\i}ve ``Owls'' $\times$ 360{\deg}, a<b, <think> and <projektor>"
SHOWN = "naïve “Owls” \u00d7 360°, a<b, <think> and <projektor>"


def test_latex_is_shown_as_text_in_both_parts_and_the_subject_and_stays_stored() -> None:
    paper = make.paper(title=f"{LATEX}!", abstract=f"{LATEX}.", authors=[r"K. G\"odel", "E. B\\'o"])
    [delivery] = deliveries(edition(paper, topics=[make.topic()]), readers=1)
    message = Press().mail(delivery)
    text, html = parts(message)
    for said in (text, Tags(html).text):
        assert all(words in said for words in (f"{SHOWN}!", f"{SHOWN}.", "K. Gödel, E. Bó"))
    assert message.subject == f"Mon 16 March: {SHOWN}!"
    paper.refresh_from_db()
    assert (paper.title, paper.abstract) == (f"{LATEX}!", f"{LATEX}.")


def test_an_abstract_is_shortened_as_it_is_shown() -> None:
    formula = r"\textbf{owls} at $10^{-3}$ "  # 13 characters when shown, twice as many stored
    [told] = stories(edition(make.paper(abstract=formula * 100), topics=[make.topic()]))
    words = fit([told], MONDAY).text
    assert words.count("owls at") == words.count("owls at 10⁻³") == 900 // 13
    assert not any(mark in words for mark in "$\\{")


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Do Owls Listen?", "Do+Owls+Listen%3F"),
        (r"Na\"{\i}ve \emph{Owls}", "Na%C3%AFve+Owls"),
        ("owls and mice " * 20, "owls+and+mice+" * 6 + "owls+and+mice"),
        ("深" * 300, "%E6%B7%B1" * 33),
    ],
)
def test_a_paper_without_an_address_links_to_a_search_for_its_first_words(
    title: str, query: str
) -> None:
    link = f"https://arxiv.org/search/?query={query}&searchtype=title"
    assert Paper(title=title).link == link
    assert Paper(title=title, url="https://example.org/owls").link == "https://example.org/owls"


# How large it may be


@pytest.mark.parametrize(
    ("title", "abstract"),
    [("深" * 300, "学" * 10_000), ("🦉" * 300, "🦉" * 10_000), ("<&\"'>" * 60, "=<&\"'>" * 2_000)],
    ids=["Chinese", "emoji", "markup"],
)
def test_thirty_papers_in_the_costliest_signs_still_fit(title: str, abstract: str) -> None:
    topics = [make.topic(name="Reasoning and test-time compute", place=n) for n in range(6)]
    papers = [make.paper(title=f"{number} {title}", abstract=abstract) for number in range(30)]
    for paper in papers:
        for topic in topics:
            make.paper_topic(paper=paper, topic=topic, because=["inference-time compute"] * 3)
    [delivery] = deliveries(edition(*papers, topics=topics), readers=1)
    message = Press().mail(delivery)
    assert len(to_bytes(message)) < LARGEST_MAIL
    assert message.body.count("https://arxiv.org/search/") == 30


def test_abstracts_are_as_long_as_the_number_of_papers_allows() -> None:
    long = "Nächtliche Eulen hören. " * 100
    sizes = [
        fit([story(abstract=long)] * papers, MONDAY).text.count("Eulen") / papers
        for papers in (1, 12, 30)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == sizes[1] > sizes[2] > 1


def test_what_cannot_be_made_to_fit_is_said_and_not_sent() -> None:
    with pytest.raises(ValueError, match="300 papers do not fit into 90000 bytes"):
        fit([story()] * 300, MONDAY)


# What it costs


@pytest.mark.parametrize("papers", [1, 30])
def test_an_edition_is_loaded_in_five_queries_however_long_it_is(
    django_assert_num_queries: DjangoAssertNumQueries, papers: int
) -> None:
    topic = make.topic()
    listed = [make.paper_topic(topic=topic).paper for _ in range(papers)]
    first, second = deliveries(edition(*listed, topics=[topic]), readers=2)
    press = Press()
    with django_assert_num_queries(5):
        press.mail(first)
    with django_assert_num_queries(0):
        press.mail(second)


def test_the_templates_make_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert fit([story()], MONDAY).text


def test_an_edition_is_printed_once_for_all_its_readers_of_a_date() -> None:
    press, rows = Press(), deliveries(make.edition(), readers=3)
    late = make.delivery(edition=rows[0].edition, date=MONDAY + make.ONE_DAY)
    with patch.object(render, "fit", wraps=fit) as printed:
        mails = [press.mail(row) for row in [*rows, late]]
    assert [call.args[1] for call in printed.mock_calls] == [MONDAY, late.date]
    assert "17 March" in mails[-1].subject


# Whom it is for


def test_every_reader_gets_her_own_links_and_nobody_elses() -> None:
    press, rows = Press(), deliveries(make.edition(), readers=3)
    readers = [row.subscriber for row in rows if row.subscriber]
    for row, reader in zip(rows, readers, strict=True):
        said = to_bytes(press.mail(row)).decode().replace("=\r\n", "")
        assert said.count(f"/u/{reader.unsubscribe_token}") == 5  # a header, and two in each part
        assert said.count(f"/me/{reader.preferences_token}") == 2
        others = [other for other in readers if other != reader]
        assert not any(secret in said for other in others for secret in secrets(other))


def secrets(reader: Subscriber) -> tuple[str, str, str]:
    return reader.unsubscribe_token, reader.preferences_token, reader.email


def test_nothing_of_the_stand_ins_for_tokens_is_left() -> None:
    [row] = deliveries(make.edition(), readers=1)
    text, html = parts(Press().mail(row))
    assert not any(mark in text + html for mark in (render.UNSUBSCRIBE, render.PREFERENCES))


def test_no_paper_can_say_what_stands_in_for_a_token() -> None:
    another = run_path(render.__file__)  # as another process has it, or the source's reader
    stand_ins = {render.UNSUBSCRIBE, render.PREFERENCES}
    assert stand_ins.isdisjoint({another["UNSUBSCRIBE"], another["PREFERENCES"]})


def test_a_mail_names_its_delivery_to_the_provider_and_nothing_else() -> None:
    [row] = deliveries(make.edition(), readers=1)
    message = Press().mail(row)
    assert message.metadata == {"delivery": str(row.pk)}  # type: ignore[attr-defined] # Anymail's
    assert message.tags == ["edition"]  # type: ignore[attr-defined] # Anymail's
    assert row.subscriber
    assert message.to == [row.subscriber.email]


def test_a_delivery_of_nothing_or_to_nobody_is_no_mail() -> None:
    for row in (make.delivery(subscriber=None), make.delivery(make.Post.SKIPPED)):
        with pytest.raises(ValueError, match=r"^delivery#\d+ has nothing to send, or nobody"):
            Press().mail(row)


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_adds_a_tag_or_loses_a_sign(title: str) -> None:
    usual, hostile = (
        Tags(fit([story(title=said, abstract=said)], MONDAY).html) for said in ("Owls", title)
    )
    assert hostile.tags == usual.tags
    assert hostile.text.count(shorten(title, 300).split("\n")[0].strip()) >= 2
