"""The papers of a day."""

import datetime as dt
import re

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from reading_room import MONDAY, TUESDAY, headlines, listed, seen, shown, the_list

from digests.models import Source
from digests.shown import paging

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return the_list()


def test_the_newest_day_is_shown_and_no_day_that_is_still_to_come(
    client: Client, source: Source
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    for days, title in ((-1, "Of yesterday"), (0, "Of today"), (1, "Of tomorrow")):
        listed(source, today + days * make.ONE_DAY, title=title)
    assert headlines(seen(client, "/papers")) == ["Of today"]
    seen(client, f"/papers/{today + make.ONE_DAY}", 404)


def test_a_page_with_a_notice_for_one_reader_is_kept_nowhere(client: Client) -> None:
    ada = make.subscriber()
    assert "max-age" in client.get("/papers").headers["Cache-Control"]
    client.post(reverse("resume", args=[ada.preferences_token]))
    assert "no-store" in client.get("/papers").headers["Cache-Control"]


def test_before_the_first_paper_there_is_a_page_that_says_so(client: Client) -> None:
    assert "No papers yet" in seen(client, "/papers")


def test_a_day_shows_its_papers_the_most_noticed_first(client: Client, source: Source) -> None:
    for title, votes in (("Few", 2), ("Many", 90), ("Some", 20)):
        listed(source, title=title, upvotes=votes)
    listed(source, TUESDAY, title="Another day's")
    assert headlines(seen(client, "/papers/2026-03-16")) == ["Many", "Some", "Few"]


def test_lists_and_previews_end_an_abstract_where_a_sentence_ends(
    client: Client, source: Source
) -> None:
    paper = listed(source, abstract="Owls hunt at night,\nand need no light for it. " * 20)
    ending = "and need no light for it."
    assert f"{ending}</p>" in seen(client, "/papers/2026-03-16")
    preview = re.search(r'"og:description" content="([^"]*)"', seen(client, shown(paper)))
    assert preview
    assert preview[1].strip().endswith(f"Owls hunt at night, {ending}")


def test_a_day_leads_to_the_days_with_papers_around_it(client: Client, source: Source) -> None:
    for days in (-6, 0, 4):
        listed(source, MONDAY + days * make.ONE_DAY)
    page = seen(client, "/papers/2026-03-16")
    assert 'href="/papers/2026-03-10"' in page
    assert 'href="/papers/2026-03-20"' in page
    assert "/papers/2026-03-17" not in page
    assert page.index('rel="prev">') < page.index('class="headline"')


def test_a_day_without_papers_leads_to_those_around_it(client: Client, source: Source) -> None:
    for days in (-6, 4):
        listed(source, MONDAY + days * make.ONE_DAY)
    page = seen(client, "/papers/2026-03-16", 404)
    assert "No papers on Monday, 16 March 2026" in page
    assert "No list brought any." in page
    assert re.findall(r'href="(/papers/[\d-]+)"', page) == [
        "/papers/2026-03-10",
        "/papers/2026-03-20",
    ]


@pytest.mark.parametrize("days", [0, 1, 365])
def test_a_day_that_may_still_bring_papers_leads_back_and_no_further(
    client: Client, source: Source, days: int
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    for far in (-1, 200, 400):
        listed(source, today + far * make.ONE_DAY)
    page = seen(client, f"/papers/{today + days * make.ONE_DAY}", 404)
    assert "None have come in yet." in page
    assert re.findall(r'href="(/papers/[\d-]+)"', page) == [f"/papers/{today - make.ONE_DAY}"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_day_is_too_far_away(client: Client, day: str) -> None:
    assert "No papers on" in seen(client, f"/papers/{day}", 404)


@pytest.mark.parametrize("path", ["/papers/2026-13-45", "/papers/2026-3-1"])
def test_what_is_no_day_is_no_page(client: Client, path: str) -> None:
    assert "No such page" in seen(client, path, 404)


def test_a_long_day_is_shown_in_pages_that_hold_each_paper_once(
    client: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    titles = {listed(source, place=place).title for place in range(1, 6)}
    path, found = "/papers/2026-03-16", list[str]()
    while path:
        page = seen(client, path)
        found += headlines(page)
        more = re.search(r'class="more">\s*<a[^>]* href="([^"]*)"', page)
        path = more[1] if more else ""
    assert sorted(found) == sorted(titles)


@pytest.mark.parametrize("after", ["x", "0", "-1", "9" * 40, "²"])
def test_what_follows_no_paper_of_the_day_begins_at_the_first(
    client: Client, source: Source, after: str
) -> None:
    listed(source, title="Owls")
    assert headlines(seen(client, f"/papers/2026-03-16?after={after}")) == ["Owls"]
