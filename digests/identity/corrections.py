"""What operators know better than any source: texts, what is the same, what nobody should get."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from digests.identity.merge import merge
from digests.identity.names import AliasKind
from digests.identity.register import FIELDS
from digests.matching.rematch import match_anew, reword
from digests.matching.snapshot import Readable
from digests.models import Alias, Paper
from digests.models.paper import OPERATORS_WORD
from digests.papers_lock import lock_papers
from digests.text import clean

PAIR = 2


class NotTheSameError(Exception):
    """Papers that cannot be made one, and why."""


@transaction.atomic
def correct(paper: Paper, fields: Collection[str]) -> None:
    """Store these fields of a paper as an operator wrote them; no digest changes them any more.

    What a page or a feed could not show is left out, as of texts that come in.
    """
    paper.title, paper.abstract = clean(paper.title), clean(paper.abstract)
    paper.authors = [*filter(None, map(clean, paper.authors))]
    lock_papers()
    told = Paper.objects.values_list("told", flat=True).get(pk=paper.pk)
    paper.told = told | {name: OPERATORS_WORD for name in fields if name in FIELDS}
    paper.save(update_fields=[*fields, "told"])
    reword(Paper.objects.get(pk=paper.pk))


@transaction.atomic
def withdraw(paper: Paper, now: dt.datetime) -> None:
    """Send a paper to nobody any more, in mails that are composed already neither."""
    lock_papers()
    Paper.objects.filter(pk=paper.pk, withdrawn_at=None).update(withdrawn_at=now)


@transaction.atomic
def take_back(paper: Paper) -> None:
    """Let a withdrawn paper come again, in mails that are still to leave and within its days."""
    lock_papers()
    Paper.objects.filter(pk=paper.pk).update(withdrawn_at=None)


@transaction.atomic
def join(papers: Collection[Paper]) -> Paper:
    """Make papers one and return it: the row stored first, with its texts, and all their names.

    What it lacks it takes from the others.

    Raises:
        NotTheSameError: where they cannot be the same; nothing is changed then.

    """
    lock_papers()
    standing = Paper.objects.standing().filter(pk__in=[paper.pk for paper in papers])
    chosen: list[Paper] = [*standing.order_by("pk").select_for_update(of=["self"])]
    if len(chosen) < len(papers):
        raise NotTheSameError("Some of these were joined meanwhile. Choose again.")
    if reason := refusal(chosen):
        raise NotTheSameError(reason)
    kept, *others = chosen
    before = Readable.of(kept)
    for gone in others:
        merge(gone, into=kept)
        _take_what_is_lacking(kept, gone)
    kept.lead_to([alias.name for alias in kept.aliases.all()])
    kept.save()
    if Readable.of(kept) != before:
        match_anew([kept])
    return kept


def refusal(papers: Sequence[Paper]) -> str:
    """Say why these cannot be made one paper; "" where they can."""
    if len(papers) < PAIR:
        return "Choose two papers or more."
    found = Alias.objects.filter(paper__in=papers, kind=AliasKind.ARXIV).order_by("paper")
    ids = [*found.values_list("value", flat=True)]
    if len(ids) < PAIR:
        return ""
    return f"arXiv knows them as different papers: {', '.join(ids)}. Choose at most one of these."


def _take_what_is_lacking(kept: Paper, gone: Paper) -> None:
    for name in FIELDS:
        value = getattr(gone, name)
        if value and not getattr(kept, name) and kept.told.get(name) != OPERATORS_WORD:
            setattr(kept, name, value)
            kept.told[name] = gone.told.get(name, "")
    kept.first_listed_on = min(kept.first_listed_on, gone.first_listed_on)
