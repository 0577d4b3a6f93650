from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from book import Book

from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.transports.one_by_one import send_one_by_one

TAKEN = Outcome(Verdict.ACCEPTED)
HELLO = to_wire(b"Good morning.")
ONE, TWO, THREE = (Message("p@x.org", f"ada-{n}@x.org", HELLO, key=n) for n in (1, 2, 3))


def send(
    messages: Iterable[Message | None],
    hand_over: Callable[[Message], Outcome] = lambda _: TAKEN,
    book: Book | None = None,
) -> Book:
    book = book or Book()
    send_one_by_one(messages, book, hand_over)
    return book


def refuse(what: Message, error: BaseException) -> Callable[[Message], Outcome]:
    def hand_over(message: Message) -> Outcome:
        if message is what:
            raise error
        return TAKEN

    return hand_over


def test_each_mail_is_entered_with_the_answer_to_the_one_before() -> None:
    book = send([ONE, TWO, THREE])
    assert book.entries == [(0, 1), (1, 1), (1, 1), (1, 0)]
    assert book.answered == [(ONE, TAKEN), (TWO, TAKEN), (THREE, TAKEN)]


def test_no_mail_makes_no_entry() -> None:
    assert send([]).entries == []


def test_a_mail_is_handed_over_only_once_the_ledger_has_allowed_it() -> None:
    book, handed_over = Book(forbids=[TWO]), []

    def hand_over(message: Message) -> Outcome:
        assert book.allowed[-1] is message
        handed_over.append(message)
        return TAKEN

    send([ONE, TWO, THREE], hand_over, book)
    assert handed_over == [ONE, THREE]
    assert [*book.verdicts] == [ONE, THREE]


def test_nothing_stays_unrecorded_while_there_is_nothing_to_do() -> None:
    assert send([None, ONE, None, None, TWO]).entries == [(0, 1), (1, 0), (0, 1), (1, 0)]


def test_a_transport_that_closes_is_entered_and_hears_of_no_other_mail() -> None:
    book = Book()
    closed = Outcome(Verdict.CLOSED, "login refused")
    with pytest.raises(ClosedError, match="login refused"):
        send([ONE, TWO], lambda _: closed, book)
    assert book.answered == [(ONE, closed)]


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()])
def test_a_mail_whose_handing_over_is_interrupted_is_in_doubt(error: BaseException) -> None:
    book = Book()
    with pytest.raises(type(error)):
        send([ONE, TWO, THREE], refuse(TWO, error), book)
    assert book.verdicts == {ONE: Verdict.ACCEPTED, TWO: Verdict.UNKNOWN}


def test_a_source_that_fails_leaves_no_answer_unrecorded() -> None:
    def source() -> Iterator[Message]:
        yield ONE
        raise LookupError

    book = Book()
    with pytest.raises(LookupError):
        send(source(), book=book)
    assert book.answered == [(ONE, TAKEN)]


def test_what_a_ledger_that_failed_may_have_taken_is_not_entered_again() -> None:
    class Torn(Book):
        def enter(self, answered: Sequence[Answered], leaving: Sequence[Message]) -> list[Message]:
            allowed = super().enter(answered, leaving)
            if len(self.entries) == 2:
                raise OSError
            return allowed

    book = Torn()
    with pytest.raises(OSError):  # noqa: PT011 - it has no words
        send([ONE, TWO, THREE], book=book)
    assert book.answered == [(ONE, TAKEN)]
