"""Read the configuration from the environment: strictly, and without stopping at the first fault.

Every reader returns a usable value and notes what was wrong in `problems`; `config.checks`
turns the notes into Django system checks, so an operator sees all her mistakes at once.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
SHORTEST_PREFIX = 8  # bits; the largest private networks have as many: 10.0.0.0/8, fd00::/8
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """One variable that is missing or cannot be used, and what to do about it."""

    variable: str
    message: str
    hint: str


@dataclass(slots=True)
class Environment:
    """The variables of one process, read with the rules of this module."""

    values: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """Return the variable without surrounding blanks, or `default` where unset or empty."""
        return self.values.get(name, "").strip() or default

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number within `least..most`."""
        raw = self.text(name)
        if not raw:
            return default
        if raw.isascii() and raw.isdigit() and least <= int(raw) <= most:
            return int(raw)
        self._note(name, f"is {raw!r}", f"Give a whole number from {least} to {most}.")
        return default

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return true for 1/true/yes/on and false for 0/false/no/off; nothing else will do."""
        raw = self.text(name).lower()
        if raw and raw not in TRUE | FALSE:
            self._note(name, f"is {raw!r}", "Say true or false.")
        return raw in TRUE if raw in TRUE | FALSE else default

    def url(self, name: str, default: str, *, schemes: Collection[str]) -> str:
        """Return an address whose scheme is one of `schemes`, without a trailing slash."""
        raw = self.text(name, default).rstrip("/")
        parts = _split(raw)
        if raw and (parts.scheme not in schemes or not (parts.netloc or parts.path)):
            # The value may hold a password anywhere, so none of it is shown.
            known = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
            escape = " In its password write / ? # @ as %2F %3F %23 %40." if "@" in raw else ""
            self._note(name, "is no address that can be used", f"Begin it with {known}.{escape}")
            return default
        return raw

    def choice(self, name: str, default: str, *, among: Collection[str]) -> str:
        """Return one of the words `among`, which are in capitals, however it is written."""
        raw = self.text(name, default).upper()
        if raw in among:
            return raw
        self._note(name, f"is {raw!r}", f"Choose one of {', '.join(among)}.")
        return default

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return networks in CIDR notation, separated by commas; none where one cannot be used."""
        hint = "Write 10.1.0.0/16, fd00::/8."
        raw = [part.strip() for part in self.text(name).split(",")]
        try:
            found = tuple(ip_network(part) for part in raw if part)
        except ValueError as error:
            self._note(name, f"holds what is no network: {error}", hint)
            return ()
        if wide := [network for network in found if network.prefixlen < SHORTEST_PREFIX]:
            self._note(name, f"holds {wide[0]}, a good part of the whole internet", hint)
            return ()
        return found

    def parsed(self, name: str, parse: Callable[[str], T], default: T, *, hint: str) -> T:
        """Return what `parse` reads in the variable; a ValueError of its says what is wrong."""
        raw = self.text(name)
        try:
            return parse(raw) if raw else default
        except ValueError as error:
            self._note(name, str(error), hint)
            return default

    def secret(self, name: str, default: str, *, least: int = 50) -> str:
        """Return a secret of at least `least` characters; its value is never shown."""
        raw = self.text(name, default)
        if raw and len(raw) < least:
            self._note(name, f"has {len(raw)} characters", f"Use {least} or more random ones.")
        return raw

    def require(self, *names: str) -> None:
        """Note every one of `names` that is not set."""
        for name in names:
            if not self.text(name):
                self._note(name, "is not set", "Set it; the README's table says to what.")

    def reject(self, name: str, reason: str, hint: str) -> None:
        """Note that `name` is set to something that was found unusable elsewhere."""
        self._note(name, reason, hint)

    def _note(self, name: str, reason: str, hint: str) -> None:
        self.problems.append(Problem(name, f"{name} {reason}.", hint))


def is_loopback(url: str) -> bool:
    """Tell whether an address names this very machine, which nobody else can reach."""
    host = _split(url).hostname or ""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    """Return the parts of an address; a malformed one has none."""
    try:
        parts, _ = urlsplit(url), urlsplit(url).port
    except ValueError:  # an unclosed bracket, or a port that is no number: half a password, say
        return urlsplit("")
    return parts
