"""Forms are bytes with seats; see `newsletter.printing.forms`."""

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.printing.forms import Form, encode, encode_around

SEATS = ("0a1b", "2c3d")
LINE_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=LINE_ENDS))


def decoded(content: bytes) -> str:
    return quopri.decodestring(content).decode().replace("\r\n", "\n")


@given(st.lists(texts))
def test_what_is_encoded_can_be_read(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines if line == line.rstrip(" \t"))
    assert decoded(encode(text)) == text


@pytest.mark.parametrize("line", [".", "..", "From here", ". From", "a" * 72 + ".", "é" * 23 + "."])
def test_no_line_begins_as_relays_would_change_it(line: str) -> None:
    content = encode(f"{line}\n" * 3)
    assert not [it for it in content.split(b"\r\n") if it.startswith((b".", b"From "))]
    assert decoded(content) == f"{line}\n" * 3


@given(texts, texts, texts)
def test_a_seat_is_never_cut_and_what_takes_it_is_not_searched(
    one: str, two: str, three: str
) -> None:
    said = f"{one}0a1b{two}2c3d{three}\n"
    form = Form.cut(encode_around(said, SEATS), {seat: said.count(seat) for seat in SEATS})
    content = form.write({"0a1b": b"2c3d", "2c3d": b"owl"})
    assert decoded(content) == f"{one}2c3d{two}owl{three}\n"


@pytest.mark.parametrize(
    ("counts", "found"),
    [({"0a1b": 1}, "2 times, not 1"), ({"0a1b": 2, "2c3d": 1}, "0 times, not 1"), ({"4e": 0}, "0")],
)
def test_a_seat_too_many_or_too_few_is_an_error(counts: dict[str, int], found: str) -> None:
    with pytest.raises(ValueError, match=f"a seat occurs {found}"):
        Form.cut(b"0a1b and 0a1b", counts)


def test_no_seat_can_be_forgotten() -> None:
    with pytest.raises(KeyError, match="0a1b"):
        Form.cut(b"0a1b", {"0a1b": 1}).write({})


def test_a_seat_is_taken_by_forms_that_may_have_seats_themselves() -> None:
    form = Form.cut(b"<0a1b|2c3d|0a1b>", {"0a1b": 2, "2c3d": 1})
    words = [Form((b"owl ",)), Form((b"to ", b"!"), ("4e5f",))]
    filled = form.filled({"0a1b": words, "2c3d": [Form.free("2c3d")]})
    assert filled.said == (b"<owl to ", b"!|", b"|owl to ", b"!>")
    assert filled.seats == ("4e5f", "2c3d", "4e5f")
    assert filled.size == sum(map(len, filled.said))


def test_no_seat_can_be_forgotten_by_what_fills_a_form() -> None:
    with pytest.raises(KeyError, match="0a1b"):
        Form.cut(b"0a1b", {"0a1b": 1}).filled({})
