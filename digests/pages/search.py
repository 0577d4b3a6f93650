"""Search the archive."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from config import limits
from config.too_many import too_many
from digests.identity import names
from digests.identity.names import Name
from digests.models import Paper
from digests.pages.public import FRESH_SECONDS, LANGUAGE
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
        return _answered(render(request, "papers/search.html", {"typed": ""}))
    now = timezone.now()
    if until := limits.SEARCHES.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    name = named(typed)
    if name and (number := bearer(name)):
        return redirect(Paper.objects.get(pk=number))
    return _answered(render(request, "papers/search.html", _found(typed, _page(request), name)))


def _answered(response: HttpResponse) -> HttpResponse:
    """Let the browser that asked keep the answer, and nobody else."""
    patch_cache_control(response, private=True, max_age=FRESH_SECONDS)
    patch_vary_headers(response, LANGUAGE)
    return response


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    number = int(text) if text.isdecimal() and len(text) <= len(str(MOST_PAGES)) else 1
    return min(max(number, 1), MOST_PAGES)


def _found(typed: str, page: int, name: Name | None) -> dict[str, object]:
    found = answer(typed, page)
    has_more = not found.is_begun and page < MOST_PAGES and page * PAGE < found.found.total
    return {
        "typed": typed,
        "elsewhere": names.page([name]) if name else "",
        "total": found.found.total,
        "are_more": found.found.total >= MOST_RANKED,
        "meant": found.meant,
        "is_begun": found.is_begun,
        "papers": _entries(found),
        "page": page,
        "next_page": page + 1 if has_more else None,
        "previous_page": page - 1 if page > 1 else None,
    }


def _entries(found: Answer) -> list[Entry]:
    """Return the papers with the words marked that were looked for."""
    papers = papers_of(found.found.papers)
    is_wanted = looked_for(found.query, papers, found.query.unfinished if found.is_begun else "")
    return [
        replace(
            entry,
            title=marked(entry.title, is_wanted),
            authors=marked(entry.authors, is_wanted),
            abstract=marked(telling_part(paper.shown_abstract, is_wanted), is_wanted),
        )
        for entry, paper in zip(entries(papers), papers, strict=True)
    ]
