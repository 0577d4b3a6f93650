import errno
import os
from pathlib import Path
from unittest.mock import Mock

import pytest
from book import Book
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings

from config.local.mailbox import drop
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.transports import TRANSPORTS, open_transport


@pytest.fixture(autouse=True)
def _without_email_url(settings: Settings) -> None:
    settings.TRANSPORT = "mailbox"


def send(content: bytes = b"Subject: 3 papers\r\n\r\nText.\r\n") -> Book:
    book = Book()
    with open_transport() as transport:
        transport.send([Message("p@x.org", "ada@example.org", to_wire(content))], book)
    return book


def closed() -> str:
    with pytest.raises(ClosedError) as caught:
        send()
    return str(caught.value)


@pytest.mark.parametrize("name", TRANSPORTS)
def test_the_transport_is_the_one_that_the_settings_name(settings: Settings, name: str) -> None:
    settings.TRANSPORT = name
    with open_transport() as transport, TRANSPORTS[name]() as named:
        assert type(transport) is type(named)


def test_a_mail_becomes_one_file_named_after_its_reader(mailbox: Path) -> None:
    assert send().outcomes == [Outcome(Verdict.ACCEPTED)]
    [file] = mailbox.iterdir()
    assert "-ada@example.org-" in file.name


@pytest.mark.parametrize("content", [b"Good morning.\r\n", b"..\r\n.dot\r\n\r\n."])
def test_a_file_holds_what_the_reader_would_get(mailbox: Path, content: bytes) -> None:
    send(content)
    [file] = mailbox.iterdir()
    assert file.read_bytes() == content.rstrip() + b"\r\n"


def test_a_mail_sent_twice_lies_there_twice(mailbox: Path) -> None:
    send()
    send()
    assert len([*mailbox.glob("*.eml")]) == 2


def test_djangos_own_mail_becomes_one_file_for_each_recipient(mailbox: Path) -> None:
    backend = get_connection("config.local.mailbox.MailboxBackend")
    sender = "django@example.org"
    both = EmailMessage(from_email=sender, to=["ada@example.org", "emmy@example.org"])
    backend.send_messages([both, EmailMessage(from_email=sender, to=["grace@example.org"])])
    names = sorted(file.name.split("-")[1] for file in mailbox.iterdir())
    assert names == ["ada@example.org", "emmy@example.org", "grace@example.org"]


@pytest.mark.parametrize("address", ["../../x@example.org", "/etc/x@example.org", "a" * 300, ""])
def test_an_address_cannot_lead_out_of_the_mailbox(mailbox: Path, address: str) -> None:
    assert drop(b"Mail", address).parent == mailbox
    assert [file.read_bytes() for file in mailbox.glob("*.eml")] == [b"Mail"]


def test_a_mail_is_no_mail_before_it_is_whole_on_the_disk(
    mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(os, "fsync", Mock(side_effect=full))
    assert closed() == "the mailbox cannot be written: No space left on device"
    assert not [*mailbox.glob("*.eml")]


def test_a_mailbox_that_cannot_be_written_is_closed_for_everybody(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MAILBOX_DIR = tmp_path / "taken"
    settings.MAILBOX_DIR.write_text("a file lies where the folder should be")
    assert closed() == "the mailbox cannot be written: File exists"
