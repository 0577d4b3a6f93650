"""Any RSS or Atom feed whose entries are papers: journals, blogs, other people's digests."""

import re
from urllib.parse import urlsplit

from digests.identity import names
from digests.sources import xml_feed
from digests.sources.feed_dates import day, moment
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper
from digests.sources.xml_feed import Entry, Feed, looks_like
from digests.sources.xml_fields import joined

__all__ = ["looks_like", "parse", "web_address"]

_RSS_AUTHOR = re.compile(r"\S+@\S+\s*\((.+)\)", re.DOTALL)  # RSS 2.0: "owl@example.org (A. Owl)"


def parse(data: bytes) -> ParsedDigest:
    """Return the entries that have a title and something to read: a text, or a link to one.

    Raises:
        DigestError: with the line, where this is no feed, or none of its entries is a paper.

    """
    feed = xml_feed.read(data)
    base = next((link for link in feed.links if web_address(link)), "")
    papers = tuple(paper for entry in feed.entries if (paper := _paper(entry, feed, base)))
    if feed.entries and not papers:
        raise DigestError(
            "no entry of the feed has a title and a text or a link; choose a feed that has them",
            line=feed.entries[0].line,
        )
    return ParsedDigest(papers, built_at=moment(feed.built))


def web_address(url: str) -> str:
    """Return an address that a browser can open as it stands; "" for others."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def _paper(entry: Entry, feed: Feed, base: str) -> ParsedPaper | None:
    title = " ".join(entry.title.plain.split())
    abstract = entry.summary.plain or entry.content.plain
    links = _links(entry, base)
    if not title or not (abstract or links):
        return None
    return ParsedPaper(
        title=title,
        abstract=abstract,
        line=entry.line,
        authors=_authors(entry) or feed.authors,  # RFC 4287, 4.2.1: an entry inherits them
        arxiv_id=next((found for link in links if (found := names.arxiv_id_in(link))), ""),
        doi=_doi(entry, links),
        own_id=entry.id,
        url=links[0] if links else "",
        published_on=day(entry.published) or day(entry.updated),
    )


def _links(entry: Entry, base: str) -> list[str]:
    """Return the entry's addresses, absolute, the best first; an Atom id may be one."""
    urls = [joined(base, link) for link in entry.links if base or web_address(link)]
    return [url for url in (*urls, entry.id) if web_address(url)]


def _authors(entry: Entry) -> tuple[str, ...]:
    return tuple(
        match[1].strip() if (match := _RSS_AUTHOR.fullmatch(author)) else author
        for author in entry.authors
    )


def _doi(entry: Entry, links: list[str]) -> str:
    return next((text for text in (entry.identifier, *links) if names.doi(text)), "")
