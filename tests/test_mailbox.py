import errno
import os
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings

from config.local.mailbox import drop
from newsletter.transports import TRANSPORTS, open_transport
from newsletter.transports.outcome import Outcome, Verdict
from subscribers.mail import Words, build


@pytest.fixture(autouse=True)
def _without_email_url(settings: Settings) -> None:
    settings.TRANSPORT = "mailbox"


def mail(*to: str) -> EmailMultiAlternatives:
    message = build(Words("3 papers", "Text.", "<p>Text."), "", {"Message-ID": "<d.1@x.org>"})
    message.to = [*to]
    return message


def send(to: str = "ada@example.org") -> Outcome:
    with open_transport() as transport:
        return transport.send(mail(to))


@pytest.mark.parametrize("name", TRANSPORTS)
def test_the_transport_is_the_one_that_the_settings_name(settings: Settings, name: str) -> None:
    settings.TRANSPORT = name
    assert isinstance(open_transport(), cast("type", TRANSPORTS[name]))


def test_a_mail_becomes_one_file_named_after_its_reader(mailbox: Path) -> None:
    assert send() == Outcome(Verdict.ACCEPTED, message_id="<d.1@x.org>")
    [file] = mailbox.iterdir()
    assert "-ada@example.org-" in file.name
    assert b"\r\nTo: ada@example.org\r\n" in file.read_bytes()


def test_a_mail_sent_twice_lies_there_twice(mailbox: Path) -> None:
    send()
    send()
    assert len([*mailbox.glob("*.eml")]) == 2


def test_djangos_own_mail_becomes_one_file_for_each_recipient(mailbox: Path) -> None:
    backend = get_connection("config.local.mailbox.MailboxBackend")
    backend.send_messages([mail("ada@example.org", "emmy@example.org"), mail("grace@example.org")])
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
    assert send() == Outcome(
        Verdict.CLOSED, "the mailbox cannot be written: No space left on device"
    )
    assert not [*mailbox.glob("*.eml")]


def test_a_mailbox_that_cannot_be_written_is_closed_for_everybody(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MAILBOX_DIR = tmp_path / "taken"
    settings.MAILBOX_DIR.write_text("a file lies where the folder should be")
    assert send() == Outcome(Verdict.CLOSED, "the mailbox cannot be written: File exists")
