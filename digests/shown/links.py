"""Where a paper can be read: at arXiv, at Hugging Face, where its DOI leads, its code."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from digests.identity.names import AliasKind, Name, page
from digests.models import Paper
from digests.sources import Kind

# A paper that it lists has a page there, by its arXiv id.
AT_HUGGING_FACE = frozenset({Kind.HUGGING_FACE, Kind.HUGGING_FACE_PAGE})


def links(
    paper: Paper, names: Collection[Name], kinds: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return (label, address) for each place known; `kinds` are those of the sources that list it.

    What is at hand is not fetched: an address says where something should be.
    """
    return tuple(_links(paper, {name.kind: name for name in names}, kinds))


def _links(
    paper: Paper, names: dict[AliasKind, Name], kinds: Collection[str]
) -> Iterator[tuple[str, str]]:
    arxiv = names.get(AliasKind.ARXIV)
    if arxiv:
        yield "arXiv", page([arxiv])
        yield "PDF", f"https://arxiv.org/pdf/{arxiv.value}"
    if arxiv and not AT_HUGGING_FACE.isdisjoint(kinds):
        yield "Hugging Face", f"https://huggingface.co/papers/{arxiv.value}"
    if AliasKind.DOI in names:
        yield "DOI", page([names[AliasKind.DOI]])
    if paper.url and not (arxiv or AliasKind.DOI in names):
        yield urlsplit(paper.url).hostname or paper.url, paper.url
    if paper.code_url:
        yield _("Code"), paper.code_url
