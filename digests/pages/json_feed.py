"""JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

import json
from typing import IO, Any

from django.utils.feedgenerator import SyndicationFeed

VERSION = "https://jsonfeed.org/version/1.1"


class JsonFeed(SyndicationFeed):
    """A feed of Django's, written as JSON."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: IO[bytes], encoding: str) -> None:
        """Write the feed; what an item lacks is left out."""
        said = {
            "version": VERSION,
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [_without_gaps(_item(item)) for item in self.items],
        }
        outfile.write(json.dumps(_without_gaps(said), ensure_ascii=False).encode(encoding))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "content_html": item["description"],
        "date_published": item["pubdate"].isoformat(),
        "authors": [{"name": name} for name in item["authors"]],
        "tags": [*item["categories"]],
    }


def _without_gaps(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}
