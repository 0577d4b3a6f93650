"""Forms: mail written once in quoted-printable, with seats for what is put in later.

A text is cut at its seats before it is encoded, so no soft line break ever falls into one, wherever
a template puts it; and what is put in later is never searched for seats.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from email.quoprimime import body_encode
from typing import NamedTuple

# RFC 2045, section 6.7, allows 76; a guarded line start takes 2 more, the break before a seat 1.
LONGEST_LINE = 73
SOFT_BREAK = b"=\r\n"
# A dot would have to be doubled for SMTP, and "From " may be changed on the way, which breaks DKIM.
_FRAGILE = re.compile(rb"^(?:\.|From )", re.MULTILINE)


class Form(NamedTuple):
    """Bytes, and the seats between them."""

    said: tuple[bytes, ...]
    seats: tuple[str, ...] = ()

    @classmethod
    def cut(cls, content: bytes, counts: Mapping[str, int]) -> "Form":
        """Cut content at its seats.

        Raises:
            ValueError: where a seat does not occur, or not as often as it must.

        """
        said = tuple(_split(content.decode("ascii"), counts))
        form = cls(tuple(it.encode() for it in said[::2]), said[1::2])
        for seat, expected in counts.items():
            found = form.seats.count(seat)
            if not found or found != expected:
                raise ValueError(f"a seat occurs {found} times, not {expected}")
        return form

    @classmethod
    def free(cls, seat: str) -> "Form":
        """Return a form that is a seat and nothing else."""
        return cls((b"", b""), (seat,))

    @property
    def size(self) -> int:
        """The bytes that are said."""
        return sum(map(len, self.said))

    def filled(self, values: Mapping[str, Iterable["Form"]]) -> "Form":
        """Return the form with every seat taken by forms, which may have seats of their own.

        What is said between two seats becomes one piece. A KeyError says which was forgotten.
        """
        said, seats, open_ = list[bytes](), list[str](), [self.said[0]]
        for seat, piece in zip(self.seats, self.said[1:], strict=True):
            for form in values[seat]:
                open_.append(form.said[0])
                if form.seats:
                    said.append(b"".join(open_))
                    said += form.said[1:-1]
                    seats += form.seats
                    open_ = [form.said[-1]]
            open_.append(piece)
        return Form((*said, b"".join(open_)), tuple(seats))

    def write(self, values: Mapping[str, bytes]) -> bytes:
        """Return the content with every seat taken; a KeyError says which was forgotten."""
        pieces = [b""] * (2 * len(self.seats) + 1)
        pieces[::2] = self.said
        pieces[1::2] = map(values.__getitem__, self.seats)
        return b"".join(pieces)


def encode(text: str) -> bytes:
    """Write text in quoted-printable, as `email` does, but with no line that a relay may touch."""
    latin = text.encode().decode("latin-1")  # as body_encode wants its bytes
    encoded = body_encode(latin, LONGEST_LINE, "\r\n").encode("ascii")
    return _FRAGILE.sub(lambda start: b"=%02X" % start[0][0] + start[0][1:], encoded)


def encode_around(text: str, seats: Collection[str]) -> bytes:
    """Write text in quoted-printable around its seats, each of which begins a line."""
    pieces = _split(text, seats)
    encoded = [piece.encode() if place % 2 else encode(piece) for place, piece in enumerate(pieces)]
    for place in range(1, len(pieces), 2):
        if pieces[place - 1] and not pieces[place - 1].endswith("\n"):
            encoded[place - 1] += SOFT_BREAK
        if pieces[place + 1] and not pieces[place + 1].startswith("\n"):
            encoded[place] += SOFT_BREAK
    return b"".join(encoded)


def _split(text: str, seats: Collection[str]) -> list[str]:
    """Return what is said, and between any two sayings a seat."""
    return re.split("(" + "|".join(map(re.escape, seats)) + ")", text)
