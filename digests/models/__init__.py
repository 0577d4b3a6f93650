"""Papers, and all that is stored about them."""

from digests.models.digest import Digest, DigestPaper, Sighting
from digests.models.paper import Alias, Paper
from digests.models.source import Host, Poll, Source
from digests.models.topic import PaperTopic, RuleChange, Topic, Wording

__all__ = [
    "Alias",
    "Digest",
    "DigestPaper",
    "Host",
    "Paper",
    "PaperTopic",
    "Poll",
    "RuleChange",
    "Sighting",
    "Source",
    "Topic",
    "Wording",
]
