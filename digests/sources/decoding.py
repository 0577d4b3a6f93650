"""What several parsers share: a digest's size, opening and text, and JSON."""

import re
from typing import TypeVar

import msgspec

from digests.sources.parsed import MAX_BYTES, DigestError

T = TypeVar("T")

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?\s*")  # a byte order mark is no content either

# Half of a pair: the escape of a character beyond U+FFFF that something cut in two.
_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)

_MAX_MENDED = 100_000  # 3 million of them would take 350 MB

_EXPECTED = re.compile(r"Expected `(\w+)[^`]*`, got `(\w+)`")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_PATH = re.compile(r" - at `(.+)`$")
_BYTE = re.compile(r"\(byte (\d+)\)$")
_IN_WORDS = {
    "array": "a list",
    "bool": "a true or false",
    "float": "a fraction",
    "int": "a number",
    "null": "nothing",
    "object": "an object",
    "str": "text",
}


def content(data: bytes) -> bytes:
    """Return what follows a byte order mark and blank space."""
    return data[_content_start(data) :]


def opening(data: bytes, size: int = 1_000) -> bytes:
    """Return the first `size` bytes of the content."""
    start = _content_start(data)
    return data[start : start + size]


def require_size(data: bytes) -> None:
    """Refuse what is too large to be read in the time and memory that a parser may take."""
    if len(data) > MAX_BYTES:
        raise DigestError(
            f"the digest has {len(data):,} bytes, more than {MAX_BYTES:,}; give one day at a time"
        )


def plain_text(data: bytes, *, remedy: str) -> str:
    """Return the text of a digest in UTF-8, with or without a byte order mark, its lines as lines.

    Raises:
        DigestError: with the line and the `remedy`, where it is something else or too large.

    """
    require_size(data)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (nul := data.find(b"\0")) >= 0:
        reason = f"this is a binary or UTF-16 file, not plain text; {remedy}"
        raise DigestError(reason, line=data.count(b"\n", 0, nul) + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(error, remedy) from error


def decode(json: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode, with halves of surrogate pairs as U+FFFD: a spoilt character is no lost day.

    Raises:
        ValueError: one of msgspec's, or UnicodeDecodeError.
        RecursionError: where it is nested too deeply.

    """
    try:
        return decoder.decode(json)
    except msgspec.DecodeError:
        mended = _LONE_SURROGATE.sub(rb"\\ufffd", json, count=_MAX_MENDED)
        if mended == json:
            raise
    return decoder.decode(mended)


def from_json(data: bytes, decoder: msgspec.json.Decoder[T], *, remedy: str) -> T:
    """Return what the JSON holds, read into the decoder's type; members unknown to it are skipped.

    Raises:
        DigestError: where it is no JSON or not of that type, with the place and the `remedy`.

    """
    try:
        return decode(content(data), decoder)
    except UnicodeDecodeError as error:
        plain_text(data, remedy=remedy)  # refuses with the place, which msgspec does not tell
        raise DigestError(f"a text is not UTF-8; {remedy}") from error
    except RecursionError as error:
        raise DigestError(f"the JSON is nested too deeply; {remedy}") from error
    except msgspec.ValidationError as error:
        raise _unexpected(error, remedy) from error
    except msgspec.DecodeError as error:
        raise _malformed(data, error, remedy) from error


def _content_start(data: bytes) -> int:
    blank = _BLANK.match(data)
    return blank.end() if blank else 0


def _not_utf8(error: UnicodeDecodeError, remedy: str) -> DigestError:
    read = error.object  # without the byte order mark, as `start` counts
    reason = f"the byte 0x{read[error.start]:02X} is not UTF-8; {remedy}"
    return DigestError(reason, line=read.count(b"\n", 0, error.start) + 1)


def _unexpected(error: msgspec.ValidationError, remedy: str) -> DigestError:
    said = str(error)
    path = _PATH.search(said)
    return DigestError(f"{_reason(said)}; {remedy}", path=path[1] if path else "$")


def _reason(said: str) -> str:
    if wrong := _EXPECTED.match(said):
        due, found = (_IN_WORDS.get(name, name) for name in wrong.groups())
        return f"there is {found} where {due} is due"
    if missing := _MISSING.match(said):
        return f"there is no {missing[1]!r}"
    return "this number is out of range" if "out of range" in said else said


def _malformed(data: bytes, error: msgspec.DecodeError, remedy: str) -> DigestError:
    if not (byte := _BYTE.search(str(error))):
        return DigestError(f"the JSON breaks off before its end; {remedy}")
    start = _content_start(data) + int(byte[1])
    reason = f"this is not JSON from byte {start:,} on; {remedy}"
    return DigestError(reason, line=data.count(b"\n", 0, start) + 1)
