"""The pages of papers: what operators correct stays, and what is the same becomes one."""

from collections.abc import Sequence
from typing import Any

import factories as make
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.identity.corrections import NotTheSameError, correct, join
from digests.identity.names import AliasKind
from digests.ingest.once import ingest
from digests.models import Alias, DigestPaper, Paper, PaperTopic, Sighting, Topic
from digests.models.paper import OPERATORS_WORD
from digests.sources import ParsedDigest, ParsedPaper

pytestmark = pytest.mark.django_db
LIST = reverse("admin:digests_paper_changelist")
INLINES = {
    f"{name}-{total}_FORMS": 0
    for name in ("topics", "digestpaper_set", "aliases")
    for total in ("TOTAL", "INITIAL")
}
TEXTS = {"title": "Owls", "abstract": "They hear.", "authors": "Lovelace, Ada"}
LINKS = {"url": "https://example.org/owls", "code_url": ""}


def page_of(paper: Paper, verb: str = "change") -> str:
    return reverse(f"admin:digests_paper_{verb}", args=[paper.pk])


def owls(**fields: Any) -> Paper:
    usual = {"title": "Owls", "abstract": "They hear.", "authors": ["Lovelace, Ada"]}
    return make.paper(**usual | {"url": "https://example.org/owls"} | fields)


def save(client: Client, paper: Paper, **fields: str) -> Paper:
    client.post(page_of(paper), TEXTS | LINKS | INLINES | fields)
    paper.refresh_from_db()
    return paper


def choose(client: Client, papers: Sequence[Paper], **answers: str) -> str:
    """Choose the action for papers, and return the page that follows."""
    chosen = {"action": "same_paper", "_selected_action": [paper.pk for paper in papers]}
    return client.post(LIST, chosen | answers, follow=True).content.decode()


# Correcting


def test_what_was_corrected_is_marked_and_nothing_else(admin_client: Client) -> None:
    paper = owls(told={"title": "1 2026-03-16", "abstract": "1 2026-03-16"})
    save(admin_client, paper, title="Barn Owls", code_url="https://example.org/code")
    assert paper.told == {
        "title": OPERATORS_WORD,
        "abstract": "1 2026-03-16",
        "code_url": OPERATORS_WORD,
    }


def test_no_later_digest_overwrites_what_was_corrected(admin_client: Client) -> None:
    paper = save(admin_client, owls(arxiv="2603.00001"), title="Barn Owls", authors="Emmy")
    record = ParsedPaper("Owls", "They hear and see.", authors=("Ada",), arxiv_id="2603.00001")
    digest = ParsedDigest((record,))
    ingest(digest, source=make.source(), date=make.DATE, fingerprint="f", now=make.NOW)
    paper.refresh_from_db()
    assert (paper.title, paper.authors) == ("Barn Owls", ["Emmy"])
    assert paper.abstract == "They hear and see."


def test_a_correction_keeps_what_a_digest_said_meanwhile() -> None:
    paper, written_meanwhile = owls(), "1 2026-03-17"
    Paper.objects.update(abstract="They see.", told={"abstract": written_meanwhile})
    paper.title = "Barn Owls"
    correct(paper, ["title"])
    paper = Paper.objects.get()
    assert (paper.title, paper.abstract) == ("Barn Owls", "They see.")
    assert paper.told == {"title": OPERATORS_WORD, "abstract": written_meanwhile}


def test_what_no_feed_could_hold_is_left_out_of_a_correction(admin_client: Client) -> None:
    texts = {
        "title": "Barn\x0bOwls\x01",
        "abstract": "They\x02 hear\ufffe.",
        "authors": "Ada\x1bL.",
    }
    paper = make.digest_paper(paper=owls()).paper
    save(admin_client, paper, **texts)
    assert (paper.title, paper.abstract) == ("Barn Owls", "They hear.")
    assert paper.authors == ["AdaL."]
    for form in ("atom", "rss", "json"):
        feed = admin_client.get(f"/feeds/all.{form}")
        assert feed.status_code == 200
        assert "Barn Owls" in feed.content.decode()


def test_a_title_of_which_nothing_can_be_shown_is_refused(admin_client: Client) -> None:
    page = admin_client.post(page_of(owls()), TEXTS | LINKS | INLINES | {"title": "\x01"})
    assert "Nothing of this can be shown." in page.content.decode()
    assert Paper.objects.get().title == "Owls"


def test_saving_without_a_change_marks_nothing(admin_client: Client) -> None:
    assert save(admin_client, owls()).told == {}


# Looking


def test_a_page_shows_names_and_votes_over_time(admin_client: Client) -> None:
    paper = owls(arxiv="2603.00001")
    listing = make.digest_paper(paper=paper, upvotes=12)
    for votes in (3, 12):
        Sighting.objects.create(
            listing=listing, seen_at=make.NOW + votes * make.ONE_DAY, upvotes=votes
        )
    page = admin_client.get(page_of(paper)).content.decode()
    assert "2603.00001" in page
    assert page.index("3 at 2026-03-19 07:30") < page.index("12 at 2026-03-28 07:30")


def test_the_list_holds_standing_papers_only(admin_client: Client) -> None:
    kept = owls()
    make.paper(merged_into=kept)
    assert [*admin_client.get(LIST).context["cl"].result_list] == [kept]


def test_the_page_of_a_merged_paper_leads_to_what_it_was_merged_into(admin_client: Client) -> None:
    kept = owls()
    gone = make.paper(merged_into=kept)
    response = admin_client.get(page_of(gone), follow=True)
    assert response.redirect_chain[-1][0] == page_of(kept)
    assert f"Paper {gone.pk} was found to be the same as this one." in response.content.decode()


@pytest.mark.parametrize("number", ["999999999", "none", "9" * 30, "²"])
def test_the_page_of_no_paper_says_so(number: str, admin_client: Client) -> None:
    url = reverse("admin:digests_paper_change", args=[number])
    response = admin_client.get(url, follow=True)
    assert "Perhaps it was deleted?" in response.content.decode()


# Joining


def test_the_operator_is_asked_first(admin_client: Client) -> None:
    papers = [owls(), owls(title="<b>Owls</b> at Noon")]
    page = choose(admin_client, papers)
    assert "Make these 2 papers one?" in page
    assert "&lt;b&gt;Owls&lt;/b&gt; at Noon" in page
    assert page.index("stays") < page.index(page_of(papers[0])) < page.index(page_of(papers[1]))
    assert not Paper.objects.exclude(merged_into=None).exists()


def test_joined_papers_are_the_first_one_with_all_names(admin_client: Client) -> None:
    kept, *others = owls(), make.paper(title="Barn Owls", arxiv="2603.00001"), make.paper()
    page = choose(admin_client, [*others, kept], confirmed="yes")
    assert "They are one paper now" in page
    assert [*Paper.objects.standing()] == [kept]
    kept.refresh_from_db()
    assert (kept.title, kept.abstract, kept.authors) == ("Owls", "They hear.", ["Lovelace, Ada"])
    assert kept.url == "https://arxiv.org/abs/2603.00001"
    assert kept.aliases.count() == 4
    assert "Merged" in admin_client.get(page_of(kept, "history")).content.decode()


def test_what_the_first_lacks_the_others_give() -> None:
    diffusion = "A diffusion model of owls."
    kept, other = (
        owls(abstract=""),
        make.paper(abstract=diffusion, code_url="https://example.org/c"),
    )
    Paper.objects.filter(pk=other.pk).update(first_listed_on=make.DATE - make.ONE_DAY)
    kept = join([kept, other])
    assert (kept.abstract, kept.code_url) == (diffusion, "https://example.org/c")
    assert kept.first_listed_on == make.DATE - make.ONE_DAY
    assert PaperTopic.objects.filter(paper=kept, topic__key="diffusion").exists()


def test_what_an_operator_emptied_stays_empty() -> None:
    kept = owls(url="", told={"url": OPERATORS_WORD})
    assert join([kept, make.paper(url="https://example.org", arxiv="2603.00001")]).url == ""


def test_topics_stay_where_the_words_stay() -> None:
    kept = owls()
    topic = Topic.objects.get(key="graphs")
    make.paper_topic(paper=kept, topic=topic)
    join([kept, make.paper()])
    assert [row.topic for row in kept.topics.all()] == [topic]


def test_the_places_of_all_are_those_of_the_one() -> None:
    kept, other = owls(), make.paper()
    both, own = make.digest(), make.digest()
    for digest, paper in ((both, kept), (both, other), (own, other)):
        make.digest_paper(digest=digest, paper=paper)
    join([kept, other])
    assert {row.digest for row in DigestPaper.objects.filter(paper=kept)} == {both, own}
    assert DigestPaper.objects.count() == 2


def test_papers_that_arxiv_tells_apart_are_refused_and_named(admin_client: Client) -> None:
    papers = [owls(arxiv="2603.00001"), make.paper(arxiv="2603.00002"), make.paper()]
    for answers in ({}, {"confirmed": "yes"}):
        page = choose(admin_client, papers, **answers)
        assert "different papers: 2603.00001, 2603.00002. Choose at most one of these." in page
    assert Paper.objects.standing().count() == 3
    with pytest.raises(NotTheSameError, match=r"2603\.00001"):
        join(papers)


@pytest.mark.parametrize(
    ("count", "reason"), [(1, "Choose two papers or more."), (11, "Choose at most 10 papers")]
)
def test_one_paper_or_a_crowd_are_refused(count: int, reason: str, admin_client: Client) -> None:
    papers = [make.paper() for _ in range(count)]
    assert reason in choose(admin_client, papers, confirmed="yes")
    assert Paper.objects.standing().count() == count


def test_papers_that_another_operator_joined_meanwhile_are_refused() -> None:
    papers = [make.paper() for _ in range(3)]
    join(papers[1:])
    with pytest.raises(NotTheSameError, match="joined meanwhile"):
        join(papers)
    assert Alias.objects.filter(paper=papers[0], kind=AliasKind.TITLE).count() == 1


@pytest.mark.parametrize("count", [2, 10])
def test_the_question_costs_the_same_for_two_papers_and_for_ten(
    count: int, admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    papers = [make.paper() for _ in range(count)]
    with django_assert_num_queries(9):
        choose(admin_client, papers)


def test_joining_needs_the_permission_to_change(client: Client) -> None:
    user = User.objects.create(username="helper", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_paper"))
    client.force_login(user)
    choose(client, [owls(), make.paper()], confirmed="yes")
    assert Paper.objects.standing().count() == 2
