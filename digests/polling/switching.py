"""Switch sources on and off: whether they are fetched by themselves."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from digests.models import Source

# Rows that come with the project, switched off.
USUAL = (
    "huggingface",
    "arxiv-cs-ai",
    "arxiv-cs-cl",
    "arxiv-cs-cv",
    "arxiv-cs-lg",
    "arxiv-cs-ro",
    "arxiv-stat-ml",
)
# What is written over the failures of a source that is to be tried anew, and at once.
UNTRIED: dict[str, Any] = {"failures": 0, "last_error": "", "retry_at": None}


class SwitchError(Exception):
    """A source that cannot be switched on, and what it lacks."""


@transaction.atomic
def activate(sources: QuerySet[Source], today: dt.date) -> list[Source]:
    """Switch sources on from `today` (UTC) on, and return those that were off.

    They begin anew: what failed before they were switched off is forgotten.

    Raises:
        SwitchError: where one lacks an address or times; then none is switched on.

    """
    off = [*sources.filter(is_active=False).order_by("slug").select_for_update(of=["self"])]
    for source in off:
        _refuse_unready(source)
    keys = [source.pk for source in off]
    Source.objects.filter(pk__in=keys).update(is_active=True, active_since=today, **UNTRIED)
    return off


@transaction.atomic
def deactivate(sources: QuerySet[Source]) -> list[Source]:
    """Switch sources off, and return those that were on."""
    on = [*sources.filter(is_active=True).order_by("slug").select_for_update(of=["self"])]
    Source.objects.filter(pk__in=[source.pk for source in on]).update(is_active=False)
    return on


def _refuse_unready(source: Source) -> None:
    needed = {
        "address": source.url,
        "weekdays": source.weekdays,
        "poll times": source.poll_times,
    }
    if lacking := [name for name, value in needed.items() if not value]:
        raise SwitchError(f"{source.slug} has no {' and no '.join(lacking)}; give it in the admin")
