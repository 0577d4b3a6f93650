"""Find the topics of papers, once: every later question is a join."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from digests.matching import stored
from digests.matching.matcher import Matcher
from digests.matching.paper_text import PaperText
from digests.matching.snapshot import (
    NOTHING_FOUND,
    Found,
    Matched,
    Readable,
    StoredTopic,
    matcher_of,
)
from digests.models import Paper, PaperTopic, Topic, Wording
from digests.papers_lock import lock_papers
from digests.rows import write

# Papers that were listed before are not looked at again when a topic changes: no mail that is
# still to come can hold one, and nobody is shown older ones while she chooses.
WINDOW = dt.timedelta(days=30)
# How far the date of a morning may lie behind ours: it began in another zone, hours ago.
LATE = dt.timedelta(days=2)
CHUNK = 1000

# A paper and its topics, with the words that say so.
_TopicsOf: TypeAlias = tuple[int, Mapping[int, Sequence[str]]]


def match_anew(papers: Sequence[Paper], found: Found = NOTHING_FOUND) -> None:
    """Store the topics that these papers belong to by their present words, and no others.

    What was `found` is not looked for again, unless a topic has changed since.
    """
    if not papers:
        return
    stamp, matcher = stored.matcher()
    known = found.papers if found.stamp == stamp else {}
    read = {paper.pk: Readable.of(paper) for paper in papers}
    matched = {pk: known.get(it) or Matched.of(it, matcher) for pk, it in read.items()}
    everything = Topic.objects.filter(kind=Topic.Kind.EVERYTHING).values_list("pk", flat=True)
    everywhere: dict[int, Sequence[str]] = dict.fromkeys(everything, ())
    PaperTopic.objects.filter(paper__in=papers).delete()
    write(INSERT_TOPICS, _rows((pk, {**everywhere, **it.topics}) for pk, it in matched.items()))
    write(STORE_WORDINGS, ({"paper_id": pk, "line": it.line} for pk, it in matched.items()))


def reword(paper: Paper) -> None:
    """Store a paper's present words, by which it is searched; its topics stay as they are."""
    write(STORE_WORDINGS, [{"paper_id": paper.pk, "line": Readable.of(paper).text().line}])


@transaction.atomic
def rematch(now: dt.datetime) -> int:
    """Have the papers of the last weeks meet the topics that changed; return how many did.

    Topics of the catalogue meet them all together: what one of them says counts less where others
    say much, so that one topic's new rules may change what the others are sent.
    """
    lock_papers()
    changed = Q(pk__in=Topic.objects.unmatched())
    if Topic.objects.catalogue().unmatched().exists():
        changed |= Q(kind=Topic.Kind.CATALOGUE)
    topics = stored.read(Topic.objects.filter(changed))
    if topics:
        since = first_day(now)
        rows = PaperTopic.objects.filter(paper__first_listed_on__gte=since)
        rows.filter(topic__in=[topic.number for topic in topics]).delete()
        for matched in _batches(_matched_since(since, matcher_of(topics))):
            write(INSERT_TOPICS, _rows(matched))
        _note_versions(topics)
    return len(topics)


def first_day(now: dt.datetime) -> dt.date:
    """Return the day since which papers were listed that meet a topic when it changes."""
    return now.date() - max(WINDOW, dt.timedelta(days=settings.LOOKBACK_DAYS) + LATE)


def wordings(since: dt.date, *, with_withdrawn: bool = False) -> Iterator[tuple[int, PaperText]]:
    """Yield the papers first listed since then, as phrases are found in them, newest first."""
    papers = Wording.objects.filter(paper__first_listed_on__gte=since, paper__merged_into=None)
    if not with_withdrawn:
        papers = papers.filter(paper__withdrawn_at=None)
    ordered = papers.order_by("-paper__first_listed_on", "-paper")
    for number, line in ordered.values_list("paper", "line").iterator(CHUNK):
        yield number, PaperText(line)


def _matched_since(since: dt.date, matcher: Matcher[int]) -> Iterator[_TopicsOf]:
    # Who takes a withdrawal back wants the paper's topics as they are by then.
    papers = wordings(since, with_withdrawn=True)
    return ((number, matcher.match(text)) for number, text in papers)


def _batches(matched: Iterator[_TopicsOf]) -> Iterator[list[_TopicsOf]]:
    return iter(lambda: [*islice(matched, CHUNK)], [])


def _rows(matched: Iterable[_TopicsOf]) -> Iterator[dict[str, Any]]:
    for paper, topics in matched:
        for topic, because in topics.items():
            yield {"paper_id": paper, "topic_id": topic, "because": because}


def _note_versions(topics: Sequence[StoredTopic]) -> None:
    """Note which version of the topics was matched: they may have changed again meanwhile."""
    by_version: defaultdict[int, list[int]] = defaultdict(list)
    for topic in topics:
        by_version[topic.version].append(topic.number)
    for version, numbers in by_version.items():
        Topic.objects.filter(pk__in=numbers).update(matched_version=version)


INSERT_TOPICS = """
INSERT INTO digests_papertopic (paper_id, topic_id, because)
SELECT paper_id, topic_id, because
  FROM json_populate_recordset(NULL::digests_papertopic, %(rows)s)
"""

STORE_WORDINGS = """
INSERT INTO digests_wording (paper_id, line)
SELECT paper_id, line FROM json_populate_recordset(NULL::digests_wording, %(rows)s)
    ON CONFLICT (paper_id) DO UPDATE SET line = excluded.line
"""
