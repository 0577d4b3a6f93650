"""What search engines may read, and where it stands: sitemaps.org and RFC 9309."""

import datetime as dt

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as part_of
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.personal import PERSONAL
from config.site import absolute, host, scheme
from digests.models import Digest, Paper, Source, Topic
from digests.pages.public import public

# Of 50,000 that are permitted: each address of a paper has its title in it, and anybody may ask.
MOST_OF_A_PART = 1_000
PRIVATE = ("/admin/", "/edition/", *PERSONAL)


class OurSitemap(Sitemap):  # type: ignore[type-arg] # not generic when run
    """Addresses of the site that the settings name, whatever host the request was sent to."""

    limit = MOST_OF_A_PART

    def get_protocol(self, _protocol: str | None = None) -> str:
        """Return the scheme of every address."""
        return scheme()

    def get_domain(self, _site: object = None) -> str:
        """Return the host of every address."""
        return host()


class Pages(OurSitemap):
    """The pages that there is one of."""

    def items(self) -> list[str]:
        """Return their names."""
        return ["sign-up", "papers", "topics", "about", "privacy"]

    def location(self, item: str) -> str:
        """Return the path of one."""
        return reverse(item)


class Days(OurSitemap):
    """Every day with papers."""

    def items(self) -> QuerySet[Paper, dt.date]:
        """Return the days, the newest first."""
        days = Paper.objects.shown().order_by("-first_listed_on")
        return days.values_list("first_listed_on", flat=True).distinct()

    def location(self, item: dt.date) -> str:
        """Return the path of one."""
        return reverse("day", args=[item])


class Papers(OurSitemap):
    """Every paper."""

    def items(self) -> QuerySet[Paper]:
        """Return the papers, the newest first."""
        return Paper.objects.shown().newest_first().only("title", "first_listed_on")

    def lastmod(self, item: Paper) -> dt.date:
        """Return when it came: what changes later is a correction."""
        return item.first_listed_on


class Topics(OurSitemap):
    """Every topic that is offered."""

    def items(self) -> QuerySet[Topic]:
        """Return the topics; readers' own words are none of them."""
        return Topic.objects.catalogue().offered()

    def location(self, item: Topic) -> str:
        """Return the path of one."""
        return reverse("topic", args=[item.key])


class Sources(OurSitemap):
    """Every source that has brought a list."""

    def items(self) -> QuerySet[Source]:
        """Return the sources."""
        return Source.objects.filter(Exists(Digest.objects.filter(source=OuterRef("pk"))))

    def location(self, item: Source) -> str:
        """Return the path of one."""
        return reverse("source", args=[item.slug])


PARTS = {
    "pages": Pages(),
    "days": Days(),
    "papers": Papers(),
    "sources": Sources(),
    "topics": Topics(),
}


@public
def index(request: HttpRequest) -> HttpResponse:
    """Name the parts, and of large ones each page."""
    addresses = [
        f"{absolute(reverse('sitemap-part', args=[name]))}?p={page}"
        for name, part in PARTS.items()
        for page in part.paginator.page_range
    ]
    parts = [SitemapIndexItem(address) for address in addresses]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, "application/xml")


@public
def part(request: HttpRequest, section: str) -> HttpResponse:
    """Name the addresses of a part."""
    return part_of(request, {**PARTS}, section).render()


@public
def robots(_request: HttpRequest) -> HttpResponse:
    """Ask robots to leave readers' pages alone; those ask it themselves, too."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "Disallow: /search?"]
    said = [*lines, "", f"Sitemap: {absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(said), "text/plain; charset=utf-8")
