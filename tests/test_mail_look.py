"""What a mail looks like, and that nothing in a digest can change it."""

import re
from dataclasses import replace

import pytest
from django.utils import translation
from mail_linter import contrast
from mails import ADA, MONDAY, mail_of, read

from config.look import look, mail_sheet
from digests.models import Topic
from newsletter.printing import links
from newsletter.printing.proof import proof
from newsletter.printing.stories import Reason, Story
from newsletter.printing.style import Style
from subscribers.mail import Words, link, write

LETTERS = ("confirm", "link", "move", "moved")
EVERYTHING = Reason("Everything", kind=Topic.Kind.EVERYTHING)
STORY = Story(
    title="ReAct: Synergizing Reasoning and Acting in Language Models",
    authors=("Ada Lovelace", "Emmy Noether"),
    abstract="A model thinks aloud, then acts.",
    link="https://arxiv.org/abs/2210.03629",
    reasons=(Reason("Agents and tool use", ("tool use", "agentic")),),
    number=7,
    slug="react",
    more_authors=2,
    pdf="https://arxiv.org/pdf/2210.03629",
    code="https://github.com/owls/react",
)
WEEKLY = ADA._replace(days=1)
HOSTILE = "<script>alert('a')</script> <think> a<b & \"c\""


def edition(*stories: Story) -> Words:
    return read(mail_of(*(stories or (STORY,))))


def silence() -> Words:
    return read(mail_of(copy=WEEKLY))


def every_mail() -> list[Words]:
    letters = (write(name, {"url": link("link")}) for name in LETTERS)
    return [edition(), silence(), *letters]


@pytest.mark.parametrize("token", ["ink", "quiet", "press"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_the_paper_by_day_and_by_night(scheme: str, token: str) -> None:
    tokens = getattr(look(), scheme)
    assert contrast.ratio(tokens[token], tokens["paper"]) >= contrast.LEAST


def test_lengths_come_in_pixels() -> None:
    assert (look().light["column"], look().light["text"]) == ("640px", "18px")
    assert not [value for value in look().light.values() if "rem" in value or "var(" in value]


def test_mails_wear_the_colours_of_the_pages_and_no_others() -> None:
    known = {*look().light.values(), *look().dark.values()}
    for words in every_mail():
        assert {*re.findall(r"#[0-9a-f]{6}\b", words.html)} <= known
        assert look().light["paper"] in words.html
        assert look().dark["paper"] in words.html


def test_mails_can_be_read_aloud_and_in_the_dark() -> None:
    for words in every_mail():
        assert '<html lang="en" dir="ltr">' in words.html
        assert '<meta name="color-scheme" content="light dark">' in words.html
        assert len(re.findall("<h1", words.html)) == 1
        tables, layout = (
            len(re.findall(tag, words.html)) for tag in ("<table", 'role="presentation"')
        )
        assert tables == layout > 0


def test_mails_load_nothing() -> None:
    for words in every_mail():
        assert not re.search(r"<(img|script|link|iframe|form)|url\(|@import", words.html)


def test_where_no_style_sheet_is_read_the_look_is_in_the_attributes() -> None:
    for words in every_mail():
        body = words.html.partition("</head>")[2]
        press = look().light["press"]
        for anchor in re.findall("<a [^>]*>", body):
            assert press in anchor
        assert not re.findall("<(?:h1|h2|p|body)(?![^>]* style=)[^>]*>", body)
        assert "var(" not in words.html


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("he", "rtl")])
def test_a_mail_runs_as_its_language_does(language: str, direction: str) -> None:
    html = read(mail_of(STORY, copy=ADA._replace(language=language))).html
    assert f'<html lang="{language}" dir="{direction}">' in html
    start = "text-align:right" if direction == "rtl" else "text-align:left"
    assert html.partition("</head>")[2].count("text-align") == html.count(start) == 1
    assert '<h2 dir="auto"' in html


def test_a_style_sheet_for_mails_knows_no_start_and_no_end() -> None:
    for is_rtl in (True, False):
        rules = mail_sheet(is_rtl=is_rtl)
        assert not re.search(r"inline-(start|end)|: (start|end)|var\(", rules.attributes)


def test_an_edition_says_what_when_and_why() -> None:
    words = edition(STORY, replace(STORY, title="Voyager"))
    assert words.subject == "ReAct: Synergizing Reasoning and Acting in Language … · and 1 more"
    for part in (words.text, words.html):
        assert "Monday, 16 March 2026" in part
        assert "2 papers on Agents and tool use" in part
        assert "tool use, agentic" in part
        unbroken = part.replace("&nbsp;", "\xa0")
        assert "1\xa0minute" in unbroken
        assert "Ada Lovelace, Emmy Noether\xa0and\xa02\xa0more" in unbroken
        assert "Voyager" in part


def test_a_headline_is_a_link_below_its_reason() -> None:
    html = edition().html
    assert re.search(rf'<h2[^>]*><a href="{STORY.link}"[^>]*>{STORY.title}</a></h2>', html)
    assert html.index("tool use, agentic") < html.index("<h2")


def test_a_paper_leads_to_its_pdf_its_code_and_its_own_page() -> None:
    words = edition()
    page = links.paper_page(STORY.number, STORY.slug)
    for url in (STORY.pdf, STORY.code, page):
        assert f'href="{url}"' in words.html
        assert f": {url}\n" in words.text
    bare = edition(replace(STORY, pdf="", code=""))
    assert "PDF" not in bare.text + bare.html
    assert "Code" not in bare.text + bare.html


def test_a_reader_may_say_what_she_wants_more_or_less_of() -> None:
    words = edition()
    more, less = (links.feedback(ADA.preferences_token, 7, it) for it in ("more", "less"))
    assert re.search(rf'<a href="{more}"[^>]*>More like this</a>', words.html)
    assert re.search(rf'<a href="{less}"[^>]*>Not for me</a>', words.html)
    assert f"More like this: {more}\nNot for me: {less}\n" in words.text


def test_an_inbox_shows_the_next_title_and_nothing_of_the_masthead() -> None:
    html = edition(STORY, replace(STORY, title="Voyager")).html
    shown = re.search('<div class="preheader"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert shown
    assert shown[1].strip().startswith("Voyager")
    assert shown[1].count("\u034f&nbsp;") >= 50


def test_a_week_is_called_a_week_at_its_beginning_and_at_its_end() -> None:
    words = read(mail_of(STORY, STORY, copy=WEEKLY))
    assert words.subject.endswith("and 1 more this week")
    for part in (words.text, words.html):
        assert "This week: 2 papers on Agents and tool use" in part
        said = "That was the week. The next edition comes on Monday 23 March."
        assert said in " ".join(part.split())
    usual = edition()
    assert "week" not in usual.subject + usual.text + usual.html


def test_the_next_edition_comes_on_her_present_day() -> None:
    friday = WEEKLY._replace(days=0b1_0000)
    for words in (read(mail_of(STORY, copy=friday)), read(mail_of(copy=friday))):
        for part in (words.text, words.html):
            assert "The next edition comes on Friday 20 March." in " ".join(part.split())


def test_a_first_edition_says_that_it_is_one_and_later_ones_do_not() -> None:
    said = "Your first edition: what came up in the last days. From now on, only what is new."
    for is_first in (True, False):
        words = read(mail_of(STORY, copy=ADA._replace(is_first=is_first)))
        for part in (words.text, words.html):
            assert (said in " ".join(part.split())) == is_first


@pytest.mark.parametrize(
    ("reasons", "shows_words"),
    [
        ([EVERYTHING], False),
        ([Reason("barn owl", kind=Topic.Kind.WORDS), EVERYTHING], False),
        ([EVERYTHING, *STORY.reasons], True),
    ],
)
def test_what_words_are_is_explained_where_there_are_some(
    reasons: list[Reason], *, shows_words: bool
) -> None:
    stories = [replace(STORY, reasons=(it,)) for it in reasons]
    words = edition(*stories)
    page = proof(stories, MONDAY, Style("en"))
    for part in (words.text, words.html, page):
        assert ("the words by which the paper was chosen" in " ".join(part.split())) == shows_words


def test_a_mark_of_what_was_left_out_stays_on_the_line_of_its_word() -> None:
    for words in range(60, 80):
        text = edition(replace(STORY, abstract="owls and mice " * words)).text
        assert not [line for line in text.splitlines() if line.startswith("…")]


def test_a_quiet_week_is_told_kindly_and_shows_where_there_is_more() -> None:
    words = silence()
    assert words.subject == "Nothing new this week · Monday 16 March"
    for part in (words.text, words.html):
        assert "Monday, 16 March 2026" in part
        assert links.archive() in part
        assert link("preferences", ADA.preferences_token) in part
        assert part.count(link("unsubscribe", ADA.unsubscribe_token)) == 2


def test_a_mail_program_is_told_where_the_edition_can_be_seen() -> None:
    view = links.shared_edition(MONDAY, ADA.edition)
    assert re.search(f'ViewAction"><a itemprop="url" href="{view}"', edition().html)
    assert view in edition().text.splitlines()


@pytest.mark.parametrize("stories", [(STORY, STORY), ()], ids=["papers", "silence"])
def test_a_proof_is_the_mail_for_everybody(stories: tuple[Story, ...]) -> None:
    page = proof(stories, MONDAY, Style("en", weekday=0))
    assert f'href="{link("sign-up")}"' in page
    assert page.count(f">{STORY.title}</a>") == len(stories)
    for personal in ("/me/", "/u/", "Unsubscribe", "Not for me"):
        assert personal not in page


def test_a_proof_shows_what_a_mail_has_no_room_for_and_names_its_own_page() -> None:
    stories = [replace(STORY, title="🦉" * 300)] * 90
    page = proof(stories, MONDAY, Style("en"), edition=4711)
    assert page.count("<h2") == 90
    address = links.shared_edition(MONDAY, 4711)
    assert f'<link rel="canonical" href="{address}">' in page


def test_a_proof_speaks_its_style() -> None:
    long = replace(STORY, abstract="They hunt. " * 90)
    told = [STORY, long]
    short, full = (proof(told, MONDAY, Style("he", is_full=it)) for it in (False, True))
    assert short.count("They hunt.") < full.count("They hunt.") == 90
    assert 'dir="rtl"' in full
    assert translation.get_language() == "en"


def test_what_is_not_known_leaves_no_gap() -> None:
    words = edition(replace(STORY, authors=(), more_authors=0, abstract="", reasons=(EVERYTHING,)))
    assert "1 paper\xa0·" in words.text
    assert "()" not in words.text
    assert not re.search(r"<p[^>]*>\s*</p>", words.html)


def test_everything_is_what_is_left_beside_the_topics() -> None:
    words = edition(STORY, replace(STORY, reasons=(EVERYTHING,)))
    assert "2 papers on Agents and tool use and everything else" in words.text


def test_the_way_out_stands_first_and_last() -> None:
    words = edition()
    for part in (words.text, words.html):
        url = link("unsubscribe", ADA.unsubscribe_token)
        assert part.index(url) < part.index(STORY.title, part.index("16 March 2026"))
        assert part.rindex(url) > part.rindex(STORY.abstract)
        assert link("preferences", ADA.preferences_token) in part


def test_in_the_text_every_link_has_a_line_of_its_own() -> None:
    lines = edition().text.splitlines()
    for url in (
        STORY.link,
        link("unsubscribe", ADA.unsubscribe_token),
        link("preferences", ADA.preferences_token),
    ):
        assert url in lines


def test_signs_of_markup_survive_as_text_and_never_as_markup() -> None:
    words = edition(
        replace(
            STORY,
            title=HOSTILE,
            authors=(HOSTILE,),
            abstract=HOSTILE,
            link="https://x.org/?a=1&b=2",
        )
    )
    assert HOSTILE in words.subject
    assert words.text.count(HOSTILE) == 3
    assert '&lt;think&gt; a&lt;b &amp; "c"' in words.html
    assert not re.search("<script|<think|<b &", words.html)
    assert 'href="https://x.org/?a=1&amp;b=2"' in words.html


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_holds_its_link_and_nothing_that_was_typed(name: str) -> None:
    url = "https://news.example.org/confirm/abcdefghijklmnopqrstuv"
    words = write(name, {"url": url, "email": "typed@example.org", "title": "typed"})
    assert url in words.text.splitlines()
    assert f'href="{url}"' in words.html
    assert "typed" not in words.subject + words.text + words.html
