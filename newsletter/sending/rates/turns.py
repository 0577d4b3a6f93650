"""Copies in the order in which they may leave."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from newsletter.models import BUNDLE_SIZE
from newsletter.sending.copies import Copy
from newsletter.sending.rates.parked import domain_of
from newsletter.sending.rates.rates import Rates


def in_turn(copies: Iterable[Copy], rates: Rates) -> Iterator[Copy | None]:
    """Yield each copy when it may leave, and None when all that are left must wait a moment.

    Copies of one domain that wait do not hold up those of others: up to a bundle of them is looked
    at. Otherwise they keep their order, more or less. Ends early if nothing more may leave today.
    """
    source = iter(copies)
    for copy in source:
        if rates.are_any:  # a server may ask for a pause at any time
            yield from _in_turn(chain([copy], source), rates)
            return
        yield copy


def _in_turn(source: Iterator[Copy], rates: Rates) -> Iterator[Copy | None]:
    held: list[tuple[str, Copy]] = []
    try:
        while not rates.is_shut:
            held += [
                (domain_of(copy.email), copy) for copy in islice(source, BUNDLE_SIZE - len(held))
            ]
            if not held:
                return
            granted = rates.take([domain for domain, _ in held])
            if not granted:
                yield None
                continue
            left = []
            for domain, copy in held:
                if granted[domain]:
                    granted[domain] -= 1
                    yield copy
                else:
                    left.append((domain, copy))
            held = left
    finally:
        rates.close()
