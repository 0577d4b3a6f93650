"""The newest papers as feeds: Atom, RSS and JSON Feed, of all topics and of each.

A feed holds the newest day whole, the most noticed paper first, so that who looks once a day misses
nothing; and of the days before as much as makes it worth a look.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page

from config.site import absolute, tag
from digests.models import Paper, Topic
from digests.pages.json_feed import JsonFeed
from digests.pages.public import public
from digests.pages.xml_feeds import AtomFeed, RssFeed
from digests.shown.authors import byline, in_two
from digests.shown.entries import papers_of
from digests.shown.newest import newest
from digests.shown.reasons import Reason, reasons_of

LEAST, MOST = 50, 500  # papers
ALL = "all"
FORMATS: Mapping[str, type[SyndicationFeed]] = {
    "atom": AtomFeed,
    "rss": RssFeed,
    "json": JsonFeed,
}


class PaperFeed(Feed):  # type: ignore[type-arg] # not generic when run
    """The newest papers of a topic of the catalogue; of None, all of them."""

    def __init__(self, key: str, form: str) -> None:
        self.feed_type = FORMATS[form]
        self.address = absolute(reverse("feed", args=[key, form]))
        self.reasons: Mapping[int, list[Reason]] = {}

    def get_object(self, _request: HttpRequest, key: str) -> Topic | None:
        """Return the topic of a path; a reader's own words are none."""
        return None if key == ALL else get_object_or_404(Topic.objects.catalogue(), key=key)

    def title(self, topic: Topic | None) -> str:
        """Name the feed."""
        return f"{settings.SITE_NAME}: {topic.shown_name}" if topic else settings.SITE_NAME

    def description(self, topic: Topic | None) -> str:
        """Say what it holds."""
        if topic:
            return topic.shown_description
        return _("New research papers, each with the topics it belongs to and the reason why.")

    def author_name(self, _topic: Topic | None) -> str:
        """Return who makes the feed: Atom wants it where a paper has no authors (RFC 4287, 4.1)."""
        return settings.SITE_NAME

    def link(self, topic: Topic | None) -> str:
        """Return the page that shows the same."""
        return absolute(reverse("topic", args=[topic.key]) if topic else reverse("papers"))

    def feed_url(self) -> str:
        """Return the address of the feed itself."""
        return self.address

    def feed_guid(self) -> str:
        """Return what the feed is known by: its address."""
        return self.address

    def items(self, topic: Topic | None) -> list[Paper]:
        """Return the newest papers: four queries, with why they belong to their topics."""
        listed = newest(topic, LEAST, timezone.now())
        of_newest_day = sum(it.day == listed[0].day for it in listed)
        numbers = [it.paper for it in listed[: min(max(LEAST, of_newest_day), MOST)]]
        self.reasons = reasons_of(numbers)
        return papers_of(numbers, "created_at")

    def item_title(self, paper: Paper) -> str:
        """Return its title, as text."""
        return paper.shown_title

    def item_description(self, paper: Paper) -> SafeString:
        """Return all of it, as markup: why, by whom, and the abstract."""
        parts = (
            _reasons(self.reasons[paper.pk]),
            byline(paper.shown_authors),
            paper.shown_abstract,
        )
        return format_html_join("", '<p dir="auto">{}</p>', ((part,) for part in parts if part))

    def item_link(self, paper: Paper) -> str:
        """Return its page."""
        return absolute(paper.get_absolute_url())

    def item_guid(self, paper: Paper) -> str:
        """Return what it is known by, whatever becomes of its title: a tag (RFC 4151)."""
        return tag(f"papers/{paper.pk}")

    item_guid_is_permalink = False

    def item_extra_kwargs(self, paper: Paper) -> dict[str, Sequence[str]]:
        """Return its authors, of a great many the first: all stand on its page."""
        authors, _others = in_two(paper.shown_authors)
        return {"authors": authors}

    def item_categories(self, paper: Paper) -> Iterable[str]:
        """Return its topics."""
        return [reason.name for reason in self.reasons[paper.pk]]

    def item_pubdate(self, paper: Paper) -> datetime:
        """Return when it came in: days have no hour, and feeds tell by it what is new."""
        return paper.created_at

    def item_updateddate(self, paper: Paper) -> datetime:
        """Return the same: what changes later is a correction."""
        return paper.created_at


def _reasons(reasons: Iterable[Reason]) -> SafeString:
    said = ((reason.name, ", ".join(reason.words)) for reason in reasons)
    return format_html_join(" \u00b7 ", "<b>{}</b> <i>{}</i>", said)


@public
@conditional_page
def feed(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Answer with a feed, or with 304 where the reader has it already."""
    return PaperFeed(key, form)(request, key=key)
