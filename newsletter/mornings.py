"""The latest mornings: their accounts, when they were composed and sent, and how fast."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from newsletter.accounts import Account, accounts
from newsletter.models import Bundle, Delivery, Morning

USUAL = 7
# A morning goes round the world for a day. What lies between one hour's mails and the next is rest.
REST = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last of some things that happened, and how much of it was work."""

    began: dt.datetime
    ended: dt.datetime
    worked: dt.timedelta
    count: int

    @classmethod
    def over(cls, parts: Sequence["Span"]) -> "Span":
        """Return the span of one part or more, in the order of their beginnings.

        They may overlap, as workers do. The gaps between them are work unless they are rest.
        """
        worked, ended = dt.timedelta(), parts[0].began
        for part in parts:
            if part.began - ended >= REST:
                ended = part.began
            worked += max(part.ended - ended, dt.timedelta())
            ended = max(ended, part.ended)
        return cls(parts[0].began, ended, worked, sum(part.count for part in parts))

    @property
    def rate(self) -> float | None:
        """How many a second while there was work; None where all happened in one instant."""
        return self.count / self.worked.total_seconds() if self.worked else None


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one morning.

    `composing` spans the moments for which its bundles were composed and counts the bundles,
    `sending` spans its mails that were taken; either is None where there was nothing.
    """

    account: Account
    is_paused: bool
    composing: Span | None
    sending: Span | None

    @property
    def word(self) -> str:
        """What to say of it in a word or two."""
        if not self.account.balances:
            return "does not balance"
        if not self.account.is_open:
            return "balances"
        return "paused" if self.is_paused else "open"


def mornings(dates: Collection[dt.date] = (), *, latest: int = USUAL) -> list[Run]:
    """Return the runs of these mornings, or of the latest ones, the latest first.

    The same four queries for any number of them.
    """
    rows = Morning.objects.filter(date__in=dates) if dates else Morning.objects.all()[:latest]
    paused = dict(rows.values_list("date", "is_paused"))
    composing, sending = _composing([*paused]), _sending([*paused])
    return [
        Run(account, paused[account.date], composing.get(account.date), sending.get(account.date))
        for account in reversed(accounts(paused))
    ]


def _composing(dates: Collection[dt.date]) -> dict[dt.date, Span]:
    """Return from when to when each morning was composed."""
    bundles = Bundle.objects.filter(date__in=dates).order_by().values("date")
    moments = bundles.annotate(
        first=Min("composed_at"), last=Max("composed_at"), count=Count("*")
    ).values_list("date", "first", "last", "count")
    return {date: Span(first, last, last - first, count) for date, first, last, count in moments}


def _sending(dates: Collection[dt.date]) -> dict[dt.date, Span]:
    """Return from when to when each morning's mails left, each bundle's in one go."""
    sent = Delivery.objects.filter(bundle__date__in=dates, sent_at__isnull=False)
    bundles = sent.order_by().values("bundle", "bundle__date")
    spans = bundles.annotate(first=Min("sent_at"), last=Max("sent_at"), count=Count("*"))
    parts = defaultdict[dt.date, list[Span]](list)
    for date, first, last, count in spans.order_by("first").values_list(
        "bundle__date", "first", "last", "count"
    ):
        parts[date].append(Span(first, last, last - first, count))
    return {date: Span.over(found) for date, found in parts.items()}
