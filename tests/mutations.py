"""How a digest is damaged on its way: by disks, wires, editors, archivers and by spite.

Both hypothesis and atheris call `damage`, each with a source of chances of its own.
"""

import quopri
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from digests.sources import Kind

SAMPLES = Path(__file__).parent / "samples"
# Real digests, where somebody keeps some beside the repository.
REAL_SAMPLES = Path(__file__).parents[2] / "shared/samples"
REAL_KINDS = {
    "arxiv": Kind.ARXIV_FEED,
    "feeds": Kind.FEED,
    "huggingface": Kind.HUGGING_FACE,
    "pages": Kind.PAGE_TEXT,
}
LARGEST_SEED = 45_000  # bytes; larger ones say nothing new, more slowly

LARGEST = 60_000  # bytes of a damaged digest; `test_limits_of_parsers` has those of 20 MB
DEEP = 2_000  # brackets; more than any stack here holds of Python's own
LONG = 5_000  # digits; Python refuses to read more than 4,300

# Between two of these a digest can be cut where its writer would: at words, numbers and signs.
TOKEN = re.compile(rb"[A-Za-z0-9_]+|\s+|[^A-Za-z0-9_\s]")

SPECIALS = (
    # What no text should hold: NUL, controls, halves of pairs, marks that turn a line around
    *(b"\0", b"\x07", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\\u0000", b"&#0;", b"&#x1b;"),
    *(b"\xed\xa0\x80", b"\xed\xb0\x80", b"\\ud800", b"\\udc00", b"&#xD800;", b"&#55296;"),
    *(b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\\u202e", b"&#x202e;", b"&#8294;", b"\\u2066"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\xc3", b"\xf4\x90\x80\x80"),
    *(b"\xef\xbf\xbe", b"\xef\xbf\xbd", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xcc\x88", b"\xc4\xb0"),
    # Ends of lines, as various systems write them
    *(b"\n", b"\n\n", b"\r", b"\r\n", b"\n\r", b"\xe2\x80\xa8", b"\x0b", b"\x0c", b"\x1c", b"\t"),
    # Numbers, and what looks like some
    *(b"0", b"-1", b"1.5", b"1e999", b"-0", b"NaN", b"Infinity", b"9" * 19, b"9" * LONG),
    *(b"2147483648", b"0x10", b"1_000", b"\xd9\xa1\xd9\xa2", b"\xc2\xb2", b"null", b"true"),
    # Dates that no calendar has, and those at its ends
    *(b"2026-02-30", b"0000-00-00", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"),
    *(
        b"2026-01-01T00:00:00+00:00:00.5",
        b"Feb 29",
        b"Mon, 31 Feb 2026 24:61:61 +9999",
        b"2026-1-1",
    ),
    # Signs of the formats
    *(b"[", b"]", b"{", b"}", b'"', b"'", b",", b";", b":", b"\\", b"|", b"`", b"```", b"*", b"**"),
    *(b"[" * DEEP, b'{"a":' * DEEP, b"<b>" * DEEP, b"(" * DEEP, b"*" * DEEP, b"\\" * DEEP),
    *(
        b"](",
        b"[a](https://a.example)",
        b"![",
        b"# ",
        b"- ",
        b"> ",
        b"\\\\\n",
        b"arXiv:",
        b"%%--%%--",
    ),
    *(b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml?>", b"<think>"),
    *(b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b"&lt;", b"&nbsp;", b"&amp;#38;"),
    *(
        b"&#99999999;",
        b"&#x110000;",
        b"&quot;",
        b"&",
        b"<title>",
        b"</title>",
        b"<item>",
        b"</item>",
    ),
    *(b'{"title": "a", "abstract": "b"}', b"{}", b"[]", b'""', b"data-props=", b"title,abstract\n"),
    # Addresses
    *(
        b"http://[",
        b"http://a:99999/",
        b"javascript:alert(1)",
        b"https://a.example/" + b"a" * 3_000,
    ),
    *(
        b"//",
        b"https://\xe2\x84\x80.example",
        b"https://a.example/%zz%00",
        b"10.1000/",
        b"2401.00001",
    ),
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7", "cp500")
LINE_ENDS = (b"\n", b"\r", b"\r\n", b"\n\n", b"\n \n", b" ", b"")


def seeds(kind: Kind | None = None) -> list[bytes]:
    """Return undamaged digests of a kind, or of all, the shortest first."""
    own = [path for path in SAMPLES.iterdir() if kind in {None, path.name.partition(".")[0]}]
    folders = [REAL_SAMPLES / name for name, it in REAL_KINDS.items() if kind in {None, it}]
    real = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    texts = {path.read_bytes() for path in own + real if path.stat().st_size <= LARGEST_SEED}
    return sorted(texts, key=lambda text: (len(text), text))


def damage(data: bytes, chance: Random, others: Sequence[bytes], times: int) -> bytes:
    """Return the digest after so many accidents, with pieces of `others` in it perhaps."""
    for _ in range(times):
        accident = chance.choice(_ACCIDENTS)
        data = accident(data, chance, others)[:LARGEST]
    return data


def _flip_bits(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    spoilt = bytearray(data)
    for _ in range(min(len(data), chance.randint(1, 4))):
        spoilt[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _cut_out(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[end:]


def _cut_short(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    return data[: chance.randint(0, len(data))]


def _repeat(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _piece(data, chance)
    times = min(chance.choice((2, 3, 100, 5_000)), LARGEST // max(1, end - start))
    return data[:start] + data[start:end] * times + data[end:]


def _splice(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    taken, at = slice(*_piece(other, chance)), slice(*_piece(data, chance))
    return data[: at.start] + other[taken] + data[at.stop :]


def _insert_special(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    at = _token(data, chance)[0]
    return data[:at] + chance.choice(SPECIALS) + data[at:]


def _replace_by_special(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _token(data, chance)
    return data[:start] + chance.choice(SPECIALS) + data[end:]


def _swap_tokens(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    (start, middle), (again, end) = sorted([_token(data, chance), _token(data, chance)])
    if again < middle:
        return data
    return data[:start] + data[again:end] + data[middle:again] + data[start:middle] + data[end:]


def _change_encoding(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    read, written = ("utf-8", chance.choice(ENCODINGS))
    if chance.random() < 1 / 2:
        read, written = "latin-1", "utf-8"  # what was encoded once is so twice
    return data.decode(read, errors="replace").encode(written, errors="replace")


def _change_line_ends(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    ends = chance.sample(LINE_ENDS, 2)
    lines = data.splitlines()
    return b"".join(line + ends[number % 2] for number, line in enumerate(lines))


def _escape(data: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    """Write a piece as another format would: quoted-printable, JSON, HTML or a table's cell."""
    start, end = _piece(data, chance)
    piece = data[start:end]
    forms = (
        quopri.encodestring(piece),
        b"".join(b"\\u%04x" % byte for byte in piece),
        b"".join(b"&#%d;" % byte for byte in piece),
        b'"' + piece.replace(b'"', b'""') + b'"',
    )
    return data[:start] + chance.choice(forms) + data[end:]


_ACCIDENTS: tuple[Callable[[bytes, Random, Sequence[bytes]], bytes], ...] = (
    _flip_bits,
    _cut_out,
    _cut_short,
    _repeat,
    _splice,
    _insert_special,
    _insert_special,  # the most fruitful ones, twice
    _replace_by_special,
    _replace_by_special,
    _swap_tokens,
    _change_encoding,
    _change_line_ends,
    _escape,
)


def _piece(data: bytes, chance: Random) -> tuple[int, int]:
    """Return where a piece begins and ends, short ones as often as long ones."""
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 8, 64, 512, 4_096)))


def _token(data: bytes, chance: Random) -> tuple[int, int]:
    """Return where a word, a number, a blank or a sign begins and ends."""
    found = TOKEN.search(data, chance.randint(0, len(data)))
    return found.span() if found else (len(data), len(data))
