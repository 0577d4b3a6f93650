"""Every page that a reader can see, by a name that says which; the admin is not among them.

Addresses are what stands in readers' mails and bookmarks, so they are written out; what differs
between installations is filled in from the world.
"""

from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from digests.models import Paper
from e2e.worlds import ADA, EMMY, GRACE, World, reader
from newsletter.models import Delivery
from newsletter.printing import links
from subscribers import tokens

PUBLIC = {
    "the front page": "/",
    "the front page with topics ticked": "/?topics=diffusion,video",
    "the very mail": "/sample?topics=diffusion,video",
    "after signing up": "/check-your-mail",
    "a lost link": "/link",
    "a lost link asked for": "/link/sent",
    "who we are": "/about",
    "what is stored": "/privacy",
    "how to embed": "/embed",
    "the embedded form": "/embed/form?topics=video",
    "after signing up elsewhere": "/embed/sent",
    "after erasing": "/erased",
}
ARCHIVE = {
    "the newest papers": "/papers",
    "the papers of a day": "/papers/{paper.first_listed_on}",
    "a paper": "{paper_page}",
    "all topics": "/topics",
    "a topic": "/topics/diffusion",
    "a source": "/sources/demo",
    "an empty search": "/search",
    "a search with results": "/search?q=diffusion",
    "a misspelt search": "/search?q=difusion+modle",
    "a search without results": "/search?q=zzyzx",
    "an edition for everybody": "{shared}",
}
PERSONAL = {
    "an invitation": "/confirm/{invitation}",
    "my page": "/me/{ada.preferences_token}",
    "my page in a pause": "/me/{grace.preferences_token}",
    "my page after leaving": "/me/{emmy.preferences_token}",
    "my editions": "/me/{ada.preferences_token}/editions",
    "no editions yet": "/me/{emmy.preferences_token}/editions",
    "an edition of mine": "/me/{ada.preferences_token}/editions/{delivery.date}",
    "more like this": "/me/{ada.preferences_token}/papers/{paper.pk}/more",
    "less like this": "/me/{ada.preferences_token}/papers/{paper.pk}/less",
    "a new address to confirm": "/move/{move}",
    "erase me": "/me/{ada.preferences_token}/erase",
    "unsubscribe": "/u/{ada.unsubscribe_token}",
    "unsubscribed": "/u/{emmy.unsubscribe_token}",
}
ERRORS = {
    "400": "/broken/400",
    "403": "/broken/403",
    "404": "/no-such-page",
    "404 of a link": "/me/{nobodys}",
    "404 of a day": "/papers/2001-01-01",
    "410": "/confirm/{nobodys}",
    "410 of an edition": "/edition/2026-03-16/1-{nobodys}",
    "429": "/broken/429",
    "500": "/broken/500",
}
PAGES = PUBLIC | ARCHIVE | PERSONAL | ERRORS
# Views that answer machines, or act and lead on to a page.
NO_PAGES = {
    *("broken", "set_language", "health", "webhook", "feed", "sitemap", "robots", "export"),
    *("sitemap-part", "papers/<int:number>"),
    *("preview", "my-preview", "pause", "resume", "move", "leave", "come-back"),
    *("pause-a-month", "end-pause", "unfollow", "follow-again", "tell-why", "stay"),
    *("leave-by-page", "come-back-by-page"),
}


def address(world: World, name: str) -> str:
    """Return where a page lies in this world."""
    ada = reader(ADA)
    delivery = Delivery.objects.filter(subscriber=ada, edition__isnull=False).latest("date")
    assert delivery.edition
    paper = Paper.objects.get(pk=delivery.edition.paper_ids[0])
    filled = PAGES[name].format(
        ada=ada,
        grace=reader(GRACE),
        emmy=reader(EMMY),
        delivery=delivery,
        paper=paper,
        paper_page=paper.get_absolute_url(),
        shared=links.shared_edition(delivery.date, delivery.edition.pk),
        invitation=world.invitation,
        move=world.move,
        nobodys="x" * tokens.LENGTH,
    )
    return filled.removeprefix(world.site)


def unlisted(world: World) -> set[str]:
    """Return the names of views that show a page which is not in the list."""
    paths = (urlsplit(address(world, name)).path for name in PAGES if name != "404")
    return _names(get_resolver()) - NO_PAGES - {resolve(path).url_name for path in paths}


def _names(resolver: URLResolver) -> set[str]:
    found = set[str]()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(pattern.name or str(pattern.pattern))
        elif pattern.namespace != "admin":
            found |= _names(pattern)
    return found
