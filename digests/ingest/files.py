"""Store digests that lie in files."""

import datetime as dt
from pathlib import Path

from digests.ingest.once import Ingested, date_of_known, ingest
from digests.ingest.reading import DigestFile, read
from digests.models import Source
from digests.sources import Kind


def store_file(
    file: DigestFile, source: Source, *, date: dt.date | None, now: dt.datetime
) -> Ingested:
    """Store a file's digest, under `date`, else the date it bears, else the one in its name.

    A file without any that was ingested before keeps the date it got then; a new one is today's.

    Raises:
        DigestError: where it cannot be stored; then nothing is.

    """
    date = date or file.digest.date or file.named_date
    date = date or date_of_known(source, file.fingerprint) or now.date()
    return ingest(
        file.digest,
        source=source,
        date=date,
        fingerprint=file.fingerprint,
        now=now,
        found=file.found,
    )


def ingest_file(
    path: Path, source: Source, *, date: dt.date | None, now: dt.datetime, kind: Kind | None = None
) -> Ingested:
    """Read a file and store its digest: `read` and `store_file` in one.

    Raises:
        DigestError: as they do.

    """
    return store_file(read(path, today=now.date(), kind=kind), source, date=date, now=now)
