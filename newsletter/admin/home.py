"""The admin's first page tells what is wrong with the mail, beside what is with the sources."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from digests.admin.home import tell_of_sources
from newsletter.accounts import accounts
from newsletter.deliver import mornings_around
from newsletter.models import Delivery
from newsletter.obstacles import obstacles

UNCERTAIN = Delivery.State.UNCERTAIN
# To count the states of the last mornings means to look at a million rows or two.
REMEMBERED_SECONDS = 60


def tell_what_is_wrong(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what keeps mail from leaving and what is uncertain, for who may see mornings."""
    if request.user.has_perm("newsletter.view_morning"):
        context["post"] = [*_obstacles(timezone.now()), *_uncertain(timezone.now())]
    return tell_of_sources(request, context)


def _obstacles(now: dt.datetime) -> Iterator[dict[str, str]]:
    for one in obstacles(now):
        url = reverse(f"admin:{one.model}_changelist")
        yield {"name": one.name, "text": one.text, "url": url, "tone": "danger"}


def _uncertain(now: dt.datetime) -> Iterator[dict[str, str]]:
    for date, count in _counted(now).items():
        query = {"date": date, "state": UNCERTAIN}
        text = f"{count:,} of {date} may have arrived or not: look them up where the mail went."
        url = reverse("admin:newsletter_delivery_changelist", query=query)
        yield {"name": "uncertain", "text": text, "url": url, "tone": "warning"}


def _counted(now: dt.datetime) -> dict[str, int]:
    """Return how many deliveries of the mornings around `now` are uncertain, where any is."""

    def count() -> dict[str, int]:
        counted = {
            str(account.date): account.states[UNCERTAIN]
            for account in accounts(mornings_around(now))
        }
        return {date: number for date, number in counted.items() if number}

    remembered = caches["process"].get_or_set("uncertain", count, REMEMBERED_SECONDS)
    return cast("dict[str, int]", remembered)
