"""Which addresses are taken, how they are written, and how one is known again."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from config.logs import hide
from subscribers.addresses import fingerprint, normalise

LONG_DOMAIN = ".".join(["d" * 60] * 3) + ".example"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  ada@example.org\n", "ada@example.org"),
        ("Ada.Lovelace@Example.ORG", "Ada.Lovelace@example.org"),
        ("ada+papers@example.org", "ada+papers@example.org"),
        ("a.d.a@gmail.com", "a.d.a@gmail.com"),
        ("o'brien_1815/x=y@example.org", "o'brien_1815/x=y@example.org"),
        ("info@example.org", "info@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@stra\u00dfe.example", "ada@xn--strae-oqa.example"),
        ("ada@\u4f8b\u3048.jp", "ada@xn--r8jz45g.jp"),
        ("ada@a.b.c.example.org", "ada@a.b.c.example.org"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_is_kept_as_typed_with_its_domain_in_a_labels(typed: str, address: str) -> None:
    assert normalise(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "ada",
        "@",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@example",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@-example.org",
        "ada@exam_ple.org",
        "ada@example..org",
        "ada@.org",
        "ada@xn--zz.example",
        "ada@\u200b.example",
        "ada lovelace@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada\x00@example.org",
        "ada@example.org>",
        "Ada <ada@example.org>",
        "mailto:ada@example.org",
        ".ada@example.org",
        "ada..l@example.org",
        "\u00e4da@example.org",
        '"ada lovelace"@example.org',
        '"ada@home"@example.org',
        f"{'a' * 65}@example.org",
        f"ada@{'d' * 64}.example",
        f"{'a' * 64}@{LONG_DOMAIN}",
    ],
)
def test_what_no_mail_could_reach_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalise(typed)


@pytest.mark.parametrize(
    "local", ["abuse", "postmaster", "Mailer-Daemon", "noreply", "no-reply", "NOREPLY"]
)
def test_who_handles_abuse_or_nothing_is_refused(local: str) -> None:
    with pytest.raises(ValidationError, match="role address"):
        normalise(f"{local}@example.org")


@pytest.mark.parametrize("typed", ["ada", "@example.org", ".ada@example.org", "a b@example.org"])
def test_what_looks_like_no_address_is_answered_with_one_that_does(typed: str) -> None:
    with pytest.raises(ValidationError, match="Please enter a whole"):
        normalise(typed)


def test_an_unaccented_name_is_asked_for_in_words() -> None:
    with pytest.raises(ValidationError, match="unaccented"):
        normalise("\u00e4da@example.org")


@given(st.text())
def test_whatever_is_typed_is_taken_or_refused_and_never_breaks(typed: str) -> None:
    for guess in (typed, f"{typed}@example.org", f"ada@{typed}.org", f"ada@{typed}"):
        try:
            address = normalise(guess)
        except ValidationError:
            continue
        assert address.isascii()
        assert normalise(address) == address
        assert hide(address) == "[address]" or address.startswith("'")


def test_case_does_not_make_another_reader() -> None:
    assert fingerprint("Ada@Example.org") == fingerprint("ada@example.ORG")


@pytest.mark.parametrize("other", ["ada+x@example.org", "a.da@example.org", "ada@example.com"])
def test_tags_and_dots_do(other: str) -> None:
    assert fingerprint("ada@example.org") != fingerprint(other)


def test_a_fingerprint_cannot_be_guessed_without_the_key() -> None:
    with_key = fingerprint("ada@example.org")
    with override_settings(ADDRESS_KEY="another key, of no use to anybody but this test alone"):
        assert fingerprint("ada@example.org") != with_key
    assert with_key != hashlib.sha256(b"ada@example.org").digest()
    assert len(with_key) == 32
