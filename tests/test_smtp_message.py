import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sending.message import from_wire, to_wire

lines_and_ends = st.lists(
    st.sampled_from([b"", b".", b"..", b".dot", b"dot.", b"\r", b"\n", b"\r\n", b"\xff\x00"])
).map(b"".join)


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"", b""),
        (b"one", b"one\r\n"),
        (b"one\r\ntwo\r\n", b"one\r\ntwo\r\n"),
        (b".\r\n..\r\n.three", b"..\r\n...\r\n..three\r\n"),
        (b"one\n.\rRCPT TO:<x>\r\n", b"one\r\n..\r\nRCPT TO:<x>\r\n"),
        (b"one\r\n\r\n", b"one\r\n\r\n"),
    ],
)
def test_lines_end_in_crlf_and_leading_dots_are_doubled(content: bytes, wire: bytes) -> None:
    assert to_wire(content) == wire


@given(lines_and_ends)
def test_nothing_on_the_wire_can_end_a_mail_early(content: bytes) -> None:
    wire = b"\r\n" + to_wire(content)
    assert not re.search(rb"[^\r]\n|\r[^\n]|[\r\n]\.(?!\.)", wire)
    assert wire.endswith(b"\r\n")


@given(lines_and_ends)
def test_the_other_side_gets_the_lines_that_were_there(content: bytes) -> None:
    lines = from_wire(to_wire(content)).split(b"\r\n")
    assert lines == [*content.splitlines(), b""]


@given(lines_and_ends, lines_and_ends)
def test_pieces_are_joined_as_they_are(one: bytes, other: bytes) -> None:
    whole_lines = one + b"\r\n"
    assert to_wire(whole_lines) + to_wire(other) == to_wire(whole_lines + other)
