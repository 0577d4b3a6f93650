"""Where a mail leads: safely, by name, to the same places in both parts, and out."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from config.environment import is_loopback
from mail_linter import text
from mail_linter.document import Node
from mail_linter.mail import Mail

# What is offered beside a paper stands in the HTML alone; the text would be all addresses.
_BESIDE = re.compile(r"/papers/\d+/(?:more|less)$")


def lint(mail: Mail) -> Iterator[str]:
    """Find links that lead nowhere, say nothing, or are missing at the top, the end or the text."""
    anchors = mail.document.all("a")
    for anchor in anchors:
        yield from _link(anchor)
    addresses = [anchor.attributes.get("href", "") for anchor in anchors]
    essential = {it for it in addresses if not _BESIDE.search(it)}
    for missing in sorted(essential - text.links(mail)):
        yield f"its text part lacks {missing}"
    if mail.way_out:
        yield from _way_out(mail, addresses)


def _link(anchor: Node) -> Iterator[str]:
    address = anchor.attributes.get("href", "")
    parts = urlsplit(address)
    # A site that others can reach has https; one of a test's own has not.
    if not (is_loopback(address) or (parts.scheme == "https" and parts.hostname)):
        yield f"{anchor} leads to “{address[:80]}”, which is neither https nor ours"
    if not (anchor.words or anchor.attributes.get("aria-label")):
        yield f"a link to {address[:80]} says nothing"


def _way_out(mail: Mail, addresses: Sequence[str]) -> Iterator[str]:
    """Find a list's mail that does not offer to unsubscribe before and after everything else."""
    others = [place for place, it in enumerate(addresses) if not it.startswith(settings.SITE_URL)]
    places = [place for place, it in enumerate(addresses) if it == mail.way_out]
    if not places or places[0] > min(others, default=places[0]):
        yield "it does not offer to unsubscribe at its top"
    if not places or places[-1] < max(others, default=0) or len(places) < 2:
        yield "it does not offer to unsubscribe at its end"
    if mail.text.count(mail.way_out) < 2:
        yield "its text part does not offer to unsubscribe at its top and at its end"
