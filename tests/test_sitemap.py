"""What search engines are told."""

import re

import pytest
from django.test import Client
from pytest_django import Settings
from reading_room import MONDAY, listed, seen, shown, the_list

pytestmark = pytest.mark.django_db
SITE = "https://papers.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


def addresses(client: Client, path: str) -> list[str]:
    return re.findall(r"<loc>(.*?)</loc>", seen(client, path))


def test_the_sitemap_names_every_public_page_at_the_sites_own_address(
    client: Client,
) -> None:
    owls = listed(the_list())
    found = {
        address
        for part in addresses(client, "/sitemap.xml")
        for address in addresses(client, part.removeprefix(SITE))
    }
    assert found >= {
        f"{SITE}/",
        f"{SITE}/papers",
        f"{SITE}/papers/{MONDAY}",
        f"{SITE}{shown(owls)}",
        f"{SITE}/topics/video",
        f"{SITE}/sources/the-list",
    }
    assert all(address.startswith(f"{SITE}/") for address in found)


def test_robots_are_asked_to_leave_readers_pages_alone(client: Client) -> None:
    said = seen(client, "/robots.txt").splitlines()
    for path in ("/me/", "/move/", "/u/", "/confirm/", "/edition/", "/admin/"):
        assert f"Disallow: {path}" in said
    assert f"Sitemap: {SITE}/sitemap.xml" in said
