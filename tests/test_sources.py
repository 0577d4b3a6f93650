import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources import PARSERS, DigestError, Kind, SourceError, detect, parse

TODAY = dt.date(2026, 3, 20)
TITLE = "Do Owls Listen?"
ABSTRACT = (
    "We follow forty owls for a winter and ask which of them hunts by ear alone, and which by eye. "
    "Most of them do both."
)
ENTRIES = [{"paper": {"id": "2603.00001", "title": TITLE, "summary": ABSTRACT}}]
ESCAPED_ENTRIES = json.dumps({"dailyPapers": ENTRIES}).replace('"', "&quot;")

SAMPLES = {
    Kind.HUGGING_FACE: json.dumps(ENTRIES),
    Kind.HUGGING_FACE_PAGE: f"""<!doctype html>
<html><body><div data-target="DailyPapers" data-props="{ESCAPED_ENTRIES}"></div></body></html>""",
    Kind.ARXIV_FEED: f"""<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0"><channel>
<title>cs.SD updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.SD</link>
<item><title>{TITLE}</title><link>https://arxiv.org/abs/2603.00001</link>
<description>arXiv:2603.00001v1 Announce Type: new
Abstract: {ABSTRACT}</description>
<guid isPermaLink="false">oai:arXiv.org:2603.00001v1</guid>
<arxiv:announce_type>new</arxiv:announce_type></item></channel></rss>""",
    Kind.ARXIV_MAIL: rf"""received from  Mon 16 Mar 26 18:00:00 GMT  to  Tue 17 Mar 26 18:00:00 GMT
------------------------------------------------------------------------------
\\
arXiv:2603.00001
Date: Mon, 16 Mar 2026 01:23:45 GMT   (123kb)

Title: {TITLE}
Authors: Ula Strix
Categories: cs.SD
\\
  {ABSTRACT}
\\ ( https://arxiv.org/abs/2603.00001 ,  123kb)
""",
    Kind.FEED: f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Owl Letters</title><id>urn:owls</id>
<entry><title>{TITLE}</title><id>urn:owls:1</id><link href="https://example.org/1"/>
<summary>{ABSTRACT}</summary></entry></feed>""",
    Kind.JSON_FEED: json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Owl Letters",
            "items": [{"id": "1", "title": TITLE, "content_text": ABSTRACT}],
        },
        indent=2,
    ),
    Kind.PAGE_TEXT: f"new\n\nSubscribe\n\nMar 16\n\n{TITLE}\n\n{ABSTRACT}\n",
    Kind.MARKDOWN: f"# Papers of 2026-03-16\n\n## {TITLE}\n\n{ABSTRACT}\n",
    Kind.CSV: f'title,abstract\n"{TITLE}","{ABSTRACT}"\n',
    Kind.JSON_LINES: json.dumps({"title": TITLE, "abstract": ABSTRACT}) + "\n",
}

kinds = pytest.mark.parametrize("kind", Kind)


def refusal(data: bytes, kind: Kind | None = None) -> str:
    with pytest.raises(DigestError) as caught:
        parse(data, today=TODAY, kind=kind)
    return str(caught.value)


@kinds
def test_every_kind_has_a_sample_a_label_and_a_parser(kind: Kind) -> None:
    assert SAMPLES[kind]
    assert kind.label
    assert kind in PARSERS or kind is Kind.PAGE_TEXT


def test_no_two_kinds_are_called_the_same() -> None:
    assert len({kind.label for kind in Kind}) == len(Kind)


@kinds
def test_a_digest_is_detected_and_gives_its_paper(kind: Kind) -> None:
    data = SAMPLES[kind].encode()
    assert detect(data) is kind
    [paper] = parse(data, today=TODAY).papers
    assert (paper.title, paper.abstract) == (TITLE, ABSTRACT)


@kinds
@pytest.mark.parametrize("before", ["\ufeff", "\n \t\n", "\n" * 2_000, "\ufeff\r\n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_mark_blank_lines_and_line_ends_hide_no_kind(
    kind: Kind, before: str, line_end: str
) -> None:
    sample = SAMPLES[kind] if kind not in {Kind.FEED, Kind.ARXIV_FEED} else _undeclared(kind)
    data = (before + sample).replace("\n", line_end).encode()
    assert detect(data) is kind
    [paper] = parse(data, today=TODAY).papers
    assert paper.title == TITLE


def _undeclared(kind: Kind) -> str:
    """Return a feed without its XML declaration, which nothing may stand before."""
    return SAMPLES[kind].partition("?>\n")[2]


@kinds
@pytest.mark.parametrize("forced", Kind)
def test_forcing_a_kind_gives_its_digest_or_a_refusal(kind: Kind, forced: Kind) -> None:
    try:
        papers = parse(SAMPLES[kind].encode(), today=TODAY, kind=forced).papers
    except DigestError as error:
        refused = str(error)
        papers = ()
    else:
        refused = ""
    assert bool(papers) != bool(refused)
    assert papers or kind is not forced


@pytest.mark.parametrize(
    ("forced", "given", "said"),
    [
        (Kind.HUGGING_FACE, Kind.FEED, "this is HTML or XML where JSON is due"),
        (Kind.HUGGING_FACE, Kind.JSON_LINES, "$: there is an object where a list is due"),
        (Kind.HUGGING_FACE_PAGE, Kind.CSV, "this is no page of Hugging Face's daily papers"),
        (Kind.PAGE_TEXT, Kind.FEED, "line 1: this is HTML or XML, and of those only feeds"),
        (Kind.PAGE_TEXT, Kind.HUGGING_FACE, "line 1: this is JSON, and of that only"),
        (Kind.JSON_LINES, Kind.PAGE_TEXT, "line 1: this is not JSON; give one"),
    ],
)
def test_a_kind_forced_wrongly_is_refused_with_reason(forced: Kind, given: Kind, said: str) -> None:
    assert refusal(SAMPLES[given].encode(), forced).startswith(said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the page is empty"),
        (b"<html><body>Sign in</body></html>", "line 1: this is HTML or XML, and of those only"),
        (b"<opml><head/></opml>", "line 1: the title '<opml><head/></opml>' has no abstract"),
        (b"[1, 2]", "line 1: this is JSON, and of that only"),
        (b"{}", "line 1: this is JSON, and of that only"),
        (b'["{}"]', "$[0]: there is text where an object is due"),
        (b'{\n"status": "success"}', "$: there is an object where a list is due"),
        ("Owls".encode("utf-16"), "line 1: this is a binary or UTF-16 file"),
        (b"%PDF-1.7\n\xe2\xe3", "line 2: the byte 0xE2 is not UTF-8"),
    ],
)
def test_what_is_no_kind_is_refused_in_words_that_help(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)


def test_an_answer_of_hugging_faces_that_it_failed_is_the_sources_fault() -> None:
    with pytest.raises(SourceError):
        parse(b'{"error": "no such day"}', today=TODAY)


@pytest.mark.parametrize(
    "title", ["[Re] Owls", "# of Owls and why", "1. Owls", "{Owls}", "<think>"]
)
def test_a_page_whose_first_title_opens_oddly_is_a_page(title: str) -> None:
    data = f"{title}\n\n{ABSTRACT}\n".encode()
    assert [paper.title for paper in parse(data, today=TODAY, kind=Kind.PAGE_TEXT).papers] == [
        title
    ]
    assert detect(data) is (Kind.MARKDOWN if title.startswith("#") else Kind.PAGE_TEXT)


@given(
    st.sampled_from(sorted(SAMPLES.values())),
    st.integers(0, 400),
    st.binary(max_size=9),
    st.none() | st.sampled_from(Kind),
)
def test_any_damage_gives_papers_or_a_refusal(
    sample: str, place: int, damage: bytes, kind: Kind | None
) -> None:
    data = sample.encode()
    data = data[:place] + damage + data[place + len(damage) :]
    try:
        papers = parse(data, today=TODAY, kind=kind).papers
    except DigestError:
        return
    assert all(paper.title for paper in papers)
