"""Which server, and how to speak to it."""

import ssl
from dataclasses import dataclass, field
from enum import Enum, auto


class Security(Enum):
    """How a connection is kept secret. Certificates are always verified."""

    PLAIN = auto()
    """Not at all: a relay on this machine or network."""
    STARTTLS = auto()
    """From the server's STARTTLS on, before any name or mail; a server without it gets neither."""
    TLS = auto()
    """From the first byte."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait, by phase (RFC 5321, section 4.5.3.2)."""

    connect: float = 30
    answer: float = 300
    """For a whole answer, however slowly it drips."""
    content: float = 180
    """For a whole mail to leave."""
    final: float = 600
    """For the answer to the final dot: who leaves earlier cannot know whether it was taken."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server.

    `hello` is the name we give in EHLO; without one it is our address, which needs no look-up.
    """

    host: str
    port: int
    security: Security = Security.PLAIN
    login: Login | None = None
    hello: str = ""
    patience: Patience = field(default_factory=Patience)
    context: ssl.SSLContext | None = None
    """What TLS trusts; without one, what this machine trusts."""
