"""Papers for operators: where they come from, what they are about."""

from digests.admin.digest import DigestAdmin
from digests.admin.paper import PaperAdmin
from digests.admin.source import SourceAdmin
from digests.admin.topic import TopicAdmin

__all__ = ["DigestAdmin", "PaperAdmin", "SourceAdmin", "TopicAdmin"]
