"""Store a parsed digest: one transaction, and nothing the second time."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Max

from digests import catalogue
from digests.models import Digest, DigestPaper, Paper, PaperTopic, Source, Topic
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper
from digests.text import clean, title_key

# Two ingests at once could store one paper twice or wait for each other's rows: one at a time.
INGEST_LOCK = 0x1D16E57


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one digest brought: `papers` in it, of which `new` were stored and `known` were not."""

    source: str
    date: dt.date
    papers: int
    new: int
    known: int


@transaction.atomic
def ingest(parsed: ParsedDigest, *, source: Source, date: dt.date, fingerprint: str) -> Ingested:
    """Store `parsed` as the digest of `source` for `date`, each paper once.

    Papers that the digest holds already keep their place; others follow after them, so a page
    may be ingested again when it has grown.

    Raises:
        DigestError: where a title has no letter or digit to be known by; nothing is stored then.

    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INGEST_LOCK])
    listed = _by_title_key(parsed)
    known = Paper.objects.filter(title_key__in=[*listed]).in_bulk(field_name="title_key")
    new = _store_new(listed, known, date)
    Paper.objects.filter(title_key__in=[*known], first_listed_on__gt=date).update(
        first_listed_on=date
    )
    _place(_digest(source, date, fingerprint), listed, known | new)
    return Ingested(source.slug, date, len(listed), len(new), len(known))


def date_of_known(source: Source, fingerprint: str) -> dt.date | None:
    """Return the date under which the very same file was ingested before, if it was."""
    digests = source.digests.filter(fingerprints__contains=[fingerprint])
    return digests.values_list("date", flat=True).first()


def _by_title_key(parsed: ParsedDigest) -> dict[str, ParsedPaper]:
    """Return the papers, cleaned, by what identifies them; the first of two equals stays."""
    listed: dict[str, ParsedPaper] = {}
    for paper in parsed.papers:
        title = clean(paper.title)
        key = title_key(title)
        if not key:
            raise DigestError(
                f"the title {title!r} has no letter or digit; check the file", line=paper.line
            )
        listed.setdefault(key, replace(paper, title=title, abstract=clean(paper.abstract)))
    return listed


def _store_new(
    listed: dict[str, ParsedPaper], known: dict[str, Paper], date: dt.date
) -> dict[str, Paper]:
    papers = Paper.objects.bulk_create(
        Paper(title=paper.title, title_key=key, abstract=paper.abstract, first_listed_on=date)
        for key, paper in listed.items()
        if key not in known
    )
    PaperTopic.objects.bulk_create(_match(papers))
    return {paper.title_key: paper for paper in papers}


def _match(papers: list[Paper]) -> list[PaperTopic]:
    """Match once, here: every later question is a join."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    everything = [topic for topic in topics.values() if topic.kind == Topic.Kind.EVERYTHING]
    matcher = catalogue.matcher()
    rows = [PaperTopic(paper=paper, topic=topic) for paper in papers for topic in everything]
    for paper in papers:
        matched = matcher.match(paper.title, paper.abstract)
        rows += [
            PaperTopic(paper=paper, topic=topics[slug], because=[*because])
            for slug, because in matched.items()
        ]
    return rows


def _digest(source: Source, date: dt.date, fingerprint: str) -> Digest:
    digest, _ = Digest.objects.get_or_create(source=source, date=date)
    if fingerprint not in digest.fingerprints:
        digest.fingerprints.append(fingerprint)
        digest.save(update_fields=["fingerprints"])
    return digest


def _place(digest: Digest, listed: dict[str, ParsedPaper], papers: dict[str, Paper]) -> None:
    rows = DigestPaper.objects.filter(digest=digest)
    last = rows.aggregate(last=Max("place"))["last"] or 0
    placed = set(rows.values_list("paper_id", flat=True))
    unplaced = [key for key in listed if papers[key].pk not in placed]
    DigestPaper.objects.bulk_create(
        DigestPaper(digest=digest, paper=papers[key], place=place)
        for place, key in enumerate(unplaced, start=last + 1)
    )
