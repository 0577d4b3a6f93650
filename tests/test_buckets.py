"""Buckets that workers share in Redis, and their shares while that is away."""

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from beside import at_once
from pytest_django import Settings

from config.redis import PATIENCE, hasty_client
from newsletter.sending.rates import buckets
from newsletter.sending.rates.bucket import SECOND
from newsletter.sending.rates.buckets import Buckets
from newsletter.sending.rates.limits import Limits
from newsletter.sending.rates.local import LocalBuckets
from newsletter.sending.rates.shared import AloneError, SharedBuckets

Take = Callable[..., dict[str, int]]
Kind = type[SharedBuckets] | type[LocalBuckets]


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings: Settings) -> None:
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid.uuid4().hex}"
    settings.SENDERS = 4


@pytest.fixture(params=[SharedBuckets, LocalBuckets])
def kind(request: pytest.FixtureRequest) -> Kind:
    made: Kind = request.param
    return made


@pytest.fixture
def deaf_server(settings: Settings) -> Iterator[None]:
    """Have a Redis that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
        yield


def limits(settings: Settings, rate: float | None = None, **domains: float) -> Limits:
    settings.SENDING_RATE = rate
    settings.DOMAIN_RATES = {name.replace("_", "."): rate for name, rate in domains.items()}
    return Limits.configured()


def taken_until(take: Take, wanted: dict[str, int]) -> dict[str, int]:
    """Ask until something was taken."""
    deadline = time.monotonic() + 10
    while not (taken := take(wanted)):
        assert time.monotonic() < deadline, "nothing comes"
    return taken


# One bucket, or several at once


def test_a_bucket_that_nobody_knows_is_empty(kind: Kind, settings: Settings) -> None:
    ours = kind(limits(settings, 0.001))
    assert ours.take({"a.example": 5}) == {}


def test_without_a_limit_all_may_leave(kind: Kind) -> None:
    wanted = {"a.example": 5, "b.example": 3}
    assert kind(Limits()).take(wanted) == wanted


def test_an_empty_domain_does_not_hold_up_another(kind: Kind, settings: Settings) -> None:
    ours = kind(limits(settings, a_example=0.001))
    assert ours.take({"a.example": 5, "b.example": 5}) == {"b.example": 5}


def test_what_a_domain_does_not_give_is_not_taken_of_everything(
    kind: Kind, settings: Settings
) -> None:
    ours = kind(limits(settings, 1000, a_example=0.001))
    taken_until(ours.take, {"b.example": 1})
    for _ in range(200):
        assert "a.example" not in ours.take({"a.example": 1000})
    assert taken_until(ours.take, {"b.example": 1}) == {"b.example": 1}


def test_what_everything_does_not_give_is_not_taken_of_a_domain(
    kind: Kind, settings: Settings
) -> None:
    ours = kind(limits(settings, 0.001, a_example=20_000))
    for _ in range(50):
        assert ours.take({"a.example": 1000}) == {}


def test_a_star_is_a_bucket_for_each_other_domain(settings: Settings) -> None:
    settings.SENDING_RATE, settings.DOMAIN_RATES = None, {"a.example": 20, "*": 10}
    configured = Limits.configured()
    rates = [configured.bucket(name) for name in ("a.example", "b.example")]
    assert [bucket.interval for bucket in rates if bucket] == [SECOND // 20, SECOND // 10]


@pytest.mark.parametrize(
    ("rate", "domains", "seconds"),
    [(None, {}, 0), (10, {}, 0), (None, {"a_example": 2}, 10), (1, {"a_example": 2}, 10)],
)
def test_how_long_mails_take_their_domains_at_the_least_is_known(
    rate: float | None, domains: dict[str, float], seconds: float, settings: Settings
) -> None:
    found = limits(settings, rate, **domains)
    assert found.time_for({"a.example": 20, "b.example": 10}) == seconds


# In Redis


def test_workers_together_are_no_faster_than_the_rate(settings: Settings) -> None:
    configured = limits(settings, 2000, a_example=500)
    began, counts = time.monotonic(), list[dict[str, int]]()

    def work() -> None:
        ours = SharedBuckets(configured)
        while time.monotonic() - began < 0.3:
            counts.append(ours.take({"a.example": 100, "b.example": 100}))

    assert at_once(*[work] * 4) == []
    elapsed = time.monotonic() - began
    of_a = sum(count.get("a.example", 0) for count in counts)
    assert 0.3 * 500 / 2 < of_a <= elapsed * 500
    assert 0.3 * 2000 / 2 < sum(sum(count.values()) for count in counts) <= elapsed * 2000


def test_a_clock_that_was_set_back_stops_nobody(settings: Settings) -> None:
    ours = SharedBuckets(limits(settings, 1000))
    far_away = str((int(time.time()) + 10**6) * SECOND)
    hasty_client().set(f"{settings.CELERY_TASK_DEFAULT_QUEUE}:rates:all", far_away)
    ours.take({"a.example": 1})
    assert taken_until(ours.take, {"a.example": 1}) == {"a.example": 1}


def test_redis_forgets_the_domains_in_time(settings: Settings) -> None:
    SharedBuckets(limits(settings, 1000, a_example=10)).take({"a.example": 1})
    redis, queue = hasty_client(), settings.CELERY_TASK_DEFAULT_QUEUE
    keys = [*redis.scan_iter(f"{queue}:rates:*")]
    assert len(keys) == 2
    assert all(0 < redis.ttl(key) <= 3600 for key in keys)


def test_everybody_keeps_to_a_share_once_one_has_found_redis_again(settings: Settings) -> None:
    configured = limits(settings, 1000)
    one, another = SharedBuckets(configured), SharedBuckets(configured)
    taken_until(another.take, {"a.example": 1})
    for ask in (partial(one.take, everybody_alone=0.2), another.take):
        with pytest.raises(AloneError) as caught:
            ask({"a.example": 1})
        assert 0 < caught.value.seconds <= 0.2


def test_buckets_are_empty_after_everybody_kept_to_a_share(settings: Settings) -> None:
    ours = SharedBuckets(limits(settings, 1000))
    taken_until(ours.take, {"a.example": 1})
    began = time.monotonic()
    with pytest.raises(AloneError):
        ours.take({"a.example": 1}, everybody_alone=0.05)
    while time.monotonic() - began < 0.05:
        pass
    taken = sum(ours.take({"a.example": 1000}).values())
    assert taken <= (time.monotonic() - began - 0.05) * 1000


# Without Redis


def test_a_worker_keeps_to_its_share_while_redis_is_away(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    limits(settings, 4000)
    ours, began, taken = Buckets(), time.monotonic(), 0
    while time.monotonic() - began < 0.2:
        taken += sum(ours.take({"a.example": 1000}).values())
    assert 0 < taken <= (time.monotonic() - began) * 4000 / 4


def test_a_frozen_redis_costs_one_time_out_and_not_one_a_mail(
    deaf_server: None, settings: Settings
) -> None:
    limits(settings, 4000)
    ours, began = Buckets(), time.monotonic()
    for _ in range(100):
        ours.take({"a.example": 1})
    assert PATIENCE <= time.monotonic() - began < 4 * PATIENCE


def test_nobody_goes_back_to_redis_before_all_can_have_found_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "AWAY", 0.0)
    shared, gone = SharedBuckets(limits(settings, 4000)), "redis://127.0.0.1:1"
    here, settings.REDIS_URL = settings.REDIS_URL, gone
    ours = Buckets()
    ours.take({"a.example": 1})
    settings.REDIS_URL = here
    ours._shared = shared
    ours.take({"a.example": 1})
    with pytest.raises(AloneError) as caught:
        SharedBuckets(Limits()).take({"a.example": 1})
    assert caught.value.seconds > buckets.AWAY + 0.5


def test_what_a_worker_gets_without_redis_begins_empty(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    limits(settings, 0.001)
    assert Buckets().take({"a.example": 1}) == {}


def test_without_a_limit_redis_is_not_asked(deaf_server: None, settings: Settings) -> None:
    limits(settings)
    began = time.monotonic()
    assert Buckets().take({"a.example": 3}) == {"a.example": 3}
    assert time.monotonic() - began < PATIENCE
