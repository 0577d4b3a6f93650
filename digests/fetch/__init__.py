"""The project's only HTTP client for digests: it fetches one address, safely and politely."""

from digests.fetch.errors import FetchError
from digests.fetch.fetcher import Fetched, Fetcher
from digests.fetch.policy import Policy
from digests.fetch.politeness import polite

__all__ = ["FetchError", "Fetched", "Fetcher", "Policy", "polite"]
