import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.decoding import from_json, opening, plain_text
from digests.sources.parsed import MAX_BYTES, DigestError


class Owl(msgspec.Struct):
    name: str
    wings: int | None = None


OWLS = msgspec.json.Decoder(list[Owl])


def refusal(data: bytes) -> str:
    with pytest.raises(DigestError) as caught:
        from_json(data, OWLS, remedy="ask an owl")
    return str(caught.value)


@pytest.mark.parametrize("blank", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n \t", b"\n" * 5_000])
def test_an_opening_is_what_follows_mark_and_blanks(blank: bytes) -> None:
    assert opening(blank + b"owls", 3) == b"owl"


def test_what_is_blank_has_no_opening() -> None:
    assert opening(b"\xef\xbb\xbf \n") == b""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "$: there is an object where a list is due; ask an owl"),
        (b"[7]", "$[0]: there is a number where an object is due; ask an owl"),
        (b"[{}]", "$[0]: there is no 'name'; ask an owl"),
        (b'[{"name": "x", "wings": "two"}]', "$[0].wings: there is text where a number is due"),
        (b'[{"name": "x", "wings": ' + b"9" * 5_000, "$[0].wings: this number is out of range"),
        (b'\xef\xbb\xbf[\r\n{"x": NaN}]', "line 2: this is not JSON from byte 12 on; ask an owl"),
        (b"[] owls", "line 1: this is not JSON from byte 4 on"),
        (b'[{"name": "x"', "the JSON breaks off before its end; ask an owl"),
        (b'[\n{"name": "\xff"}]', "line 2: the byte 0xFF is not UTF-8; ask an owl"),
        (b'[{"x": ' + b"[" * 100_000, "the JSON is nested too deeply; ask an owl"),
    ],
)
def test_json_is_refused_with_place_reason_and_remedy(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)


def test_members_unknown_to_the_type_are_skipped() -> None:
    data = b'[{"x": [1, {"y": "\xff"}], "name": "Ula", "z": ' + b"9" * 5_000 + b"}]"
    assert from_json(data, OWLS, remedy="") == [Owl("Ula")]


@pytest.mark.parametrize("half", [rb"\ud83d", rb"\uDE00", rb"\ude00\ud83d"])
def test_half_a_surrogate_pair_is_mended_and_a_whole_one_kept(half: bytes) -> None:
    [owl] = from_json(rb'[{"name": "%b \ud83e\udd89"}]' % half, OWLS, remedy="")
    assert owl.name.strip("\ufffd") == " \U0001f989"


def test_text_is_read_without_its_mark_and_with_plain_line_ends() -> None:
    assert plain_text(b"\xef\xbb\xbfone\r\ntwo\rthree", remedy="") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"one\r\n\xe9", "line 2: the byte 0xE9 is not UTF-8; ask an owl"),
        (b"one\n\n\0", "line 3: this is a binary or UTF-16 file, not plain text; ask an owl"),
        (b"\xff" * (MAX_BYTES + 1), "the digest has 20,000,001 bytes, more than 20,000,000"),
    ],
)
def test_what_is_no_text_is_refused_on_its_line(data: bytes, said: str) -> None:
    with pytest.raises(DigestError) as caught:
        plain_text(data, remedy="ask an owl")
    assert str(caught.value).startswith(said)


pieces = st.sampled_from(
    [b'[{"name": "', b'"}]', b"\\ud83d", b'"', b"{", b"]", b'"wings":', b"1e9"]
)


@given(st.lists(pieces | st.binary(max_size=3)).map(b"".join))
def test_any_bytes_give_a_value_or_a_refusal(data: bytes) -> None:
    try:
        owls = from_json(data, OWLS, remedy="ask an owl")
    except DigestError:
        return
    assert all(isinstance(owl, Owl) for owl in owls)
