"""SMTP (RFC 5321) for many mails: pipelined, several connections, no mail left in doubt for long.

It knows sockets and nothing of the newsletter but the names of outcomes.
"""

from newsletter.sending.smtp.client import Client
from newsletter.sending.smtp.server import Login, Patience, Security, Server

__all__ = ["Client", "Login", "Patience", "Security", "Server"]
