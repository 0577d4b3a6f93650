"""Answer a search: as it was typed, else with its last word begun, else as it may be meant."""

from dataclasses import dataclass

from digests.identity import names
from digests.identity.names import AliasKind, Name
from digests.models import Paper
from digests.search.find import Found, find
from digests.search.query import Query, parse
from digests.search.spelling import meant
from digests.search.vocabulary import vocabulary
from digests.text import tokens

PAGE = 20
MOST_PAGES = 25


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a query; where nothing was, what was found for the one that is `meant`."""

    query: Query
    found: Found
    meant: str = ""
    is_begun: bool = False


def answer(typed: str, page: int) -> Answer:
    """Look for what was typed; pages begin with 1."""
    query = parse(typed)
    skip = (page - 1) * PAGE
    found = find(query, typed, skip=skip, most=PAGE)
    if found.total or not query or skip:
        return Answer(query, found)
    return _begun(query, typed) or _meant(query) or Answer(query, found)


def named(typed: str) -> Name | None:
    """Return the name of a paper that was typed: an arXiv id or its address, or a DOI."""
    typed = typed.strip()
    number = names.arxiv_id(typed) or names.arxiv_id_in(typed)
    if number:
        return Name.of(AliasKind.ARXIV, number)
    doi = names.doi(typed)
    return Name.of(AliasKind.DOI, doi) if doi else None


def bearer(name: Name) -> Paper | None:
    """Return the paper that bears a name, which is no title: those may be of several."""
    bearers = Paper.objects.filter(aliases__kind=name.kind, aliases__value=name.value)
    return bearers.filter(withdrawn_at=None).first()


def _begun(query: Query, typed: str) -> Answer | None:
    if not query.unfinished.isalnum():
        return None
    found = find(query, typed, skip=0, most=PAGE, is_begun=True)
    return Answer(query, found, is_begun=True) if found.total else None


def _meant(query: Query) -> Answer | None:
    """Look for the words that are nearest to those that no paper of late has."""
    typed = {
        part.lower()
        for term in query.wanted
        for word in term.words
        for part in tokens(word).split("-")
    }
    spelled = meant(typed, vocabulary().counts)
    if not spelled:
        return None
    better = query.spelled(spelled)
    found = find(better, str(better), skip=0, most=PAGE)
    return Answer(better, found, meant=str(better)) if found.total else None
