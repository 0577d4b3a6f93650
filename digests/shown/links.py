"""Where a paper can be read: at arXiv, at Hugging Face, where its DOI leads; and its code."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from digests.identity.names import AliasKind, Name, page
from digests.models import Paper
from digests.sources import Kind

Links = tuple[tuple[str, str], ...]

# A paper that it lists has a page there, by its arXiv id.
AT_HUGGING_FACE = frozenset({Kind.HUGGING_FACE, Kind.HUGGING_FACE_PAGE})
# A repository as abstracts name it, with or without "https://".
_REPOSITORY = re.compile(
    r"(?<![a-z0-9.@=/-]) (?:https?://)? (?:www\.)? github\.com"
    # GitHub's own pages stand where other addresses have an owner.
    r"/ (?! (?:collections|features|marketplace|orgs|sponsors|topics) /)"
    r"(?P<owner> [a-z0-9] (?:[a-z0-9-]{0,37} [a-z0-9])?)"
    r"/ (?P<name> [a-z0-9._-]{0,99} [a-z0-9_-])",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def homes(paper: Paper, names: Collection[Name], kinds: Collection[str]) -> Links:
    """Return (label, address) for each home known; `kinds` are those of the sources that list it.

    What is at hand is not fetched: an address says where something should be.
    """
    return tuple(_homes(paper, {name.kind: name for name in names}, kinds))


def links(paper: Paper, known: Links) -> Links:
    """Return the homes, a search where none is known, and the code."""
    code = code_of(paper)
    return (
        *(known or ((_("Search for it at arXiv"), paper.link),)),
        *(((_("Code"), code),) if code else ()),
    )


def pdf_of(arxiv_id: str) -> str:
    """Return where arXiv has a paper as a PDF; "" for one that it does not have."""
    return f"https://arxiv.org/pdf/{arxiv_id}" if arxiv_id else ""


def code_of(paper: Paper) -> str:
    """Return where the code is, as a source named it or else the abstract; "" where none did."""
    return paper.code_url or _repository_in(paper.shown_abstract)


def _homes(
    paper: Paper, names: dict[AliasKind, Name], kinds: Collection[str]
) -> Iterator[tuple[str, str]]:
    arxiv = names.get(AliasKind.ARXIV)
    if arxiv:
        yield "arXiv", page([arxiv])
        yield "PDF", pdf_of(arxiv.value)
    if arxiv and not AT_HUGGING_FACE.isdisjoint(kinds):
        yield "Hugging Face", f"https://huggingface.co/papers/{arxiv.value}"
    if AliasKind.DOI in names:
        yield "DOI", page([names[AliasKind.DOI]])
    if paper.url and not (arxiv or AliasKind.DOI in names):
        yield urlsplit(paper.url).hostname or paper.url, paper.url


def _repository_in(abstract: str) -> str:
    """Return the address of the first repository that an abstract names, or ""."""
    found = _REPOSITORY.search(abstract)
    if not found:
        return ""
    return f"https://github.com/{found['owner']}/{found['name'].removesuffix('.git')}"
