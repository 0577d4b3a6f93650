import base64
import re

from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from subscribers import tokens

SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")
numbers = st.integers(min_value=1, max_value=2**63 - 1)


def test_a_new_token_has_22_characters_that_need_no_escape() -> None:
    assert tokens.LENGTH == 22
    assert all(SHAPE.fullmatch(tokens.new()) for _ in range(100))


def test_a_new_token_carries_128_bits() -> None:
    assert len(base64.urlsafe_b64decode(tokens.new() + "==")) * 8 == 128


def test_no_token_comes_twice() -> None:
    assert len({tokens.new() for _ in range(1000)}) == 1000


@given(numbers)
def test_a_derived_token_looks_like_a_new_one(number: int) -> None:
    assert SHAPE.fullmatch(tokens.derive("confirm", number))


@given(numbers)
def test_a_derived_token_is_always_the_same(number: int) -> None:
    assert tokens.derive("confirm", number) == tokens.derive("confirm", number)


@given(numbers, numbers)
def test_another_purpose_or_number_has_another_token(number: int, other: int) -> None:
    assert tokens.derive("confirm", number) != tokens.derive("erase", number)
    is_same = tokens.derive("confirm", number) == tokens.derive("confirm", other)
    assert is_same == (number == other)


def test_another_key_has_other_tokens() -> None:
    token = tokens.derive("confirm", 1)
    with override_settings(SECRET_KEY="another key, of no use to anybody but this test alone"):
        assert tokens.derive("confirm", 1) != token


@given(numbers)
def test_a_fingerprint_is_short_the_same_each_time_and_not_the_token(number: int) -> None:
    token = tokens.derive("confirm", number)
    assert len(tokens.fingerprint(token)) == 32
    assert tokens.fingerprint(token) == tokens.fingerprint(token)
    assert token.encode() not in tokens.fingerprint(token)


@given(st.text(), st.text())
def test_different_texts_have_different_fingerprints(text: str, other: str) -> None:
    assert (tokens.fingerprint(text) == tokens.fingerprint(other)) == (text == other)
