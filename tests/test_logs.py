"""Logs name nobody: addresses and personal links are hidden wherever they slip in."""

import base64
import logging
import time
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import strategies as st

from config.logs import HideAddresses, hide
from subscribers import tokens

ADDRESS = "ada.lovelace+papers@mail.example.org"
TOKEN = "Zm9vYmFyLWJhel9xdXV4LQ"


def logged(message: object, *args: object, exc_info: Any = None, stack: str | None = None) -> str:
    """Return what a handler with the filter writes of a record."""
    record = logging.LogRecord(
        "test", logging.INFO, __file__, 1, message, args, exc_info, sinfo=stack
    )
    assert HideAddresses().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"mail to {ADDRESS} was refused", "mail to [address] was refused"),
        (f"<{ADDRESS}>", "<[address]>"),
        (f"RCPT TO:<{ADDRESS}>: 550", "RCPT TO:<[address]>: 550"),
        (f"{{'{ADDRESS}': (550, b'no')}}", "[address]': (550, b'no')}"),
        (f"{ADDRESS},{ADDRESS};", "[address],[address];"),
        ("o'brien@example.org is 'o'@example.org'", "[address] is '[address]'"),
        ("ADA@EXAMPLE.ORG ada@xn--bcher-kva.example", "[address] [address]"),
        ("GET /link?email=ada%40example.org", "GET [address]"),
        (f"GET /edition/2026-03-16/5-{TOKEN}", "GET /edition/2026-03-16/[token]"),
        (
            f"GET /u/{TOKEN}/pause?receipt=WzcsM:x HTTP",
            "GET /u/[token]/pause?receipt=[receipt] HTTP",
        ),
    ],
)
def test_an_address_in_a_message_is_hidden(said: str, written: str) -> None:
    assert logged(said) == written


def test_an_address_among_the_arguments_is_hidden() -> None:
    assert logged("%s wrote to %r", "subscriber#7", ADDRESS) == "subscriber#7 wrote to '[address]'"


def test_an_address_in_an_object_is_hidden() -> None:
    assert ADDRESS not in logged(ValueError(f"{ADDRESS} is odd"))


def test_an_address_and_a_token_in_a_traceback_are_hidden() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(f"{ADDRESS} https://paperboy.example/u/{TOKEN}")
    written = logged("It failed.", exc_info=(caught.type, caught.value, caught.tb))
    assert "'[address] https://paperboy.example/u/[token]'" in written
    assert "Traceback" in written


def test_the_causes_of_an_exception_are_searched_too() -> None:
    error = ValueError("It failed.")
    error.__cause__ = KeyError(ADDRESS)
    written = logged("It failed.", exc_info=(ValueError, error, None))
    assert "KeyError: '[address]'" in written


def test_an_address_in_a_stack_is_hidden() -> None:
    assert logged("Here.", stack=f'post("{ADDRESS}")') == 'Here.\npost("[address]")'


class Mute:
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("message", "args", "written"),
    [
        ("%d things", ("a",), "%d things"),
        (f"%s %s of {ADDRESS}", ("a",), "%s %s of [address]"),
        ("50% of %s", ("a",), "50% of %s"),
        ("%(name)s", ({"nickname": "Ada"},), "%(name)s"),
        ("%s", (Mute(),), "%s"),
        (Mute(), (), "Mute"),
    ],
)
def test_a_message_that_cannot_be_finished_fails_nobody_who_logs_it(
    message: object, args: tuple[object, ...], written: str
) -> None:
    assert logged(message, *args) == written


@pytest.mark.parametrize("path", ["/u/{}", "/me/{}/pause", "GET /confirm/{} HTTP/1.1", "/u/{}?x=1"])
def test_a_personal_link_is_hidden(path: str) -> None:
    assert logged(path.format(TOKEN)) == path.format("[token]")


@given(st.binary(min_size=tokens.BYTES, max_size=tokens.BYTES))
def test_any_token_is_hidden(raw: bytes) -> None:
    token = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert hide(f"/me/{token}/erase") == "/me/[token]/erase"


@pytest.mark.parametrize(
    "harmless",
    [
        "letter#3 to subscriber#7",
        "https://arxiv.org/abs/2403.01234",
        "/static/css/admin.0123456789abcdef.css",
        "GET /2026/03/16/a-path-that-is-longer-than-a-token",
        "celery@worker-1 ready.",
    ],
)
def test_what_is_neither_is_left_alone(harmless: str) -> None:
    assert logged(harmless) == harmless


def test_a_very_long_word_is_no_burden() -> None:
    began = time.process_time()
    hide("x" * 1_000_000)
    assert time.process_time() - began < 2


def test_every_handler_of_ours_hides_addresses() -> None:
    logging_settings: Any = settings.LOGGING
    assert import_string(logging_settings["filters"]["addresses"]["()"]) is HideAddresses
    handlers = logging_settings["handlers"].values()
    assert all("addresses" in handler["filters"] for handler in handlers)
