"""Read digests that lie in files. It needs no database, so any process can."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from digests.ingest.records import storable
from digests.matching.matcher import Matcher
from digests.matching.snapshot import NOTHING_FOUND, Found, Matched, Readable, Stamp
from digests.sources import DigestError, Kind, ParsedDigest, detect, parse
from digests.sources.parsed import MAX_BYTES

MEGABYTE = 1_000_000
_DAY = re.compile(r"(?<!\d)(20\d\d)-(\d\d?)-(\d\d?)(?!\d)")


@dataclass(frozen=True, slots=True)
class DigestFile:
    """What a file holds: its digest, of which kind it is, and the SHA-256 of its bytes.

    `found` holds the topics of its papers, where somebody has looked for them already.
    """

    path: Path
    kind: Kind
    digest: ParsedDigest
    fingerprint: str
    found: Found = field(default_factory=lambda: NOTHING_FOUND)

    @property
    def named_date(self) -> dt.date | None:
        """The day in the file's name, as archives write it: 2026-03-16.json, 2026-3-6.json."""
        found = _DAY.search(self.path.stem)
        try:
            return dt.date(*map(int, found.groups())) if found else None
        except ValueError:
            return None


def read(path: Path, *, today: dt.date, kind: Kind | None = None) -> DigestFile:
    """Read a file, of the given kind or of the one that its content shows.

    Raises:
        DigestError: where it cannot be opened, is too large, or cannot be parsed.

    """
    data = _bytes(path)
    kind = kind or detect(data)
    digest = parse(data, today=today, kind=kind)
    return DigestFile(path, kind, digest, hashlib.sha256(data).hexdigest())


def match(file: DigestFile, matcher: Matcher[int], stamp: Stamp) -> DigestFile:
    """Return the file with its papers as they are stored, and the topics found for these.

    The stamp is that of the topics which the matcher finds.

    Raises:
        DigestError: where a paper cannot be stored.

    """
    papers = storable(file.digest.papers)
    found = {it: Matched.of(it, matcher) for it in map(Readable.of, papers)}
    digest = replace(file.digest, papers=tuple(papers))
    return replace(file, digest=digest, found=Found(stamp, found))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DigestError(
                f"the file has {size / MEGABYTE:.0f} MB, a digest at most "
                f"{MAX_BYTES / MEGABYTE:.0f}; is it the right file?"
            )
        return path.read_bytes()
    except OSError as error:
        raise DigestError(f"the file cannot be read: {error.strerror}") from error
