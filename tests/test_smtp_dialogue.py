"""The words of SMTP, without a socket."""

import pytest

from newsletter.sending.message import Message, Wire, to_wire
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.smtp.dialogue import Dialogue, Wait
from newsletter.sending.smtp.offers import Offers

PIPELINING = Offers(pipelining=True)
READY = "250 Ok\r\n250 Ok\r\n354 Go"
HELLO = to_wire(b"Subject: 3 papers\r\n\r\nGood morning.\r\n")


def mail(number: int = 1, content: Wire = HELLO) -> Message:
    return Message("p@example.org", f"ada-{number}@example.org", content)


def talk(
    dialogue: Dialogue, *answers: str, mails: tuple[Message, ...] = (), allow: bool = True
) -> bytes:
    """Give the mails as they are wanted, allow what may be, say the answers; return what it said.

    Each answer is said once all words before it have left.
    """
    waiting, said = [*mails], b""
    for answer in [*answers, ""]:
        while waiting and dialogue.wants_message:
            dialogue.give(waiting.pop(0))
        if allow and dialogue.at_the_door:
            dialogue.allow()
        said += bytes(dialogue.outgoing)
        dialogue.written(len(dialogue.outgoing))
        if answer:
            dialogue.receive(f"{answer}\r\n".encode())
    return said


def verdicts(dialogue: Dialogue) -> list[Verdict]:
    return [outcome.verdict for _, outcome in dialogue.settled]


# What travels together


def test_the_envelope_travels_in_one_group_and_the_next_one_behind_the_content() -> None:
    dialogue = Dialogue(PIPELINING)
    first, second = mail(1), mail(2)
    envelope = b"MAIL FROM:<p@example.org>\r\nRCPT TO:<ada-%d@example.org>\r\nDATA\r\n"
    assert talk(dialogue, mails=(first,)) == envelope % 1
    content = talk(dialogue, READY, mails=(second,))
    assert content == HELLO + b".\r\n" + envelope % 2
    assert dialogue.settled == []
    talk(dialogue, "250 Taken")
    assert dialogue.settled == [(first, Outcome(Verdict.ACCEPTED))]


def test_a_server_without_pipelining_hears_one_command_at_a_time() -> None:
    dialogue = Dialogue(Offers())
    assert talk(dialogue, mails=(mail(),)) == b"MAIL FROM:<p@example.org>\r\n"
    assert not dialogue.wants_message
    assert talk(dialogue, "250 Ok") == b"RCPT TO:<ada-1@example.org>\r\n"
    assert talk(dialogue, "250 Ok") == b"DATA\r\n"
    assert talk(dialogue, "354 Go") == HELLO + b".\r\n"
    talk(dialogue, "250 Taken")
    assert verdicts(dialogue) == [Verdict.ACCEPTED]


def test_no_content_leaves_before_it_is_allowed() -> None:
    dialogue = Dialogue(PIPELINING)
    message = mail()
    assert b"Good morning" not in talk(dialogue, READY, mails=(message,), allow=False)
    assert dialogue.at_the_door is message
    assert not dialogue.may_be_in_doubt


def test_no_content_leaves_before_the_answer_to_the_mail_before() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, mails=(mail(1), mail(2)))
    assert dialogue.at_the_door is None
    talk(dialogue, "250 Taken", READY)
    assert dialogue.may_be_in_doubt


def test_a_mail_that_is_denied_ends_the_connection_and_gives_the_next_one_back() -> None:
    dialogue = Dialogue(PIPELINING)
    denied, behind = mail(1), mail(2)
    talk(dialogue, READY, mails=(denied, behind), allow=False)
    dialogue.deny()
    assert dialogue.is_over
    assert (dialogue.settled, dialogue.untried) == ([], [behind])
    assert not dialogue.outgoing


# Refusals


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("553 5.1.0 No\r\n503 No\r\n503 No", Verdict.CLOSED),
        ("250 Ok\r\n550 5.1.1 No\r\n503 No", Verdict.BAD_ADDRESS),
        ("250 Ok\r\n450 4.2.0 Later\r\n554 No", Verdict.DEFERRED),
        ("250 Ok\r\n250 Ok\r\n451 4.3.0 Later", Verdict.DEFERRED),
    ],
)
def test_a_refused_envelope_is_reset_together_with_the_next_one(
    answers: str, verdict: Verdict
) -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, answers, mails=(mail(1),))
    assert verdicts(dialogue) == [verdict]
    assert talk(dialogue, mails=(mail(2),)).startswith(b"RSET\r\nMAIL FROM")
    talk(dialogue, f"250 Ok\r\n{READY}", "250 Taken")
    assert verdicts(dialogue)[1:] == [Verdict.ACCEPTED]


def test_a_server_that_asks_for_a_mail_to_nobody_gets_an_empty_one() -> None:
    dialogue = Dialogue(PIPELINING)
    said = talk(dialogue, "250 Ok\r\n550 5.1.1 No\r\n354 Go", mails=(mail(),))
    assert said.endswith(b"DATA\r\n.\r\n")
    assert b"Good morning" not in said
    talk(dialogue, "250 Taken, whatever that was")
    assert verdicts(dialogue) == [Verdict.BAD_ADDRESS]


def test_a_server_that_would_send_her_an_empty_mail_gets_nothing_more() -> None:
    dialogue = Dialogue(PIPELINING)
    said = talk(dialogue, "451 4.3.0 Busy\r\n250 Ok\r\n354 Go", mails=(mail(),))
    assert said.endswith(b"DATA\r\n")
    assert dialogue.is_over
    assert verdicts(dialogue) == [Verdict.DEFERRED]


def test_a_mail_refused_after_its_final_dot_leaves_the_next_envelope_as_it_is() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, f"552 5.3.4 Too big\r\n{READY}", "250 Ok", mails=(mail(1), mail(2)))
    assert verdicts(dialogue) == [Verdict.REFUSED, Verdict.ACCEPTED]


def test_without_pipelining_nothing_of_a_refused_envelope_is_said_in_vain() -> None:
    dialogue = Dialogue(Offers())
    said = talk(dialogue, "250 Ok", "550 5.1.1 No", mails=(mail(1), mail(2)))
    assert said.count(b"DATA") == 0
    assert said.endswith(b"RSET\r\n")
    assert talk(dialogue, "250 Ok") == b"MAIL FROM:<p@example.org>\r\n"


def test_a_refusal_in_the_middle_of_the_content_stands_and_the_final_dot_never_leaves() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, mails=(mail(),), allow=False)
    dialogue.allow()
    dialogue.written(len(HELLO) - 1)
    dialogue.receive(b"552 5.3.4 Too big\r\n")
    assert verdicts(dialogue) == [Verdict.REFUSED]
    assert dialogue.is_over
    assert not dialogue.outgoing


# Out of step


@pytest.mark.parametrize(
    ("left", "verdict"), [(len(HELLO), Verdict.DEFERRED), (len(HELLO) + 1, Verdict.UNKNOWN)]
)
def test_a_yes_that_comes_before_the_final_dot_has_left_is_none(
    left: int, verdict: Verdict
) -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, mails=(mail(),), allow=False)
    dialogue.allow()
    dialogue.written(left)
    dialogue.receive(b"250 Taken\r\n")
    assert verdicts(dialogue) == [verdict]
    assert dialogue.is_over


@pytest.mark.parametrize("stray", ["250 Again\r\n", "25", "250-Ag"])
def test_nothing_leaves_to_a_server_that_goes_on_talking(stray: str) -> None:
    dialogue = Dialogue(PIPELINING)
    dialogue.give(mail())
    dialogue.written(len(dialogue.outgoing))
    dialogue.receive(f"{READY}\r\n{stray}".encode())
    if dialogue.at_the_door:
        dialogue.allow()
    assert not dialogue.outgoing
    assert verdicts(dialogue) == [Verdict.DEFERRED]


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (("hello",), Verdict.DEFERRED),
        (("250 Ok\r\n354 Go",), Verdict.DEFERRED),
        (("250 Ok\r\n250 Ok\r\n250 Ok",), Verdict.DEFERRED),
        ((READY, "hello"), Verdict.UNKNOWN),
        ((READY, "354 Go"), Verdict.UNKNOWN),
        ((READY, "250-Taken\r\n550 Or not"), Verdict.UNKNOWN),
        ((READY, "x" * 5_000), Verdict.UNKNOWN),
        ((READY, "250-\r\n" * 200), Verdict.UNKNOWN),
    ],
)
def test_an_answer_that_is_neither_yes_nor_no_is_none(
    answers: tuple[str, ...], verdict: Verdict
) -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, *answers, mails=(mail(),))
    assert verdicts(dialogue) == [verdict]
    assert dialogue.is_over


# Connections that end


def test_the_first_mail_of_a_connection_is_put_off_and_a_later_one_given_back() -> None:
    first, later = Dialogue(PIPELINING), Dialogue(PIPELINING)
    talk(first, "250 Ok", mails=(mail(1),))
    first.receive(b"")
    assert verdicts(first) == [Verdict.DEFERRED]
    second = mail(2)
    talk(later, READY, "250 Taken\r\n250 Ok", mails=(mail(1), second))
    later.receive(b"")
    assert verdicts(later) == [Verdict.ACCEPTED]
    assert later.untried == [second]


def test_content_that_has_begun_to_leave_is_put_off_though_it_was_not_the_first() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, mails=(mail(1), mail(2)))
    dialogue.receive(f"250 Taken\r\n{READY}\r\n".encode())
    dialogue.allow()
    dialogue.written(1)
    dialogue.receive(b"")
    assert verdicts(dialogue) == [Verdict.ACCEPTED, Verdict.DEFERRED]


@pytest.mark.parametrize("goodbye", ["421 4.7.0 Enough", "503 5.5.1 Enough"])
def test_a_server_that_has_enough_of_the_connection_says_nothing_about_the_mail(
    goodbye: str,
) -> None:
    dialogue = Dialogue(PIPELINING)
    second = mail(2)
    talk(dialogue, READY, f"250 Taken\r\n{goodbye}", mails=(mail(1), second))
    assert dialogue.is_over
    assert dialogue.untried == [second]


@pytest.mark.parametrize("answers", [("421 Bye",), ("250 Ok\r\n421 Bye",), (READY, "421 Bye")])
def test_a_server_that_closes_on_the_first_mail_puts_it_off(answers: tuple[str, ...]) -> None:
    dialogue = Dialogue(PIPELINING)
    behind = mail(2)
    talk(dialogue, *answers, mails=(mail(1), behind))
    assert verdicts(dialogue) == [Verdict.DEFERRED]
    assert dialogue.is_over
    assert len(dialogue.untried) == (len(answers) == 2)


def test_a_refusal_stands_though_the_server_leaves_before_the_rest_of_its_answers() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, "250 Ok\r\n550 5.1.1 No", mails=(mail(),))
    dialogue.receive(b"")
    assert verdicts(dialogue) == [Verdict.BAD_ADDRESS]


def test_half_an_answer_is_none() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, READY, mails=(mail(),))
    talk(dialogue)
    dialogue.receive(b"250 Taken")
    dialogue.receive(b"")
    assert verdicts(dialogue) == [Verdict.UNKNOWN]


def test_who_leaves_blames_no_mail_for_it() -> None:
    dialogue = Dialogue(PIPELINING)
    message = mail()
    talk(dialogue, "250 Ok", mails=(message,))
    dialogue.leave()
    assert (dialogue.settled, dialogue.untried) == ([], [message])


# What cannot go to a server at all


@pytest.mark.parametrize(
    ("message", "offers", "reason"),
    [
        (Message("p@x.org", "zoë@x.org", HELLO), PIPELINING, "no SMTPUTF8"),
        (mail(content=to_wire("φ\r\n".encode())), PIPELINING, "no 8BITMIME"),
        (mail(), Offers(longest=10), "longer than the 10 bytes"),
        (mail(content=Wire(b"no line end")), PIPELINING, "its last line"),
        (Message("p@x.org", "a@x.org>\r\nRCPT TO:<b@x.org", HELLO), PIPELINING, "its addresses"),
        (Message("p@x.org", "ada lovelace@x.org", HELLO), PIPELINING, "its addresses"),
        (Message("p\n@x.org", "a@x.org", HELLO), PIPELINING, "its addresses"),
        (Message("p@x.org", "", HELLO), PIPELINING, "its addresses"),
        (Message("p@x.org", "\ud800@x.org", HELLO), Offers(utf8_addresses=True), "its addresses"),
    ],
)
def test_a_mail_that_a_server_cannot_take_is_refused_before_a_word_is_said(
    message: Message, offers: Offers, reason: str
) -> None:
    dialogue = Dialogue(offers)
    assert talk(dialogue, mails=(message,)) == b""
    [(_, outcome)] = dialogue.settled
    assert outcome.verdict is Verdict.REFUSED
    assert reason in outcome.reason
    assert "@" not in outcome.reason
    assert dialogue.wants_message


def test_extensions_are_used_only_by_the_mails_that_need_them() -> None:
    offers = Offers(pipelining=True, eight_bit=True, utf8_addresses=True)
    wide = Message("", "zoë@example.org", to_wire("φ\r\n".encode()))
    assert talk(Dialogue(offers), mails=(mail(),)).startswith(b"MAIL FROM:<p@example.org>\r\n")
    assert talk(Dialogue(offers), mails=(wide,)) == (
        "MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<zoë@example.org>\r\nDATA\r\n".encode()
    )


# Patience


def test_a_dialogue_knows_what_it_waits_for() -> None:
    dialogue = Dialogue(PIPELINING)
    waits = [dialogue.waits_for]
    dialogue.give(mail())
    waits.append(dialogue.waits_for)
    talk(dialogue)
    waits.append(dialogue.waits_for)
    talk(dialogue, READY)
    waits.append(dialogue.waits_for)
    talk(dialogue, "250 Taken")
    waits.append(dialogue.waits_for)
    assert waits == [Wait.NOTHING, Wait.ROOM, Wait.ANSWER, Wait.FINAL_ANSWER, Wait.NOTHING]


def test_only_a_whole_answer_is_progress() -> None:
    dialogue = Dialogue(PIPELINING)
    talk(dialogue, mails=(mail(),))
    before = dialogue.progress
    dialogue.receive(b"250-Wait\r\n250 O")
    assert dialogue.progress == before
    dialogue.receive(b"k\r\n")
    assert dialogue.progress == before + 1
