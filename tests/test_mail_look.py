"""What a mail looks like, and that nothing in a digest can change it."""

import re
from dataclasses import replace

import pytest
from mails import ADA, mail_of, read

from config.look import look
from digests.models import Topic
from newsletter.printing.stories import Reason, Story
from subscribers.mail import Words, link, write

LETTERS = ("confirm", "link")
EVERYTHING = Reason("Everything", kind=Topic.Kind.EVERYTHING)
STORY = Story(
    title="ReAct: Synergizing Reasoning and Acting in Language Models",
    authors="Ada Lovelace, Emmy Noether and 2 more",
    abstract="A model thinks aloud, then acts.",
    link="https://arxiv.org/abs/2210.03629",
    reasons=(Reason("Agents and tool use", ("tool use", "agentic")),),
)
HOSTILE = "<script>alert('a')</script> <think> a<b & \"c\""


def edition(*stories: Story) -> Words:
    return read(mail_of(*(stories or (STORY,))))


def every_mail() -> list[Words]:
    return [edition(), *(write(name, {"url": link("link")}) for name in LETTERS)]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("token", ["ink", "quiet", "press"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_the_paper_by_day_and_by_night(scheme: str, token: str) -> None:
    tokens = getattr(look(), scheme)
    assert contrast(tokens[token], tokens["paper"]) >= 4.5


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
        assert '<html lang="en">' in words.html
        assert '<meta name="color-scheme" content="light dark">' in words.html
        assert len(re.findall("<h1", words.html)) == 1
        tables, layout = (
            len(re.findall(tag, words.html)) for tag in ("<table", 'role="presentation"')
        )
        assert tables == layout > 0


def test_mails_load_nothing() -> None:
    for words in every_mail():
        assert not re.search(r"<(img|script|link|iframe|form)|url\(|@import", words.html)


def test_an_edition_says_what_when_and_why() -> None:
    words = edition(STORY, replace(STORY, title="Voyager"))
    assert words.subject == f"Mon 16 March: {STORY.title} and 1 more"
    for part in (words.text, words.html):
        assert "Monday, 16 March 2026" in part
        assert "2 papers on Agents and tool use" in part
        assert "1 minute" in part
        assert "tool use, agentic" in part
        assert "Ada Lovelace, Emmy Noether and 2 more" in part
        assert "Voyager" in part


def test_a_headline_is_a_link_below_its_reason() -> None:
    html = edition().html
    assert re.search(rf'<h2[^>]*>\s*<a\s+href="{STORY.link}"[^>]*>{STORY.title}</a>', html)
    assert html.index("tool use, agentic") < html.index("<h2")


def test_what_is_not_known_leaves_no_gap() -> None:
    words = edition(replace(STORY, authors="", abstract="", reasons=(EVERYTHING,)))
    assert "1 paper ·" in words.text
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
            STORY, title=HOSTILE, authors=HOSTILE, abstract=HOSTILE, link="https://x.org/?a=1&b=2"
        )
    )
    assert HOSTILE in words.subject
    assert words.text.count(HOSTILE) == 3
    assert "&lt;think&gt; a&lt;b &amp; &quot;c&quot;" in words.html
    assert not re.search("<script|<think|<b &", words.html)
    assert 'href="https://x.org/?a=1&amp;b=2"' in words.html


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_holds_its_link_and_nothing_that_was_typed(name: str) -> None:
    url = "https://news.example.org/confirm/abcdefghijklmnopqrstuv"
    words = write(name, {"url": url, "email": "typed@example.org", "title": "typed"})
    assert url in words.text.splitlines()
    assert f'href="{url}"' in words.html
    assert "typed" not in words.subject + words.text + words.html
