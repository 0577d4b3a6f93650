"""Search the archive."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from config import limits
from config.fresh import FRESH_SECONDS
from config.too_many import too_many
from digests.identity import names
from digests.identity.names import Name
from digests.search.answers import MOST_PAGES, PAGE, Answer, answer, bearer, named
from digests.search.find import MOST_RANKED
from digests.search.marks import marked, telling_part
from digests.search.query import LONGEST
from digests.search.stems import looked_for
from digests.shown.entries import Entry, entries, papers_of


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, or the field alone."""
    typed = request.GET.get("q", "")[:LONGEST].replace("\0", "").strip()
    if not typed:
        return _for_who_asked(render(request, "papers/search.html", {"typed": ""}))
    now = timezone.now()
    if until := limits.SEARCHES.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    name = named(typed)
    if name and (paper := bearer(name)):
        return redirect(paper)
    found = _found(typed, _page(request), name)
    return _for_who_asked(render(request, "papers/search.html", found))


def _for_who_asked(response: HttpResponse) -> HttpResponse:
    """Let the browser that asked keep the answer, and nobody else."""
    patch_cache_control(response, private=True, max_age=FRESH_SECONDS)
    return response


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    number = int(text) if text.isdecimal() and len(text) <= len(str(MOST_PAGES)) else 1
    return min(max(number, 1), MOST_PAGES)


def _found(typed: str, page: int, name: Name | None) -> dict[str, object]:
    answered = answer(typed, page)
    total = answered.found.total
    has_more = not answered.is_begun and page < MOST_PAGES and page * PAGE < total
    return {
        "typed": typed,
        "elsewhere": names.page([name]) if name else "",
        "total": total,
        "are_more": total >= MOST_RANKED,
        "meant": answered.meant,
        "papers": _entries(answered),
        "page": page,
        "next_page": page + 1 if has_more else None,
        "previous_page": page - 1 if page > 1 else None,
    }


def _entries(answered: Answer) -> list[Entry]:
    """Return the papers with the words marked that were looked for."""
    query, papers = answered.query, papers_of(answered.found.papers)
    wanted = looked_for(query, papers, query.unfinished if answered.is_begun else "")
    return [
        replace(
            entry,
            title=marked(entry.title, wanted),
            authors=marked(entry.authors, wanted),
            abstract=marked(telling_part(paper.shown_abstract, wanted), wanted),
        )
        for entry, paper in zip(entries(papers), papers, strict=True)
    ]
