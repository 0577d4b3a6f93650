"""The accounting equation: every reader who was due is accounted for."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from newsletter.models import Delivery, Morning


@dataclass(frozen=True, slots=True)
class Account:
    """A morning's readers who were due, and what became of their deliveries, by state.

    `due` was counted when they were composed, `states` is counted from the deliveries.
    """

    date: dt.date
    due: int
    states: Counter[str]

    @property
    def is_open(self) -> bool:
        """Tell whether some delivery is still to be settled."""
        return any(self.states[state] for state in Delivery.OPEN)

    @property
    def balances(self) -> bool:
        """Tell whether every reader who was due is accounted for."""
        return self.due == self.states.total()

    def __str__(self) -> str:
        terms = [f"{self.states[state]} {state}" for state in Delivery.FINAL]
        terms += [f"{self.states[state]} {state}" for state in Delivery.OPEN if self.states[state]]
        sign = "=" if self.balances else "≠"
        return f"{self.due} due {sign} {' + '.join(terms)}"


def accounts(dates: Iterable[dt.date] | None = None) -> list[Account]:
    """Return the accounts of some mornings, or of all, the earliest first; two queries."""
    mornings = Morning.objects.order_by("date")
    deliveries = Delivery.objects.all()
    if dates is not None:
        wanted = [*dates]
        mornings, deliveries = mornings.filter(date__in=wanted), deliveries.filter(date__in=wanted)
    states: dict[dt.date, Counter[str]] = {}
    counted = deliveries.order_by().values_list("date", "state").annotate(count=Count("*"))
    for date, state, count in counted:
        states.setdefault(date, Counter())[state] = count
    due = {morning.date: morning.due for morning in mornings}
    return [
        Account(date, due.get(date, 0), states.get(date, Counter()))
        for date in sorted(due.keys() | states.keys())
    ]
