from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.smtp.answers import NO_CODE, Answer, AnswerError, AnswerReader
from newsletter.sending.smtp.offers import Offers
from newsletter.sending.smtp.refusals import refusal, refusal_of_sender

SAID = b"250-sink\r\n250-SIZE 1000\r\n250 PIPELINING\r\n354 Go\n550\r\nhello\r\n250-a\r\n251 b\r\n"
ANSWERS = [
    Answer(250, (b"sink", b"SIZE 1000", b"PIPELINING")),
    Answer(354, (b"Go",)),
    Answer(550, (b"",)),
    Answer(NO_CODE, (b"o",)),
    Answer(NO_CODE, (b"a", b"b")),
]


@given(st.lists(st.integers(0, len(SAID)), max_size=8))
def test_answers_are_the_same_however_their_bytes_are_cut(cuts: list[int]) -> None:
    reader, places = AnswerReader(), [0, *sorted(cuts), len(SAID)]
    pieces = [SAID[start:end] for start, end in pairwise(places)]
    assert [answer for piece in pieces for answer in reader.feed(piece)] == ANSWERS
    assert not reader.is_amid_an_answer


@pytest.mark.parametrize("flood", [b"x" * 5_000, b"250-x\r\n" * 200])
def test_no_answer_fills_the_memory(flood: bytes) -> None:
    reader = AnswerReader()
    with pytest.raises(AnswerError):
        reader.feed(flood)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(said: bytes) -> None:
    AnswerReader().feed(said)


@pytest.mark.parametrize(
    ("lines", "offers"),
    [
        ([], Offers()),
        ([b"PIPELINING", b"8bitmime"], Offers(pipelining=True, eight_bit=True)),
        ([b"SIZE 10240", b"SMTPUTF8"], Offers(longest=10_240, utf8_addresses=True)),
        ([b"SIZE 0", b"STARTTLS"], Offers(starttls=True)),
        ([b"SIZE", b"SIZE x", b"", b"\xff"], Offers()),
        ([b"AUTH PLAIN login"], Offers(logins=frozenset({"PLAIN", "LOGIN"}))),
    ],
)
def test_what_a_server_offers_is_read_from_its_greeting(lines: list[bytes], offers: Offers) -> None:
    assert Offers.read(lines) == offers


@pytest.mark.parametrize(
    ("words", "verdict", "reason"),
    [
        (b"450 4.7.1 <ada@example.org> is greylisted", Verdict.DEFERRED, "SMTP 450 4.7.1"),
        (b"452 4.2.2 ada's mailbox is full", Verdict.DEFERRED, "SMTP 452 4.2.2"),
        (b"530 Log in first", Verdict.CLOSED, "SMTP 530"),
        (b"550 5.1.1 <ada@example.org> does not exist", Verdict.BAD_ADDRESS, "SMTP 550 5.1.1"),
        (b"550 5.1.10 ada@example.org", Verdict.BAD_ADDRESS, "SMTP 550 5.1.10"),
        (b"550 5.2.1 ada@example.org is disabled", Verdict.BAD_ADDRESS, "SMTP 550 5.2.1"),
        (b"550 ada@example.org: see 5.1.1", Verdict.REFUSED, "SMTP 550"),
        (b"552 5.2.2 ada@example.org is full", Verdict.REFUSED, "SMTP 552 5.2.2"),
        (b"554 5.7.1 ada@example.org: your host is listed", Verdict.CLOSED, "SMTP 554 5.7.1"),
    ],
)
def test_a_refusal_means_one_verdict_and_its_reason_names_nobody(
    words: bytes, verdict: Verdict, reason: str
) -> None:
    [answer] = AnswerReader().feed(words + b"\r\n")
    assert refusal(answer) == Outcome(verdict, reason)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (b"451 4.3.0 Busy", Verdict.DEFERRED),
        (b"553 5.1.0 Sender unknown", Verdict.CLOSED),
        (b"550 No", Verdict.CLOSED),
    ],
)
def test_who_refuses_our_own_address_for_good_refuses_every_mail(
    words: bytes, verdict: Verdict
) -> None:
    [answer] = AnswerReader().feed(words + b"\r\n")
    assert refusal_of_sender(answer).verdict is verdict
