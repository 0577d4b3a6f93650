"""Digests that lie in files."""

import datetime as dt
import hashlib
from pathlib import Path

from digests.ingest import Ingested, date_of_known, ingest
from digests.models import Source
from digests.sources import DigestError, ParsedDigest, parse
from digests.sources.parsed import MAX_BYTES

MEGABYTE = 1_000_000


def read(path: Path, *, today: dt.date) -> tuple[ParsedDigest, str]:
    """Return what a file holds, and the SHA-256 of its bytes.

    Raises:
        DigestError: where it cannot be opened, is too large, or cannot be parsed.

    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DigestError(
                f"the file has {size / MEGABYTE:.0f} MB, a digest at most "
                f"{MAX_BYTES / MEGABYTE:.0f}; is it the right file?"
            )
        data = path.read_bytes()
    except OSError as error:
        raise DigestError(f"the file cannot be read: {error.strerror}") from error
    return parse(data, today=today), hashlib.sha256(data).hexdigest()


def ingest_file(path: Path, source: Source, *, date: dt.date | None, today: dt.date) -> Ingested:
    """Store the digest in a file, under `date`, else the date it bears, else `today`.

    A file without a date that was ingested before keeps the date it got then.

    Raises:
        DigestError: where it cannot be read or stored; then nothing is.

    """
    parsed, fingerprint = read(path, today=today)
    date = date or parsed.date or date_of_known(source, fingerprint) or today
    return ingest(parsed, source=source, date=date, fingerprint=fingerprint)
