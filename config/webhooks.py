"""WEBHOOK_SECRET and WEBHOOK_SIGNING_KEY: how a provider's notices are told from forged ones."""

from collections.abc import Sequence
from typing import Any

SHORTEST_LOGIN = 30  # characters
# Provider -> Anymail's setting for the key with which it signs. The others know a login only.
SIGNING_KEYS = {"mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY", "resend": "RESEND_SIGNING_SECRET"}


def logins(raw: str) -> list[str]:
    """Read what a provider may log in with (RFC 7617): name:password, several with commas.

    Raises:
        ValueError: for one that is too short or none; the message does not repeat it.

    """
    found = [login.strip() for login in raw.split(",")]
    for login in found:
        if ":" not in login or not login.isascii() or len(login.split()) != 1:
            raise ValueError("holds what is not name:password")
        if len(login) < SHORTEST_LOGIN:
            raise ValueError(f"holds a login of {len(login)} characters")
    return found


def proof(provider: str, logins: Sequence[str], signing_key: str) -> dict[str, Any]:
    """Return the settings by which Anymail knows a provider; none where it would know nobody.

    Who signs must do so, and log in besides where there are logins.
    """
    setting = SIGNING_KEYS.get(provider)
    if setting and signing_key:
        return {setting: signing_key, "WEBHOOK_SECRET": [*logins]}
    return {"WEBHOOK_SECRET": [*logins]} if provider and logins and not setting else {}
