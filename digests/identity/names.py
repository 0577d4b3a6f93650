"""The names a paper is known by: identifiers and addresses, each in the one spelling we keep."""

import hashlib
import re
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit


class AliasKind(StrEnum):
    """The kinds of names, the most trusted one first."""

    ARXIV = "arxiv"
    DOI = "doi"
    OWN = "own"
    URL = "url"
    TITLE = "title"


class Name(NamedTuple):
    """One name, as `digests.models.Alias` keeps it."""

    kind: AliasKind
    value: str

    @classmethod
    def of(cls, kind: AliasKind, value: str) -> "Name":
        """Return the name; a very long one is known by its hash, as index entries are bounded."""
        if len(value) > LONGEST_NAME:
            value = f"sha256:{hashlib.sha256(value.encode(errors='replace')).hexdigest()}"
        return cls(kind, value)


LONGEST_NAME = 200  # characters
LONGEST_ID = 200
LONGEST_LINK = 500  # characters: what a row holds

# Since April 2007 "YYMM.NNNN", since 2015 with five digits; before it "archive/YYMMNNN", where a
# subject class identifies nothing: "math.CA/0611800" is "math/0611800".
# https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV_ID = r"""(?:
    (?P<new> (?:0[7-9]|1[0-4]) MONTH \. [0-9]{4} | (?:1[5-9]|[2-9][0-9]) MONTH \. [0-9]{5} )
    | (?P<archive> [a-z]{2,8} (?:-[a-z]{2,4})? ) (?:\.[a-z-]{2,8})?
      / (?P<number> [0-9]{2} MONTH [0-9]{3} )
    ) (?: v[0-9]{1,3} )?""".replace("MONTH", "(?:0[1-9]|1[0-2])")
_BARE_ID = re.compile(rf"(?: (?:oai:)? arxiv (?:\.org)? : \s* )? {_ARXIV_ID}", re.VERBOSE)
# One paper's pages at arXiv and elsewhere: /abs/ID, /pdf/IDv2.pdf, /papers/ID, /arxiv/ID ...
_PAPER_PATH = re.compile(
    r"/ (?:abs|pdf|html|format|e-print|src|ps|papers?|arxiv|overview) [/:]"
    rf"{_ARXIV_ID} (?:\.pdf)? /*",
    re.VERBOSE,
)
_PAPER_HOSTS = (
    "arxiv.org",
    "ar5iv.org",
    "alphaxiv.org",
    "huggingface.co",
    "hf.co",
    "papers.cool",
    "scirate.com",
    "semanticscholar.org",
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_DOI_PREFIX = re.compile(r"(?:doi:|(?:https?://)?(?:dx\.|www\.)?doi\.org/)\s*", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def arxiv_id(text: str) -> str:
    """Return the arXiv id without its version, out of any of its spellings and DOIs; else ""."""
    if len(text) > LONGEST_ID:
        return ""
    text = _DOI_PREFIX.sub("", text.strip(), count=1).lower().removeprefix(_ARXIV_DOI)
    return _canonical(_BARE_ID.fullmatch(text))


def arxiv_id_in(url: str) -> str:
    """Return the id of the arXiv paper that a page is about, wherever it is hosted; else ""."""
    parts = _split(url)
    host, path = _host(parts), unquote(parts.path).lower()
    if host == "doi.org":
        return arxiv_id(path.strip("/"))
    if not any(f".{host}".endswith(f".{known}") for known in _PAPER_HOSTS):
        return ""
    return _canonical(_PAPER_PATH.fullmatch(path))


def doi(text: str) -> str:
    """Return a DOI in lower case (DOI Handbook, 2.4: case does not matter), or ""."""
    if len(text) > LONGEST_ID:
        return ""
    text = unquote(_DOI_PREFIX.sub("", text.strip(), count=1)).lower().rstrip(".,;")
    # In a link, where a letter may take twelve characters, it must not be too long either.
    is_doi = _DOI.fullmatch(text) and text.isprintable() and len(_doi_link(text)) <= LONGEST_LINK
    return text if is_doi and not text.startswith(_ARXIV_DOI) else ""


def address(url: str) -> str:
    """Return what is the same of two links to one page: no scheme, "www.", fragment or tracking.

    "" for what is no web address.
    """
    parts = _split(url)
    if not _host(parts):
        return ""
    query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    kept = sorted(pair for pair in query if not _TRACKING.fullmatch(pair[0]))
    rest = f"?{urlencode(kept)}" if kept else ""
    return f"{_host(parts)}{_port(parts)}{parts.path.rstrip('/')}{rest}"


def page(names: Collection[Name], url: str = "") -> str:
    """Return where a paper is read: at arXiv, else at its own `url`, else where its DOI leads."""
    known = {name.kind: name.value for name in sorted(names, reverse=True)}  # of two, the first
    if AliasKind.ARXIV in known:
        return f"https://arxiv.org/abs/{known[AliasKind.ARXIV]}"
    if url or AliasKind.DOI not in known:
        return url
    return _doi_link(known[AliasKind.DOI])


def _doi_link(value: str) -> str:
    return f"https://doi.org/{quote(value, safe='/:;()')}"


def _canonical(found: re.Match[str] | None) -> str:
    if not found:
        return ""
    return found["new"] or f"{found['archive']}/{found['number']}"


def _split(url: str) -> SplitResult:
    """Split a web address; what is none, or cannot be read, is empty."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname else urlsplit("")


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")


def _port(parts: SplitResult) -> str:
    return "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
