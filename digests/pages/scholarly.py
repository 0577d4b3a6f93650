"""A paper in the words of schema.org, for search engines: https://schema.org/ScholarlyArticle."""

import json
from collections.abc import Sequence

from django.utils.safestring import SafeString

from config.site import absolute
from digests.models import Paper

# JSON within HTML: these could end its element, or begin another. As JSON itself would escape them.
_NO_MARKUP = str.maketrans({it: f"\\u{ord(it):04x}" for it in "<>&\u2028\u2029"})


def scholarly(paper: Paper, homes: Sequence[tuple[str, str]]) -> SafeString:
    """Return the JSON-LD of a paper, fit to stand in a `<script type="application/ld+json">`."""
    said = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": paper.shown_title,
        "abstract": paper.shown_abstract,
        "author": [{"@type": "Person", "name": name} for name in paper.shown_authors],
        "datePublished": (paper.published_on or paper.first_listed_on).isoformat(),
        "url": absolute(paper.get_absolute_url()),
        "sameAs": [address for _, address in homes],
    }
    return SafeString(json.dumps(said, ensure_ascii=False).translate(_NO_MARKUP))
