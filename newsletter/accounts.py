"""The accounting equation: every reader who was due is accounted for."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Value

from newsletter.models import Delivery, Morning

DUE = "due"  # stands where the others have a state


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
    """Return the accounts of some mornings, or of all, the earliest first.

    One query: between two, a worker could compose, and the halves would not add up.
    """
    due, deliveries = Morning.objects.order_by(), Delivery.objects.order_by()
    if dates is not None:
        dates = [*dates]
        # By way of the bundles, as deliveries have no index by date.
        due, deliveries = due.filter(date__in=dates), deliveries.filter(bundle__date__in=dates)
    counts: dict[dt.date, Counter[str]] = {}
    by_state = deliveries.values_list("bundle__date", "state").annotate(count=Count("*"))
    counted = by_state.union(due.values_list("date", Value(DUE), "due"), all=True)
    for date, state, count in counted:
        counts.setdefault(date, Counter())[state] = count
    return [Account(date, counts[date].pop(DUE, 0), counts[date]) for date in sorted(counts)]
