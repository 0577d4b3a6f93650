"""Headers written without `email` are those that `email` writes."""

import re
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.mime import to_bytes
from newsletter.printing.headers import _PLAIN_SUBJECT, subject_value, to_value
from subscribers.mail import Words, build

printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=120)
any_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


def written(name: str, *, subject: str = "x", to: str = "ada@example.org") -> bytes:
    """Return what `email` writes after a header's name."""
    raw = to_bytes(build(Words(subject, "x\n", "x\n"), to, {}))
    value = re.search(rf"\r\n{name}: (.*?)\r\n(?![ \t])".encode(), raw, re.DOTALL)
    assert value
    return value[1]


@given(printable | any_line)
@example("=?utf-8?q?Owls=0D=0ABcc:_eve@example.org?=")
@example("=?" * 60)
@example("Owls · " + "é🦉" * 60)
@example("a " * 200)
def test_a_subject_is_as_email_writes_it(subject: str) -> None:
    subject = " ".join(subject.split())
    assert subject_value(subject) == written("Subject", subject=subject)


@pytest.mark.parametrize("size", range(60, 84))
def test_a_long_subject_is_folded_where_email_folds_it(size: int) -> None:
    subject = ("owls " * 20)[:size].strip()
    assert subject_value(subject) == written("Subject", subject=subject)


@pytest.mark.parametrize("subject", ["=?utf-8?b?4oCuc2hvcnQ=?= x", "Owls =? mice ?= " * 9])
def test_a_subject_that_looks_encoded_is_read_as_it_was_written(subject: str) -> None:
    raw = b"Subject: " + subject_value(subject.strip()) + b"\r\n\r\n"
    assert message_from_bytes(raw, policy=SMTP)["Subject"] == subject.strip()


def test_a_usual_subject_needs_no_email() -> None:
    assert _PLAIN_SUBJECT.fullmatch("Attention Is All You Need, and what came of it since")


@given(st.emails() | printable.map(lambda text: f"{text[:40].strip()}@example.org"))
@example('"ada, the 1st"@example.org')
@example("ada@[127.0.0.1]")
@example("Ada <ada@example.org>")
@example("ada@example.org, eve@example.org")
@example("x" * 64 + "@" + "y." * 90 + "org")
def test_an_address_is_as_email_writes_it(email: str) -> None:
    assert to_value(email) == written("To", to=email)


@pytest.mark.parametrize("email", ["ada@straße.example", "ädä@example.org"])
def test_an_address_in_other_letters_is_encoded_as_email_does(email: str) -> None:
    assert to_value(email) == written("To", to=email)
