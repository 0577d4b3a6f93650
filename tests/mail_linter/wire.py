"""What a mail is on its way: bytes in lines."""

from collections.abc import Iterator

from mail_linter.mail import Mail

LARGEST = 90_000  # bytes; Gmail cuts at about 102 kB, and servers add to a mail on its way
LONGEST_LINE = 998  # RFC 5322, section 2.1.1


def lint(mail: Mail) -> Iterator[str]:
    """Find what is too large, too long, or not ASCII."""
    if len(mail.content) >= LARGEST:
        yield f"it has {len(mail.content)} bytes; Gmail cuts off what is too large"
    if mail.has_both_parts and len(mail.html.encode()) >= LARGEST:
        yield f"its HTML has {len(mail.html.encode())} bytes; Gmail cuts off what is too large"
    if max(map(len, mail.content.splitlines()), default=0) > LONGEST_LINE:
        yield f"a line is longer than {LONGEST_LINE} bytes: servers cut it"
    if not mail.content.isascii():
        yield "it is not ASCII: not every server takes more"
