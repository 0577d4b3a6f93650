"""The bell: heard by a worker where there is a broker, and in nobody's way where there is none."""

import datetime as dt
import socket
import socketserver
import time
from collections.abc import Callable, Iterator

import pytest
from beside import BackgroundServer
from django.utils import timezone

from config.celery import app
from subscribers import bell

Broker = Callable[[str], None]
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    """Return what names another broker."""
    return lambda url: monkeypatch.setitem(app.conf, "broker_url", url)


@pytest.fixture
def frozen_server() -> Iterator[str]:
    """Return the address of a server that is there and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


class Full(socketserver.BaseRequestHandler):
    """Answers as a Redis does that has no memory left."""

    def handle(self) -> None:
        while self.request.recv(65_536):
            self.request.sendall(b"-OOM command not allowed when used memory > 'maxmemory'.\r\n")


@pytest.fixture
def full_server() -> Iterator[str]:
    """Return the address of a server that refuses every command."""
    with BackgroundServer(("127.0.0.1", 0), Full) as server:
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def test_a_ring_is_one_message_that_soon_goes_stale(broker: Broker) -> None:
    broker("memory://")
    bell.ring()
    with app.connection() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        message = queue.get_nowait()
        assert queue.qsize() == 0
        message.ack()
    assert message.headers["task"] == "subscribers.post_letters"
    expires = dt.datetime.fromisoformat(message.headers["expires"])
    assert dt.timedelta() < expires - timezone.now() <= dt.timedelta(minutes=1)
    assert message.headers["eta"] is None


def test_where_nobody_listens_a_ring_fails_at_once_and_says_so(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker(NOBODY_LISTENS)
    assert seconds(bell.ring) < 1
    assert "The broker is away" in caplog.text


def test_without_a_socket_file_too(broker: Broker) -> None:
    broker("redis+socket:///nonexistent/redis.sock")
    assert seconds(bell.ring) < 1


def test_a_broker_that_is_frozen_costs_a_reader_little_more_than_a_second(
    broker: Broker, frozen_server: str
) -> None:
    broker(frozen_server)
    assert seconds(bell.ring) < 2.5


def test_it_fails_as_quickly_the_second_time(broker: Broker) -> None:
    broker(NOBODY_LISTENS)
    bell.ring()
    assert seconds(bell.ring) < 1


def test_a_broker_that_refuses_everything_stops_nobody(
    broker: Broker, full_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    broker(full_server)
    assert seconds(bell.ring) < 2.5
    assert "The broker is away" in caplog.text
