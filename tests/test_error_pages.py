"""What is said when something is not as it should be: what it was, and what to do."""

import datetime as dt
import re
from collections.abc import Callable

import factories as make
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config import urls, views
from config.look import look
from config.too_many import too_many
from subscribers import tokens

pytestmark = pytest.mark.django_db


def fail(error: type[Exception]) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    *urls.urlpatterns,
    path("garbled", fail(SuspiciousOperation)),
    path("closed", fail(PermissionDenied)),
    path("broken", fail(RuntimeError)),
]
handler400, handler500 = urls.handler400, urls.handler500


@pytest.mark.parametrize("path", ["/me/nobody", "/u/nobody", "/confirm/nobody", "/move/nobody"])
def test_an_error_below_a_personal_link_is_kept_nowhere(client: Client, path: str) -> None:
    response = client.get(f"{path}?anything")
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "canonical" not in response.content.decode()


def test_going_back_to_what_a_button_answered_shows_the_page_that_it_is_on(client: Client) -> None:
    ada = make.subscriber()
    response = client.get(f"/u/{ada.unsubscribe_token}/undo")
    assert (response.status_code, response["Location"]) == (302, f"/u/{ada.unsubscribe_token}")


def test_a_personal_page_is_known_as_one_below_a_prefix(client: Client) -> None:
    ada = make.subscriber()
    response = client.get(f"/u/{ada.unsubscribe_token}/undo", SCRIPT_NAME="/mail")
    assert response["Location"] == f"/mail/u/{ada.unsubscribe_token}"
    assert response["Cache-Control"] == "private, no-store"


@pytest.fixture
def guest() -> Client:
    """Give a browser that may see what breaks, and has no cookie for forms."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "says", "links"),
    [
        ("/garbled", 400, "We did not understand that", {"/"}),
        ("/closed", 403, "This is not for everybody", {"/", "/link"}),
        ("/no-such-page", 404, "No such page", {"/", "/link", "/papers"}),
        (f"/confirm/{'x' * tokens.LENGTH}", 410, "This link has run out", {"/"}),
        ("/broken", 500, "Something broke on our side", {"/"}),
    ],
)
def test_each_error_says_what_it_was_and_where_to_go(
    guest: Client, address: str, status: int, says: str, links: set[str]
) -> None:
    response = guest.get(address)
    page = response.content.decode()
    content = page.partition("<main")[2].partition("</main>")[0]
    assert response.status_code == status
    assert says in re.findall("<h1>(.*)</h1>", page)
    assert links <= {*re.findall('href="([^"]*)"', content)}


def test_a_page_that_is_not_there_has_the_field_to_search_in(client: Client) -> None:
    page = client.get("/no-such-page").content.decode()
    assert re.search('<form class="search"[^>]* action="/search">', page)
    assert re.search('name="q"[^>]* value=""', page)


def test_a_form_that_may_not_be_ours_says_how_to_send_it_again(guest: Client) -> None:
    response = guest.post("/link", {"email": "ada@example.org"})
    assert response.status_code == 403
    assert "Please send that once more" in response.content.decode()


def test_a_host_that_is_not_ours_is_answered_by_the_same_page(guest: Client) -> None:
    response = guest.get("/about", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We did not understand that" in response.content.decode()


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "1 minute, at"), (60, "1 minute, at"), (61, "2 minutes, at")]
)
def test_too_many_requests_are_told_when_to_come_back(
    rf: RequestFactory, seconds: int, said: str
) -> None:
    until = make.NOW + dt.timedelta(seconds=seconds)
    for request in (rf.get("/"), rf.post("/")):
        response = too_many(request, until, make.NOW)
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (429, str(seconds + 1))
        assert said in page
        assert f"{until:%H:%M} UTC" in page


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_only_who_has_sent_something_hears_that_it_was_not_done(
    rf: RequestFactory, method: str
) -> None:
    until = make.NOW + dt.timedelta(minutes=8)
    page = too_many(getattr(rf, method)("/"), until, make.NOW).content.decode()
    has_sent = method == "post"
    assert ("Nothing of what you sent" in page) == has_sent
    assert ("send it again" in page) == has_sent
    assert ("try again in 8 minutes" in page) != has_sent


@pytest.mark.parametrize("address", ["/no-such-page", "/papers/2001-01-01", "/topics/none"])
def test_a_page_that_is_not_there_has_no_address_to_share(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert not re.search('rel="canonical"|property="og:', response.content.decode())


@pytest.mark.urls(__name__)
def test_the_page_of_a_fault_stands_alone_and_may_wear_its_own_style(guest: Client) -> None:
    response = guest.get("/broken")
    page = response.content.decode()
    assert not re.search(r"{%|{{|<link|<script|src=", page)
    assert re.search("style-src[^;]* 'sha256-[^;]+=", response["Content-Security-Policy"])
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_fault_has_the_colours_of_all_others(scheme: str) -> None:
    by_day, _, by_night = views.BROKEN.partition("prefers-color-scheme: dark")
    colours = {*re.findall("#[0-9a-f]{6}", by_day if scheme == "light" else by_night)}
    tokens = getattr(look(), scheme)
    assert colours == {tokens[name] for name in ("paper", "ink", "quiet", "press")}


@pytest.mark.urls(__name__)
def test_the_page_of_a_fault_speaks_every_language(guest: Client) -> None:
    page = guest.get("/broken").content.decode()
    spoken = {language.lower() for language in re.findall('lang="([^"]*)"', page)}
    assert spoken == {code for code, _ in settings.LANGUAGES}


@pytest.mark.urls(__name__)
def test_a_fault_is_told_without_the_database_and_without_templates(
    guest: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.template.loader.get_template", fail(RuntimeError))
    assert guest.get("/broken").content.decode() == views.BROKEN
