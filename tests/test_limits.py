import datetime as dt
import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from config.limits import Limit, network

NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)
NEXT_HOUR = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
REDIS = "django.core.cache.backends.redis.RedisCache"
TWO_AN_HOUR = Limit("test", most=2, within=dt.timedelta(hours=1))


@pytest.fixture
def deaf_server() -> Iterator[int]:
    """Give the port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def redis_at(settings: Settings, port: int) -> None:
    timeouts = {"socket_timeout": 0.05, "socket_connect_timeout": 0.05}
    redis = {"BACKEND": REDIS, "LOCATION": f"redis://127.0.0.1:{port}", "OPTIONS": timeouts}
    settings.CACHES = settings.CACHES | {"default": redis}


def refusals(requests: int, client: str = "192.0.2.1") -> list[bool]:
    return [TWO_AN_HOUR.refuse_until(client, NOW) is not None for _ in range(requests)]


def test_so_many_are_let_in_and_no_more() -> None:
    assert refusals(4) == [False, False, True, True]


def test_processes_that_share_a_redis_share_their_count(settings: Settings) -> None:
    redis = {"BACKEND": REDIS, "LOCATION": settings.REDIS_URL, "KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = settings.CACHES | {"default": redis}
    with ThreadPoolExecutor(4) as processes:
        let_in = [*processes.map(lambda _: refusals(5).count(False), range(4))]
    assert sum(let_in) == TWO_AN_HOUR.most


def test_who_is_refused_hears_when_to_come_back() -> None:
    refusals(2)
    assert TWO_AN_HOUR.refuse_until("192.0.2.1", NOW) == NEXT_HOUR
    assert TWO_AN_HOUR.refuse_until("192.0.2.1", NEXT_HOUR) is None


def test_one_network_does_not_use_up_the_share_of_another() -> None:
    refusals(3)
    assert refusals(1, client="192.0.2.2") == [False]


def test_limits_of_different_forms_are_counted_apart() -> None:
    refusals(3)
    other = Limit("other", most=1, within=dt.timedelta(hours=1))
    assert other.refuse_until("192.0.2.1", NOW) is None


def test_limits_hold_while_redis_is_away(settings: Settings) -> None:
    redis_at(settings, port=1)
    assert refusals(3) == [False, False, True]


def test_limits_hold_while_redis_does_not_answer(settings: Settings, deaf_server: int) -> None:
    redis_at(settings, port=deaf_server)
    assert refusals(3) == [False, False, True]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded}
    )
    assert network(request) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
    ],
)
def test_one_ipv6_client_is_its_whole_network(address: str, expected: str) -> None:
    assert network(RequestFactory().get("/", REMOTE_ADDR=address)) == expected
