"""The client against a real server on loopback."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from socketserver import StreamRequestHandler

import pytest
from beside import BackgroundServer
from book import Book
from smtp_server import Act, Answer, SMTPServer

from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.smtp import Client, Patience, Server
from newsletter.sending.smtp.line import Line
from newsletter.sending.smtp.offers import Offers

PIPELINING = "250-loopback\r\n250 PIPELINING"
HELLO = to_wire(b"Subject: 3 papers\r\n\r\n.Good morning.\r\n")


@pytest.fixture(params=["pipelining", "one at a time"])
def server(request: pytest.FixtureRequest) -> Iterator[SMTPServer]:
    with SMTPServer() as server:
        if request.param == "pipelining":
            server.answer("EHLO", *[PIPELINING] * 100)
        yield server


def where(server: SMTPServer, patience: float = 5) -> Server:
    return Server("127.0.0.1", server.port, patience=Patience(patience, patience, 5, patience))


def mails(count: int) -> list[Message]:
    return [Message("p@example.org", f"ada-{n}@example.org", HELLO) for n in range(count)]


def send(
    server: SMTPServer,
    messages: Sequence[Message | None],
    *,
    connections: int = 1,
    ahead: int = 0,
    book: Book | None = None,
) -> Book:
    book = book or Book()
    with Client(where(server), connections, ahead) as client:
        client.send(messages, book)
    return book


@pytest.mark.parametrize("ahead", [0, 7])
@pytest.mark.parametrize("connections", [1, 4])
def test_every_mail_arrives_once_and_is_answered_once(
    server: SMTPServer, connections: int, ahead: int
) -> None:
    messages = mails(50)
    book = send(server, messages, connections=connections, ahead=ahead)
    assert set(book.verdicts.values()) == {Verdict.ACCEPTED}
    assert len(book.verdicts) == len(book.allowed) == len(messages)
    arrived = sorted(mail.recipient for mail in server.mails)
    assert arrived == sorted(f"TO:<{message.recipient}>" for message in messages)
    assert {mail.content for mail in server.mails} == {HELLO.replace(b"\r\n..", b"\r\n.")}
    assert server.connections <= connections


def test_one_at_the_door_of_each_connection_at_most_has_no_answer(server: SMTPServer) -> None:
    class Witness(Book):
        def enter(self, answered: Sequence[Answered], leaving: Sequence[Message]) -> list[Message]:
            allowed = super().enter(answered, leaving)
            assert len(self.allowed) - len(self.answered) <= 3
            return allowed

    send(server, mails(60), connections=3, book=Witness())


def test_mails_entered_ahead_make_few_entries(server: SMTPServer) -> None:
    book = send(server, mails(100), ahead=50)
    assert len(book.entries) <= 6
    assert len(book.verdicts) == 100


@pytest.mark.parametrize("ahead", [0, 3])
def test_what_the_ledger_forbids_never_leaves_and_holds_up_nothing(
    server: SMTPServer, ahead: int
) -> None:
    messages = mails(9)
    book = send(server, messages, ahead=ahead, book=Book(forbids=messages[::2]))
    assert book.verdicts == dict.fromkeys(messages[1::2], Verdict.ACCEPTED)
    assert len(server.mails) == 4


def test_a_source_that_has_nothing_for_the_moment_is_asked_again(server: SMTPServer) -> None:
    first, second = mails(2)
    book = send(server, [None, first, None, None, second, None])
    assert [*book.verdicts] == [first, second]


def test_nothing_is_connected_for_no_mail(server: SMTPServer) -> None:
    assert send(server, []).entries == []
    assert server.connections == 0


def test_connections_stay_open_between_two_calls(server: SMTPServer) -> None:
    with Client(where(server)) as client:
        client.send(mails(1), Book())
        client.send(mails(1), Book())
    assert (len(server.mails), server.connections) == (2, 1)


def test_a_connection_that_the_server_has_left_meanwhile_costs_no_mail(
    server: SMTPServer,
) -> None:
    book = Book()
    with Client(where(server)) as client:
        client.send(mails(1), Book())
        server.answer("MAIL", Act.DROP)
        client.send(mails(1), book)
    assert [*book.verdicts.values()] == [Verdict.ACCEPTED]
    assert server.connections == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY", "."])
@pytest.mark.parametrize("connections", [1, 3])
def test_a_lost_connection_costs_one_mail_at_most(
    server: SMTPServer, step: str, connections: int
) -> None:
    server.answer(step, Act.DROP)
    book = send(server, mails(12), connections=connections)
    unwell = [verdict for verdict in book.verdicts.values() if verdict is not Verdict.ACCEPTED]
    assert len(book.verdicts) == 12
    assert len(unwell) == 1
    # A small mail is gone with its final dot before the server can leave in the middle of it.
    assert unwell[0] is (Verdict.UNKNOWN if step in {".", "BODY"} else Verdict.DEFERRED)
    assert len(server.mails) == 11


@pytest.mark.parametrize(("act", "taken"), [(Act.DROP, 2), (Act.TAKE_AND_DROP, 3)])
def test_a_connection_lost_after_the_final_dot_leaves_one_outcome_unknown(
    server: SMTPServer, act: Act, taken: int
) -> None:
    server.answer(".", "250 Ok", act)
    messages = mails(3)
    book = send(server, messages)
    assert [book.verdicts[message] for message in messages] == [
        Verdict.ACCEPTED,
        Verdict.UNKNOWN,
        Verdict.ACCEPTED,
    ]
    assert len(server.mails) == taken


@pytest.mark.parametrize(("step", "verdict"), [("RCPT", Verdict.DEFERRED), (".", Verdict.UNKNOWN)])
def test_a_silent_server_counts_as_one_that_left(
    server: SMTPServer, step: str, verdict: Verdict
) -> None:
    server.answer(step, Act.SILENCE)
    book = Book()
    with Client(where(server, patience=0.2)) as client:
        client.send(mails(2), book)
    assert [*book.verdicts.values()] == [verdict, Verdict.ACCEPTED]


def test_a_refused_mail_is_no_matter_for_the_others(server: SMTPServer) -> None:
    server.answer(".", "250 Ok", "550 5.1.1 <ada-1@example.org> unknown")
    messages = mails(3)
    book = send(server, messages)
    expected = [Verdict.ACCEPTED, Verdict.BAD_ADDRESS, Verdict.ACCEPTED]
    assert [book.verdicts[message] for message in messages] == expected
    assert "@" not in str([outcome for _, outcome in book.answered])
    assert server.connections == 1


def test_content_of_any_length_arrives(server: SMTPServer) -> None:
    content = to_wire(b"Good morning, Ada.\r\n" * 200_000)
    send(server, [Message("p@example.org", "ada@example.org", content)])
    assert server.mails[0].content == content


def test_whoever_hangs_up_says_goodbye_but_not_amid_a_mail() -> None:
    for mails_under_way, goodbye in ((0, b"QUIT\r\n"), (1, b"")):
        ours, theirs = socket.socketpair()
        line = Line(ours, Offers(), Patience())
        for message in mails(mails_under_way):
            line.dialogue.give(message)
        line.hang_up()
        assert theirs.recv(100) == goodbye
        theirs.close()


# No way in


@pytest.mark.parametrize("greeting", [Act.DROP, "421 4.7.0 Too many of you", "554 Go away"])
@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_lets_nobody_in_is_closed(
    server: SMTPServer, greeting: Answer, connections: int
) -> None:
    server.answer("CONNECT", *[greeting] * connections)
    book = Book()
    with pytest.raises(ClosedError, match="mail server"):
        send(server, mails(3), connections=connections, book=book)
    assert (book.allowed, book.answered) == ([], [])


def test_a_name_that_is_none_is_no_way_in_either() -> None:
    with pytest.raises(ClosedError, match="UnicodeError"), Client(Server("x" * 70, 25)) as client:
        client.send(mails(1), Book())


def test_a_lost_connection_is_replaced_where_the_server_allows_but_one(
    server: SMTPServer,
) -> None:
    server.answer("CONNECT", "220 Hello", *["421 4.7.0 Too many of you"] * 3)
    server.answer(".", "250 Ok", Act.DROP)
    book = send(server, mails(20), connections=4)
    verdicts = [*book.verdicts.values()]
    assert (verdicts.count(Verdict.ACCEPTED), verdicts.count(Verdict.UNKNOWN)) == (19, 1)


def test_fewer_connections_do_where_the_server_allows_no_more(server: SMTPServer) -> None:
    server.answer("CONNECT", "220 Hello", *["421 4.7.0 Too many of you"] * 50)
    book = send(server, mails(20), connections=4)
    assert [*book.verdicts.values()] == [Verdict.ACCEPTED] * 20


@pytest.mark.parametrize("ahead", [0, 5])
def test_once_closed_nothing_more_begins_and_what_had_begun_is_entered(
    server: SMTPServer, ahead: int
) -> None:
    server.answer("MAIL", "250 Ok", "550 5.7.1 We know you")
    server.answer("RCPT", "250 Ok", "503 No sender")
    server.answer("DATA", "354 Go", "503 No sender")
    book = Book()
    with pytest.raises(ClosedError, match=r"^SMTP 550 5\.7\.1$"):
        send(server, mails(50), ahead=ahead, book=book)
    assert len(server.mails) == 1
    assert set(book.allowed) <= {*book.verdicts}
    assert list(book.verdicts.values()).count(Verdict.CLOSED) == 1


def test_a_ledger_that_fails_lets_nothing_more_leave(server: SMTPServer) -> None:
    class Torn(Book):
        def enter(self, answered: Sequence[Answered], leaving: Sequence[Message]) -> list[Message]:
            allowed = super().enter(answered, leaving)
            if len(self.allowed) == 3:
                raise OSError
            return allowed

    book = Torn()
    with pytest.raises(OSError):  # noqa: PT011 - it has no words
        send(server, mails(20), book=book)
    assert (len(server.mails), len(book.allowed)) == (2, 3)
    assert book.entries[-1][1] == 1


def test_a_source_that_fails_ends_the_run(server: SMTPServer) -> None:
    def source() -> Iterator[Message]:
        yield from mails(2)
        raise LookupError

    with pytest.raises(LookupError), Client(where(server)) as client:
        client.send(source(), Book())


def test_what_was_leaving_when_a_run_is_interrupted_is_entered_as_in_doubt(
    server: SMTPServer,
) -> None:
    server.answer(".", "250 Ok", Act.SILENCE)
    book = Book()

    def source() -> Iterator[Message | None]:
        yield from mails(2)
        while len(book.allowed) < 2 or not book.answered:
            yield None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Client(where(server), connections=2) as client:
        client.send(source(), book)
    assert {*book.verdicts} == {*book.allowed}
    assert book.outcomes == [
        Outcome(Verdict.ACCEPTED),
        Outcome(Verdict.UNKNOWN, "we were interrupted"),
    ]


# Servers that do not read


class Stubborn(StreamRequestHandler):
    """Says what it has to say up to DATA, and does what the test wants it to do then."""

    server: "StubbornServer"

    def handle(self) -> None:
        self.server.may_greet.wait(5)
        self.wfile.write(b"220 Hello\r\n")
        if self.rfile.readline().startswith(b"EHLO"):
            self.wfile.write(f"{PIPELINING}\r\n".encode())
        if self.rfile.readline().startswith(b"MAIL"):
            self.wfile.write(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
            self.server.then(self.connection)
        self.server.is_left.set()


class StubbornServer(BackgroundServer):
    def __init__(self, then: Callable[[socket.socket], object]) -> None:
        super().__init__(("127.0.0.1", 0), Stubborn)
        self.then = then
        self.may_greet, self.is_left = threading.Event(), threading.Event()
        self.may_greet.set()

    @property
    def address(self) -> Server:
        return Server("127.0.0.1", self.server_address[1], patience=Patience(5, 5, 0.2, 5))


def send_much(server: StubbornServer) -> list[Answered]:
    book = Book()
    content = to_wire(b"Good morning, Ada.\r\n" * 1_000_000)
    with Client(server.address) as client:
        client.send([Message("p@example.org", "ada@example.org", content)], book)
    return book.answered


def test_a_server_that_stops_reading_is_left_before_the_final_dot() -> None:
    over = threading.Event()
    with StubbornServer(lambda _: over.wait(5)) as server:
        [(_, outcome)] = send_much(server)
        over.set()
    assert outcome.verdict is Verdict.DEFERRED
    assert outcome.reason == "the connection broke: the server is silent"


def test_a_connection_lost_amid_the_mail_is_surely_no_delivery() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with StubbornServer(reset) as server:
        [(_, outcome)] = send_much(server)
    assert outcome.verdict is Verdict.DEFERRED
    assert "@" not in outcome.reason


def test_a_connection_that_opens_after_its_client_has_closed_is_closed_too() -> None:
    def source() -> Iterator[Message | None]:
        yield from [*mails(1), None]
        raise LookupError

    with StubbornServer(lambda _: None) as server:
        server.may_greet.clear()
        with pytest.raises(LookupError), Client(server.address, connections=2) as client:
            client.send(source(), Book())
        server.may_greet.set()
        assert server.is_left.wait(5)
