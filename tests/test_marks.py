"""Words marked in the text in which they were found."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as some

from digests.search.marks import SHOWN_WORDS, marked, plain, telling_part


def owls(words: Sequence[str]) -> list[bool]:
    return [word == "owl" for word in words]


def test_words_are_marked_whatever_their_case_number_and_accents() -> None:
    expected = "<mark>Owls</mark> and <mark>öwl</mark>-like growls"
    assert marked("Owls and öwl-like growls", owls) == expected


def test_what_a_paper_says_is_never_markup() -> None:
    text = '<script>alert("owl")</script> & <b>'
    assert marked(text, owls) == escape(text).replace("owl", "<mark>owl</mark>")


@given(some.text(alphabet='owl <>&"é-', max_size=60))
def test_without_its_marks_a_text_is_just_escaped(text: str) -> None:
    assert re.sub("</?mark>", "", marked(text, owls)) == escape(text)


def test_a_short_text_is_shown_whole() -> None:
    assert telling_part("An owl is here.", owls) == "An owl is here."


def test_of_a_long_text_the_part_with_most_is_shown() -> None:
    text = " ".join([*["hush"] * 100, "two owls, one", "owl", *["hush"] * 100])
    part = telling_part(text, owls)
    assert part.count("owl") == 2
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part.split()) == SHOWN_WORDS + 2


def test_where_nothing_is_wanted_a_text_begins_at_its_beginning() -> None:
    assert telling_part("hush " * 100, owls).startswith("hush")


def test_a_word_is_compared_without_accents_and_in_the_singular() -> None:
    assert plain("Schrödingers") == "schrodinger"
