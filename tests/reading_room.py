"""The archive as a visitor finds it: papers that a list had, and the pages that show them."""

import datetime as dt
import re
from typing import Any

import factories as make
from django.test import Client

from digests.models import Paper, Source

MONDAY, TUESDAY = make.DATE, make.DATE + make.ONE_DAY


def the_list() -> Source:
    """Make a source whose papers have pages at Hugging Face."""
    return make.source(name="The List", slug="the-list", kind="hugging-face", url="")


def listed(source: Source, day: dt.date = MONDAY, **fields: Any) -> Paper:
    """Make a paper that a source listed on a day."""
    votes, place = fields.pop("upvotes", None), fields.pop("place", 1)
    paper = make.paper(first_listed_on=day, **fields)
    digest = source.digests.filter(date=day).first() or make.digest(source=source, date=day)
    make.digest_paper(digest=digest, paper=paper, upvotes=votes, place=place)
    return paper


def seen(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def headlines(page: str) -> list[str]:
    return re.findall(r'class="headline"[^>]*><a [^>]*>(.*?)</a>', page)


def shown(paper: Paper) -> str:
    return paper.get_absolute_url()
