"""What is fuzzed, and what must hold whatever the bytes are."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict

import msgspec

from digests.readable import readable
from digests.sources import DigestError, Kind, ParsedDigest, detect, parse

TODAY = dt.date(2026, 11, 21)
LONGEST_REASON = 500  # characters: a line or two of a log

DETECTED = "detected"
READABLE = "readable"


def parsed_or_refused(data: bytes, kind: Kind | None) -> ParsedDigest | DigestError:
    """Parse, and check that what comes back is what the parsers promise.

    Raises:
        AssertionError: where it is not. Of anything else that is raised, it was promised that it
            never would be.

    """
    try:
        parsed = parse(data, today=TODAY, kind=kind)
    except DigestError as error:
        _check_refusal(error)
        return error
    _check_digest(parsed)
    return parsed


def _check_refusal(error: DigestError) -> None:
    said = str(error)
    assert error.reason.strip(), "a refusal without a reason"
    assert said.isprintable(), f"not one line, or one with controls: {said!r}"
    assert len(said) <= LONGEST_REASON, f"{len(said)} characters: {said!r}"
    assert error.line is None or error.line > 0, said


def _check_digest(parsed: ParsedDigest) -> None:
    typed = msgspec.convert(asdict(parsed), ParsedDigest, builtin_types=(dt.date, dt.datetime))
    assert typed == parsed, "a field is not of the type that it declares"
    # Other zones may be further away than PostgreSQL takes them.
    assert parsed.built_at is None or parsed.built_at.tzinfo is dt.UTC
    for paper in parsed.papers:
        assert paper.title.strip(), paper
        assert paper.line is None or paper.line > 0, paper
        assert paper.upvotes is None or paper.upvotes >= 0, paper
        for url in (paper.url, paper.code_url):
            assert not url or url.lower().startswith(("http://", "https://")), paper


def _parse_as(kind: Kind) -> Callable[[bytes], object]:
    return lambda data: parsed_or_refused(data, kind)


def _parse_detected(data: bytes) -> None:
    kind = detect(data)
    assert isinstance(kind, Kind)
    parsed_or_refused(data, None)


def _make_readable(data: bytes) -> None:
    text = data.decode("utf-8", errors="surrogateescape")
    assert isinstance(readable(text), str)


TARGETS: dict[str, Callable[[bytes], object]] = {
    **{kind.value: _parse_as(kind) for kind in Kind},
    DETECTED: _parse_detected,
    READABLE: _make_readable,
}
