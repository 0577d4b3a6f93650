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
from newsletter.printing import links, sheet
from newsletter.printing.front import BOUNDARY
from newsletter.printing.sheet import LARGEST_MAIL, Typesetter, ways
from newsletter.printing.stories import Kind, Reason, Story
from newsletter.printing.style import Style
from newsletter.sending.copies import Copy
from newsletter.sending.message import to_wire
from subscribers.schedule import EVERY_DAY

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


# A language may run the other way, and need no translation of ours for that.
copies = st.builds(
    ADA._replace,
    language=st.sampled_from(["en", "de", "zh-hans", "he"]),
    abstracts=st.sampled_from(["short", "full"]),
    days=st.sampled_from([EVERY_DAY, 1]),
    is_first=st.booleans(),
)


def stories(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Story]]:
    links = st.just("https://arxiv.org/abs/2603.00001") | lines
    paper = st.builds(
        Story,
        title=texts,
        authors=st.lists(names, max_size=4).map(tuple),
        abstract=texts,
        link=links,
        reasons=st.lists(reasons, min_size=1, max_size=4).map(tuple),
        number=st.integers(0, 10**9),
        more_authors=st.sampled_from([0, 1, 12]),
        pdf=st.just("") | links,
        code=st.just("") | links,
    )
    return st.lists(paper, max_size=6)


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
    """Compare a mail with the one that is made without any pieces, as much as it had room for."""
    content = mail_of(*papers, copy=copy)
    is_full = Style.of(copy).is_full
    found = ways(papers, is_full=is_full)
    wholes = (whole_mail(told, copy, longest, most) for told, longest, most in found)
    expected = next((mail for mail in wholes if parts(mail) == parts(content)), None)
    assert expected
    head, body = content.split(b"\r\n\r\n--" + BOUNDARY.encode(), 1)
    assert head == expected.split(b"\r\n\r\n--" + BOUNDARY.encode(), 1)[0]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    check_lines(content)
    # A header, and two in each part; in each part one, and two about each paper.
    assert content.count(copy.unsubscribe_token.encode()) == 5
    shown = str(parts(content)[-1]).count("<h2")
    assert content.count(copy.preferences_token.encode()) == 2 + 4 * shown


def check_lines(content: bytes) -> None:
    """See that nobody on the way has a reason to change a mail."""
    assert content.isascii()
    assert len(content) < LARGEST_MAIL
    assert to_wire(content) == content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if line.startswith((b".", b"From ")) or b"\r" in line]


@given(stories(lines), copies, addresses, st.integers(1, 2**63 - 1))
def test_a_mail_says_what_the_whole_template_says(
    papers: list[Story], copy: Copy, email: str, number: int
) -> None:
    check(papers, copy._replace(email=email, delivery=number))


@given(stories(wild), copies, st.dates(dt.date(1900, 1, 1), dt.date(9998, 12, 31)))
def test_line_ends_and_controls_in_a_paper_change_nothing_around_it(
    papers: list[Story], copy: Copy, date: dt.date
) -> None:
    check(papers, copy._replace(date=date))


@pytest.mark.parametrize("papers", [1, 20, 30, 100])
def test_however_short_it_is_cut_it_is_the_same_mail(papers: int) -> None:
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
    link, because = "https://arxiv.org/abs/2603.00001", (Reason("Birds", ("owl",)),)
    return Story(title, ("Ada Byron",), abstract, link, because, number=7)


# How large it may be


@pytest.mark.parametrize("sign", ["学", "🦉", "=<&\"'>"], ids=["Chinese", "emoji", "markup"])
def test_thirty_papers_with_abstracts_in_the_costliest_signs_still_fit(sign: str) -> None:
    because = (Reason("Reasoning and test-time compute", ("inference-time compute",) * 3),) * 2
    papers = [replace(story("Owls " * 16, sign * 9_000), reasons=because) for _ in range(30)]
    for abstracts in ("short", "full"):
        content = mail_of(*papers, copy=ADA._replace(abstracts=abstracts))
        assert len(content) < LARGEST_MAIL
        assert read(content).text.count("https://arxiv.org/abs/") == 30


def test_abstracts_are_as_long_as_the_number_of_papers_allows() -> None:
    long, full = story(abstract="Nächtliche Eulen hören. " * 100), ADA._replace(abstracts="full")
    sizes = [
        read(mail_of(*[long] * papers, copy=full)).text.count("Eulen") / papers
        for papers in (1, 12, 30)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 100 > sizes[1] > sizes[2] > 1


def test_of_a_short_abstract_the_first_sentences_are_read() -> None:
    long = story(abstract="Nocturnal owls hear mice under the snow from far away. " * 40)
    assert read(mail_of(long)).text.count("Nocturnal") == 420 // 55


def test_what_finds_no_room_is_counted_and_linked() -> None:
    papers = [story(f"{number} owls hunt at night. " * 10, "🦉" * 900) for number in range(90)]
    words = read(mail_of(*papers))
    shown = words.html.count("<h2")
    assert 30 < shown < 90
    assert words.text.count("https://arxiv.org/abs/") == shown
    for part in (words.text, words.html):
        assert f"{90 - shown} more on the site" in part
        assert part.count(links.shared_edition(MONDAY, ADA.edition)) == 2


@pytest.mark.parametrize("others", [0, 3])
def test_whatever_its_authors_are_called_a_paper_comes(others: int) -> None:
    endless = replace(story(), authors=("x" * 40_000,), more_authors=5)
    words = read(mail_of(endless, *[story()] * others))
    assert words.html.count("<h2") == 1
    for part in (words.text, words.html):
        assert endless.title in part
        assert "xxx" not in part
        assert "5 more" not in part
        assert (f"{others} more on the site" in part) == bool(others)


def test_the_fullest_abstract_has_its_end() -> None:
    copy = ADA._replace(abstracts="full")
    assert (
        read(mail_of(story(abstract="Owls. " * 9_999), copy=copy)).text.count("Owls.") < 5_000 / 6
    )


def test_what_cannot_be_made_to_fit_is_said_and_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet, "LARGEST_MAIL", 5_000)
    with pytest.raises(ValueError, match="no paper fits into 5000 bytes"):
        Typesetter().sheet([story()], MONDAY, Style("en"), edition=1)
