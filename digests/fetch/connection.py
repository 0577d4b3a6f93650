"""One connection: to a checked address, under the host's own name, within a time.

httpcore asks its network backend to connect to a *name*. Looking it up right here, and connecting
to the very address that was checked, leaves a second answer of the DNS nothing to change; TLS and
the Host header go on to use the name.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpcore
import httpx

from digests.fetch.addresses import look_up
from digests.fetch.errors import FetchError
from digests.fetch.policy import Policy
from digests.fetch.urls import host_of

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


@contextmanager
def asked(
    url: httpx.URL, headers: dict[bytes, bytes], policy: Policy, tls: ssl.SSLContext
) -> Iterator[httpx.Response]:
    """Ask for a URL and give the answer, its body still to be read, over a connection of its own.

    Not by way of httpx.Client, which reads cookies and the targets of redirects whether one wants
    it or not, and raises what it pleases where they make no sense.

    Raises:
        FetchError: for every fault of the connection, within the block too.

    """
    request = httpx.Request("GET", url, headers={b"Host": url.netloc, **headers})
    where = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    timeout = httpx.Timeout(policy.read_seconds, connect=policy.connect_seconds)
    with (
        _faults(host_of(url)),
        httpcore.ConnectionPool(tls, network_backend=_Backend(policy)) as pool,
        pool.stream(
            "GET", where, headers=request.headers.raw, extensions={"timeout": timeout.as_dict()}
        ) as answer,
    ):
        yield httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), request=request
        )


@contextmanager
def _faults(host: str) -> Iterator[None]:
    """Tell every fault of a connection as a FetchError."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise FetchError(
            f"{host} is too slow; try again later, or find a nearer copy", is_transient=True
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise _broken(host, error) from error


def _broken(host: str, error: Exception) -> FetchError:
    reason = error.args[0] if error.args else ""  # httpcore puts the socket's own error there
    if isinstance(reason, ssl.SSLCertVerificationError):
        return FetchError(
            f"{host} has no valid certificate ({reason.verify_message}); "
            "check the address, or tell the source"
        )
    return FetchError(
        f"the connection to {host} broke ({error}); try again later", is_transient=True
    )


class _Body(httpx.SyncByteStream):
    """The body as it travels, from httpcore to httpx."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()


class _Deadline:
    """When an answer must be complete. A byte every 19 seconds keeps any other time-out quiet."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def cut(self, timeout: float | None) -> float:
        """Return the time-out, or what is left if that is less."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


class _Backend(httpcore.NetworkBackend):
    """Connects to addresses that are allowed, and to no others; its time runs from the start."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._deadline = _Deadline(policy.answer_seconds)
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the host's addresses in turn, each of them checked; the last one's error counts."""

        def connected(address: str) -> httpcore.NetworkStream:
            left = self._deadline.cut(timeout)
            stream = self._network.connect_tcp(address, port, left, local_address, socket_options)
            return _Stream(stream, self._deadline)

        *others, last = look_up(host, port, self._policy.networks)
        for address in others:
            # As where IPv6 is announced and leads nowhere.
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return connected(address)
        return connected(last)


class _Stream(httpcore.NetworkStream):
    """A stream on which nothing waits beyond the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.cut(timeout)
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, timeout), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
