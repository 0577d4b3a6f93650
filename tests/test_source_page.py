"""What a source listed."""

import pytest
from django.test import Client
from reading_room import MONDAY, TUESDAY, headlines, listed, seen, the_list

from digests.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return the_list()


def test_a_source_shows_its_newest_list_in_its_own_order_and_leads_to_others(
    client: Client, source: Source
) -> None:
    listed(source, title="Old")
    listed(source, TUESDAY, title="Second", place=2, upvotes=99)
    listed(source, TUESDAY, title="First", place=1, upvotes=1)
    page = seen(client, "/sources/the-list")
    assert headlines(page) == ["First", "Second"]
    assert 'href="?day=2026-03-16"' in page
    assert headlines(seen(client, "/sources/the-list?day=2026-03-16")) == ["Old"]


@pytest.mark.parametrize("day", ["2026-03-15", "yesterday", "2026-02-30"])
def test_a_source_has_no_page_for_a_day_without_list(
    client: Client, source: Source, day: str
) -> None:
    listed(source)
    seen(client, f"/sources/the-list?day={day}", 404)


def test_a_source_has_a_page_once_it_is_switched_on_or_has_a_list(
    client: Client, source: Source
) -> None:
    seen(client, "/sources/the-list", 404)
    Source.objects.filter(pk=source.pk).update(is_active=True, active_since=MONDAY)
    assert "not brought a list yet" in seen(client, "/sources/the-list")
