"""The site as it runs in production, and somebody who opens its pages one after the other."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from ipaddress import IPv4Network
from urllib.parse import urlencode

WORKERS = 2
WARM_UP = 20  # visits: each worker keeps figures of its own
PATIENCE = 30.0  # seconds until the site answers
LATE = 0.95


@contextmanager
def served(url: str) -> Iterator[int]:
    """Serve the database of this URL by gunicorn; yields the port on this machine."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--log-level=warning"]
    command += [f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}"]
    environment = {"DATABASE_URL": url, "TRUSTED_PROXIES": "1"}
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def measure(port: int, path: str, visits: int) -> dict[str, float]:
    """Open a page again and again, by one connection as long as the server keeps it.

    Returns milliseconds, and the bytes of the page. What follows "#" is the choice of somebody who
    ticks: it is sent as the script of the front page does.

    Raises:
        SystemExit: for an answer other than 200.

    """
    visitor = _Visitor(port)
    page, _, choice = path.partition("#")
    times, size = [], 0
    for _ in range(visits + WARM_UP):
        start = time.perf_counter()
        size = visitor.ask(page, choice) if choice else visitor.open(page)
        times.append((time.perf_counter() - start) * 1_000)
    warm = sorted(times[WARM_UP:])
    return {
        "median": statistics.median(warm),
        "p95": warm[int(len(warm) * LATE)],
        "first": times[0],
        "bytes": size,
    }


class _Visitor:
    """Asks one request after the other, and has the cookie that forms want.

    Each comes from a network of its own, as if by a proxy: no limit of one is met.
    """

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.token = ""
        self.networks = map(str, IPv4Network("10.0.0.0/8"))

    def open(self, path: str) -> int:
        """Open a page; return its bytes."""
        return self._request("GET", path)

    def ask(self, path: str, choice: str) -> int:
        """Ask what a choice would bring; return the bytes of the answer."""
        if not self.token:
            self.open("/")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", path, choice, form | {"X-CSRFToken": self.token})

    def _request(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> int:
        said = {"X-Forwarded-For": next(self.networks), **(headers or {})}
        if self.token:
            said["Cookie"] = f"csrftoken={self.token}"
        self.connection.request(method, path, body, said)
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status != 200:  # noqa: PLR2004 - the one good answer
            raise SystemExit(f"{method} {path}: {answer.status}")
        _, _, token = (answer.headers["Set-Cookie"] or "").partition("csrftoken=")
        self.token = self.token or token.partition(";")[0]
        return len(page)


def ticked(*topics: str) -> str:
    """Return what the script of the front page sends when these topics are ticked."""
    return urlencode([("topics", topic) for topic in topics])


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    """Wait until every worker has answered, as far as asking a few times can tell."""
    deadline = time.monotonic() + PATIENCE
    answers = 0
    while answers < WARM_UP:
        if time.monotonic() > deadline:
            raise SystemExit("The site did not begin to answer.")
        try:
            _ask_for_a_script(port)
            answers += 1
        except OSError:
            time.sleep(0.05)


def _ask_for_a_script(port: int) -> None:
    """Ask for what needs nothing but a worker that has started."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/static/paperboy/tokens.css")
    connection.getresponse().read()
    connection.close()
