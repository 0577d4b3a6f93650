"""A mail put together from pieces is the mail that the whole template and `email` would make."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from mails import ADA, MONDAY, mail_of, read
from pytest_django import Settings
from titles import HOSTILE

from benchmarks.whole_mails import whole_mail
from newsletter.printing.front import BOUNDARY
from newsletter.printing.sheet import LARGEST_MAIL, LENGTHS, Typesetter
from newsletter.printing.stories import Kind, Reason, Story
from newsletter.sending.copies import Copy
from newsletter.sending.message import to_wire

# What might end a line, a part or a word too early, or be taken for a mark.
SNAGS = [
    ".",
    "..",
    "\n.",
    "From ",
    "\nFrom ",
    "=",
    "=\r\n",
    "=3D",
    "--",
    f"--{BOUNDARY}",
    "{{ x }}",
]
SNAGS += [
    "<b>&",
    "\r",
    "\r\n",
    "\u2028",
    "\x85",
    "\x0b\x0c\x1c",
    " ",
    "\t",
    "\xa0",
    "\0",
    "e\u0301",
]
SNAGS += ["\u202e", "。" * 40, "🦉" * 90, "owl" * 700, "A. B. C. ", "word " * 80, *HOSTILE.values()]
wild = st.lists(st.sampled_from(SNAGS) | st.text(max_size=60), max_size=8).map("".join)
lines = wild.map(lambda text: " ".join(text.split()))  # what is stored
names = lines.map(lambda text: text[:60].strip()).filter(bool)
reasons = st.builds(Reason, names, st.lists(names, max_size=3).map(tuple), st.sampled_from([*Kind]))
addresses = st.emails() | st.sampled_from(
    [
        "ada@example.org",
        "a+b.c'd_e/f=g@xn--strae-oqa.example",
        '"ada, the 1st"@example.org',
        '"a b"@example.org',
        "ada@straße.example",
        "ädä@example.org",
        "ada@[127.0.0.1]",
        "=?utf-8?q?a?=@example.org",
        f"{'x' * 64}@{'y.' * 90}org",
    ]
)


def stories(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Story]]:
    links = st.just("https://arxiv.org/abs/2603.00001") | lines
    because = st.lists(reasons, min_size=1, max_size=4).map(tuple)
    return st.lists(st.builds(Story, texts, texts, texts, links, because), min_size=1, max_size=6)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC), tick=False):
        yield


def parts(content: bytes) -> list[tuple[list[tuple[str, str]], object]]:
    """Return the headers and the decoded words of a mail's two parts."""
    mail = message_from_bytes(content)
    assert not mail.defects
    return [(part.items(), part.get_payload(decode=True)) for part in [*mail.walk()][1:]]


def check(papers: list[Story], copy: Copy = ADA) -> None:
    """Compare a mail with the one that is made without any pieces, at the length that it took."""
    content = mail_of(*papers, copy=copy)
    wholes = (whole_mail(papers, copy, lengths) for lengths in LENGTHS)
    expected = next((mail for mail in wholes if parts(mail) == parts(content)), None)
    assert expected
    head, body = content.split(b"\r\n\r\n--" + BOUNDARY.encode(), 1)
    assert head == expected.split(b"\r\n\r\n--" + BOUNDARY.encode(), 1)[0]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    check_lines(content)
    # A header, and two in each part; one in each part.
    assert content.count(copy.unsubscribe_token.encode()) == 5
    assert content.count(copy.preferences_token.encode()) == 2


def check_lines(content: bytes) -> None:
    """See that nobody on the way has a reason to change a mail."""
    assert content.isascii()
    assert len(content) < LARGEST_MAIL
    assert to_wire(content) == content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if line.startswith((b".", b"From ")) or b"\r" in line]


@given(stories(lines), addresses, st.integers(1, 2**63 - 1))
def test_a_mail_says_what_the_whole_template_says(
    papers: list[Story], email: str, number: int
) -> None:
    check(papers, ADA._replace(email=email, delivery=number))


@given(stories(wild), st.dates(dt.date(1900, 1, 1)))
def test_line_ends_and_controls_in_a_paper_change_nothing_around_it(
    papers: list[Story], date: dt.date
) -> None:
    check(papers, ADA._replace(date=date))


@pytest.mark.parametrize("papers", [1, 20, 30])
def test_however_short_its_abstracts_are_cut_it_is_the_same_mail(papers: int) -> None:
    for text in ("Owls hear in the dark. " * 90, "🦉。" * 900):
        check([story(str(number), text) for number in range(papers)])


def test_no_link_is_cut_in_whatever_column_it_begins(settings: Settings) -> None:
    for length in range(1, 62):
        settings.SITE_URL = f"https://{'n' * length}.org"
        check([story()])


def test_a_site_may_lie_deep_below_another(settings: Settings) -> None:
    settings.SITE_URL = "https://library.example.edu/deep/below/it/all/and/further/down"
    settings.SITE_NAME = f'Café, <Papers> & "more" {"é" * 60}'
    settings.CONTACT_EMAIL = "people@example.org"
    check([story()])


def story(title: str = "Owls", abstract: str = "They hunt.") -> Story:
    link = "https://arxiv.org/abs/2603.00001"
    return Story(title, "Ada Byron", abstract, link, (Reason("Birds", ("owl",)),))


# How large it may be


@pytest.mark.parametrize(
    ("title", "abstract"),
    [("深" * 300, "学" * 10_000), ("🦉" * 300, "🦉" * 10_000), ("<&\"'>" * 60, "=<&\"'>" * 2_000)],
    ids=["Chinese", "emoji", "markup"],
)
def test_thirty_papers_in_the_costliest_signs_still_fit(title: str, abstract: str) -> None:
    because = (Reason("Reasoning and test-time compute", ("inference-time compute",) * 3),) * 4
    papers = [replace(story(title, abstract), reasons=because) for _ in range(30)]
    content = mail_of(*papers)
    assert len(content) < LARGEST_MAIL
    assert read(content).text.count("https://arxiv.org/abs/") == 30


def test_abstracts_are_as_long_as_the_number_of_papers_allows() -> None:
    long = story(abstract="Nächtliche Eulen hören. " * 100)
    sizes = [read(mail_of(*[long] * papers)).text.count("Eulen") / papers for papers in (1, 12, 30)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == sizes[1] > sizes[2] > 1


def test_what_cannot_be_made_to_fit_is_said_and_not_printed() -> None:
    with pytest.raises(ValueError, match="300 papers do not fit into 90000 bytes"):
        Typesetter().sheet([story()] * 300, MONDAY)
