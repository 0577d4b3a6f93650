"""The arithmetic of a token bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sending.rates.bucket import SECOND, Bucket

RATES = st.floats(min_value=0.001, max_value=100_000)
# How long after the one before somebody asks, and for how many tokens.
ASKS = st.lists(
    st.tuples(st.integers(0, 2 * SECOND), st.integers(1, 1000)), min_size=1, max_size=60
)


def granted(bucket: Bucket, asks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return when how many tokens were taken from a bucket that began empty."""
    now, taken = 0, []
    full_at = bucket.empty(now)
    for pause, wanted in asks:
        now += pause
        count = min(wanted, bucket.tokens(full_at, now))
        full_at = bucket.take(count, full_at, now)
        taken.append((now, count))
    return taken


@given(RATES, ASKS)
def test_no_window_holds_more_than_the_burst_and_what_flows_in(
    rate: float, asks: list[tuple[int, int]]
) -> None:
    bucket = Bucket.of(rate)
    taken = granted(bucket, asks)
    for first, (began, _) in enumerate(taken):
        count = 0
        for ended, tokens in taken[first:]:
            count += tokens
            assert count <= bucket.size + (ended - began) * rate / SECOND


@given(RATES, ASKS)
def test_what_is_taken_since_it_was_empty_is_no_more_than_flowed_in(
    rate: float, asks: list[tuple[int, int]]
) -> None:
    taken = granted(Bucket.of(rate), asks)
    assert sum(count for _, count in taken) <= taken[-1][0] * rate / SECOND


@given(RATES)
def test_a_bucket_fills_up_and_no_further(rate: float) -> None:
    bucket = Bucket.of(rate)
    full_at = bucket.empty(0)
    assert bucket.tokens(full_at, 0) == 0
    assert bucket.tokens(full_at, bucket.interval) == 1
    assert bucket.tokens(full_at, full_at) == bucket.tokens(full_at, 9 * full_at) == bucket.size


@given(RATES, st.integers(1, 64))
def test_shares_together_are_no_faster_and_no_larger(rate: float, workers: int) -> None:
    bucket = Bucket.of(rate)
    share = bucket.share(workers)
    assert workers / share.interval <= 1 / bucket.interval
    assert workers * share.size <= max(bucket.size, workers)


@pytest.mark.parametrize(("rate", "size"), [(1, 1), (14, 2), (50, 6), (10_000, 1001)])
def test_a_burst_is_a_tenth_of_a_second(rate: float, size: int) -> None:
    assert Bucket.of(rate).size == size
