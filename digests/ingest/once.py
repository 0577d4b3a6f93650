"""Store a parsed digest: one transaction, and nothing the second time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from digests.identity.names import Name
from digests.identity.register import FIELDS, Register, Work
from digests.identity.rules import is_about_another, names_of_all
from digests.ingest.listing import list_papers
from digests.ingest.records import storable
from digests.ingest.store import store
from digests.matching.snapshot import NOTHING_FOUND, Found
from digests.models import Digest, Source
from digests.papers_lock import lock_papers
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, quoted


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one digest brought: `papers` in it, of which `new` were stored and `known` were not."""

    source: str
    date: dt.date
    papers: int
    new: int
    known: int


@transaction.atomic
def ingest(  # noqa: PLR0913 - of what, whence, when, and what is known of it
    parsed: ParsedDigest,
    *,
    source: Source,
    date: dt.date,
    fingerprint: str,
    now: dt.datetime,
    found: Found = NOTHING_FOUND,
) -> Ingested:
    """Store `parsed` as the digest of `source` for `date`, as it was seen at `now`.

    It may be ingested again when it has grown: papers are added, places and votes become those of
    the newest look. The very same text, known by its fingerprint, changes nothing. An empty digest
    leaves no trace. `found` holds topics of papers that were matched beforehand.

    Raises:
        DigestError: where a title cannot be stored or names nothing; nothing is stored then.

    """
    records = storable(parsed.papers)
    lock_papers()
    works = _identify(records, source)
    digest = source.digests.filter(date=date).first() or Digest(source=source, date=date)
    if not works or fingerprint in digest.fingerprints:
        return Ingested(source.slug, date, papers=len({*works}), new=0, known=len({*works}))
    rank = f"{date} {source.slug}"  # so that of two sources' words of one day the same ones stay
    listed = _heard(records, works, date, (f"{parsed.is_faithful:d} {rank}", f"0 {rank}"))
    new = sum(work.is_new for work in listed)
    store([*listed], found)
    digest.fingerprints.append(fingerprint)
    digest.save()
    list_papers(digest, [(work.paper, upvotes) for work, upvotes in listed.items()], now)
    return Ingested(source.slug, date, len(listed), new, len(listed) - new)


def date_of_known(source: Source, fingerprint: str) -> dt.date | None:
    """Return the date under which the very same text was ingested before, if it was."""
    digests = source.digests.filter(fingerprints__contains=[fingerprint])
    return digests.values_list("date", flat=True).first()


def _identify(records: Sequence[ParsedPaper], source: Source) -> list[Work]:
    """Find the work that each record is; a later record may show that two earlier ones are one."""
    names = names_of_all(records, scope=str(source.pk))
    register = Register.knowing({name for own in names for name in own})
    works = [_work(register, *of) for of in zip(records, names, strict=True)]
    return [work.now for work in works]


def _work(register: Register, record: ParsedPaper, names: Sequence[Name]) -> Work:
    if not names:
        raise DigestError(
            f"the title {quoted(record.title)} has no letter or digit; check the digest",
            line=record.line,
        )
    return register.identify(record, names)


def _heard(
    records: Sequence[ParsedPaper], works: Sequence[Work], date: dt.date, ranks: tuple[str, str]
) -> dict[Work, int | None]:
    """Tell each work what its records say; return the works listed, each with its most votes.

    Of two records of one paper the first has its way; the other may know more. `ranks` are those
    of a paper's own words, and of the words on a page that only links to it.
    """
    listed: dict[Work, int | None] = {}
    for record, work in zip(records, works, strict=True):
        work.list_on(date)
        rank = ranks[is_about_another(record)]
        work.hear(_said(record), dict.fromkeys(FIELDS, rank), again=work in listed)
        votes = [it for it in (listed.get(work), record.upvotes) if it is not None]
        listed[work] = max(votes, default=None)
    return listed


def _said(record: ParsedPaper) -> dict[str, object]:
    """Return a record's fields as a row holds them."""
    values = {name: getattr(record, name) for name in FIELDS}
    return {name: [*it] if isinstance(it, tuple) else it for name, it in values.items()}
