"""The body of an answer, unpacked by us piece by piece, so that no bomb is ever unpacked whole."""

import zlib
from collections.abc import Generator, Iterable, Iterator
from io import BytesIO

import httpx

from digests.fetch.errors import FetchError
from digests.fetch.urls import host_of

_PIECE = 65_536  # bytes unpacked at a time
_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for "with gzip's header and check sum"
# RFC 1952 lets a stream hold several; real ones hold one. Each costs us more than its 20 bytes.
_MAX_MEMBERS = 1_000


def whole(answer: httpx.Response, limit: int) -> bytes:
    """Return the body of an answer.

    Raises:
        FetchError: where it has more than `limit` bytes, or is not packed as its header says.

    """
    announced = int(answer.headers.get("Content-Length", 0))  # nothing but digits gets here
    if announced > limit:
        raise _too_large(answer, limit)
    body = BytesIO()
    for piece in _unpacked(answer):
        if body.tell() + len(piece) > limit:
            raise _too_large(answer, limit)
        body.write(piece)
    return body.getvalue()


def beginning(answer: httpx.Response, size: int) -> bytes:
    """Return the first `size` bytes of the body, or what there is of them."""
    body = b""
    for piece in _unpacked(answer):
        body += piece
        if len(body) >= size:
            break
    return body[:size]


def _too_large(answer: httpx.Response, limit: int) -> FetchError:
    return FetchError(
        f"{host_of(answer.url)} answers with more than {limit:,} bytes; ask for a shorter list"
    )


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    match coding:
        case "" | "identity":
            return answer.iter_raw()
        case "gzip" | "x-gzip":  # the same (RFC 9110, section 8.4.1.3)
            return _gunzipped(answer.iter_raw(), host_of(answer.url))
    raise FetchError(
        f"{host_of(answer.url)} packs its answer as {coding[:40]!r}, which nobody asked for; "
        "tell the source"
    )


def _gunzipped(pieces: Iterable[bytes], host: str) -> Iterator[bytes]:
    try:
        is_whole = yield from _members(pieces)
    except zlib.error as error:
        raise FetchError(
            f"the gzip stream from {host} is damaged ({error}); try again later", is_transient=True
        ) from error
    if not is_whole:
        raise FetchError(
            f"the gzip stream from {host} ends too early; try again later", is_transient=True
        )


def _members(pieces: Iterable[bytes]) -> Generator[bytes, None, bool]:
    """Unpack member after member; return whether the last one was whole."""
    member, members = zlib.decompressobj(_GZIP), 1
    for packed in pieces:
        piece = packed
        while piece:
            if member.eof:
                member, members = zlib.decompressobj(_GZIP), members + 1
            if members > _MAX_MEMBERS:
                raise zlib.error(f"more than {_MAX_MEMBERS:,} members")
            yield from _drained(member, piece)
            piece = member.unused_data.lstrip(b"\0")  # some pad the last block
    return member.eof


# What zlib's decompressobj() returns has no public name.
def _drained(member: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """Feed one member and yield all that comes of it, at most _PIECE bytes at a time."""
    while packed:
        yield member.decompress(packed, _PIECE)
        packed = member.unconsumed_tail
