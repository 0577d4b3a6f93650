"""The secrets in personal links: 128 bits, 22 characters, one purpose each.

Those that open a reader's pages are random and stored: changing SECRET_KEY must not kill the
unsubscribe link in a mail of last year. The one that confirms an address is worth stealing until
it is used, so it is derived, and the database holds no more than its hash.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

BYTES = 16
LENGTH = 22


def new() -> str:
    """Return a random token: 16 bytes in URL-safe base64 (RFC 4648, section 5)."""
    return secrets.token_urlsafe(BYTES)


def derive(purpose: str, number: int) -> str:
    """Return the token of one thing for one purpose: always the same, guessed by nobody."""
    mac = hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}:{number}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:BYTES]).decode("ascii").rstrip("=")


def fingerprint(token: str) -> bytes:
    """Return what is stored of a token that need not be shown again."""
    return hashlib.sha256(token.encode()).digest()
