"""The pages of topics: rules are tried, changed and remembered, and readers stay unnamed."""

from typing import Any

import factories as make
import pytest
from beside import at_once, begin
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.admin.rules_history import MOST_CHANGES, history
from digests.matching import drafts
from digests.matching.changes import ChangedMeanwhileError, change_rules
from digests.matching.rematch import match_anew, rematch
from digests.matching.rules.language import RuleError
from digests.matching.topics import shipped_rules
from digests.models import Paper, PaperTopic, RuleChange, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_topics")]
LIST = reverse("admin:digests_topic_changelist")
HOSTILE = "<script>alert(1)</script>"
OWLS = "always: owl"
MANY = 30


@pytest.fixture
def llm(two_topics: None) -> Topic:
    """Return one of the two topics; its rules are the conftest's."""
    return Topic.objects.get(key="llm")


@pytest.fixture
def ada(client: Client) -> User:
    """Log an operator in who may do everything."""
    user = User.objects.create(username="ada", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def viewer(client: Client) -> User:
    """Log an operator in who may look at topics and change nothing."""
    user = User.objects.create(username="grace", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(user)
    return user


def page_of(topic: Topic) -> str:
    return reverse("admin:digests_topic_change", args=[topic.pk])


def shown(client: Client, topic: Topic, **query: str) -> str:
    response = client.get(page_of(topic), query)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, topic: Topic, rules: str, **fields: str) -> Any:
    """Send the form as it is shown, with other rules."""
    usual = {"is_offered": "on", "seen": topic.rules, "rules": rules}
    return client.post(page_of(topic), usual | fields)


def listed(title: str, days_ago: int = 0, abstract: str = "They hunt.") -> Paper:
    """Have a paper that was listed lately, with its topics."""
    day = timezone.now().date() - days_ago * make.ONE_DAY
    paper = make.paper(title=title, abstract=abstract, first_listed_on=day)
    match_anew([paper])
    return paper


def change(topic: Topic, rules: str, by: User) -> Topic:
    change_rules(topic, rules, instead_of=topic.rules, by=by, now=timezone.now())
    topic.refresh_from_db()
    return topic


def try_out(client: Client, topic: Topic, rules: str, **fields: str) -> Any:
    """Press "Test these rules"."""
    return send(client, topic, rules, _test="yes", **fields)


def sides(response: Any) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Return what a draft would gain and lose: titles and words."""
    trial = response.context["trial"]
    return [[(one.paper.title, one.because) for one in side.shown] for side in trial.sides]


# Trying rules


def test_a_test_shows_what_comes_and_goes_newest_first_with_the_words(
    client: Client, ada: User, llm: Topic
) -> None:
    listed("Old Owls", days_ago=9)
    listed("Owls")
    listed("A Language Model")
    response = try_out(client, llm, OWLS)
    gained = [("Owls", ("owl",)), ("Old Owls", ("owl",))]
    assert sides(response) == [gained, [("A Language Model", ("language model",))]]


def test_a_test_changes_nothing_and_keeps_the_draft(client: Client, ada: User, llm: Topic) -> None:
    listed("Owls")
    before = [*Topic.objects.order_by("pk").values()], [*PaperTopic.objects.values()]
    response = try_out(client, llm, OWLS)
    assert response.context["adminform"].form["rules"].value() == OWLS
    assert before == ([*Topic.objects.order_by("pk").values()], [*PaperTopic.objects.values()])
    assert not RuleChange.objects.exists()


def test_papers_of_more_than_30_days_ago_are_not_tried(
    client: Client, ada: User, llm: Topic
) -> None:
    listed("Owls", days_ago=30)
    listed("Older Owls", days_ago=31)
    assert sides(try_out(client, llm, OWLS)) == [[("Owls", ("owl",))], []]


def test_rules_that_say_the_same_gain_and_lose_nothing(
    client: Client, ada: User, llm: Topic
) -> None:
    listed("A Language Model")
    assert sides(try_out(client, llm, f"# a note\n{llm.rules}")) == [[], []]


@pytest.mark.parametrize(
    ("rules", "gained"),
    [
        ("always: owl | with night", ["Barns"]),
        ("always: owl | with day", []),
        ("always: owl | unless barn owls", []),
        ("always: owl\nnever: retracted", []),
        ("title: owl", []),
        ("title: barns", ["Barns"]),
    ],
)
def test_a_draft_is_tried_by_all_that_its_lines_say(
    rules: str, gained: list[str], client: Client, ada: User
) -> None:
    without_weights = make.topic(rules="always: bat")
    listed("Barns", abstract="Barn owls at night. This is retracted.")
    found, _ = sides(try_out(client, without_weights, rules))
    assert [title for title, _ in found] == gained


def test_at_most_fifty_of_a_side_are_shown_and_all_are_counted(
    client: Client, ada: User, llm: Topic
) -> None:
    for number in range(51):
        listed(f"Owls, Part {number}")
    response = try_out(client, llm, OWLS)
    gained, _ = response.context["trial"].sides
    assert (gained.total, len(gained.shown)) == (51, 50)
    assert "The newest 50 are shown." in response.content.decode()


def test_a_test_of_too_many_papers_says_where_it_stopped(
    client: Client, ada: User, llm: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_TRIED", 2)
    for number in range(2):
        listed(f"Owls, Part {number}")
    assert not try_out(client, llm, OWLS).context["trial"].most_tried
    listed("Older Owls", days_ago=1)
    response = try_out(client, llm, OWLS)
    assert response.context["trial"].most_tried
    assert "Older Owls" not in response.content.decode()


@pytest.mark.parametrize("count", [1, MANY])
def test_a_test_costs_the_same_for_one_paper_and_for_many(
    count: int,
    client: Client,
    ada: User,
    llm: Topic,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        listed(f"Owls, Part {number}")
    with django_assert_num_queries(7):
        try_out(client, llm, OWLS)


# Saving them


def test_saved_rules_are_an_operators_and_wait_to_be_matched(
    client: Client, ada: User, llm: Topic
) -> None:
    rematch(make.NOW)
    assert send(client, llm, f"{OWLS}  \r\n# a note\r\n").status_code == 302
    stored = Topic.objects.get(pk=llm.pk)
    assert (stored.rules, stored.has_own_rules) == (f"{OWLS}\n# a note", True)
    assert (stored.version, stored.matched_version) == (llm.version + 1, llm.version)
    [row] = RuleChange.objects.all()
    assert (row.topic, row.changed_by, row.rules) == (llm, ada, stored.rules)
    assert "are being matched anew" in shown(client, llm)


def test_papers_of_the_window_meet_saved_rules_at_the_next_rematch(
    client: Client, ada: User, llm: Topic
) -> None:
    paper = listed("Owls")
    send(client, llm, OWLS)
    rematch(timezone.now())
    assert paper.topics.get(topic=llm).because == ["owl"]
    assert "are being matched anew" not in shown(client, llm)


def test_saving_the_rules_as_they_are_changes_nothing(
    client: Client, ada: User, llm: Topic
) -> None:
    send(client, llm, f"{llm.rules}\r\n")
    assert Topic.objects.get(pk=llm.pk).version == llm.version
    assert not RuleChange.objects.exists()


def test_the_shipped_rules_again_are_nobodys_own(client: Client, ada: User, llm: Topic) -> None:
    change(llm, OWLS, ada)
    send(client, llm, shipped_rules(llm).replace("\n", "\r\n"))
    stored = Topic.objects.get(pk=llm.pk)
    assert (stored.rules, stored.has_own_rules) == (shipped_rules(llm), False)
    assert stored.version == llm.version + 1


def test_a_topic_that_is_withdrawn_keeps_its_rules(client: Client, ada: User, llm: Topic) -> None:
    send(client, llm, llm.rules, is_offered="")
    stored = Topic.objects.get(pk=llm.pk)
    assert (stored.is_offered, stored.version) == (False, llm.version)


@pytest.mark.parametrize("button", ["_save", "_test"])
@pytest.mark.parametrize(
    ("rules", "error"),
    [
        (f"\n\ntitel: {HOSTILE}", "Line 3: there is no &#x27;titel&#x27;"),
        ("owl\nowls", "The line is: owls"),
        ("never: owl", "There is no phrase that could bring a paper"),
        ("", "This field is required."),
        ("owl," * 6000, "Ensure this value has at most 20000 characters"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_wrong_rules_are_refused_with_their_place_and_nothing_is_stored(
    rules: str, error: str, button: str, client: Client, llm: Topic
) -> None:
    page = send(client, llm, rules, **{button: "yes"}).content.decode()
    assert error in page
    assert HOSTILE not in page
    assert [*Topic.objects.filter(pk=llm.pk).values_list("rules", "version")] == [
        (llm.rules, llm.version)
    ]


def test_stored_rules_that_no_longer_can_be_used_are_told_and_can_be_replaced(
    client: Client, ada: User, llm: Topic
) -> None:
    Topic.objects.filter(pk=llm.pk).update(rules="owl\nowls")
    llm.refresh_from_db()
    assert "Mend first: llm: line 2" in try_out(client, llm, OWLS).content.decode()
    assert send(client, llm, OWLS).status_code == 302
    assert Topic.objects.get(pk=llm.pk).rules == OWLS


def test_changing_rules_refuses_wrong_ones_whoever_asks(ada: User, llm: Topic) -> None:
    with pytest.raises(RuleError, match="line 1: there is no 'titel'"):
        change(llm, "titel: owl", ada)
    assert not RuleChange.objects.exists()


# Two operators


@pytest.mark.parametrize("button", ["_save", "_test"])
def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(
    button: str, client: Client, ada: User, llm: Topic
) -> None:
    seen = llm.rules
    change(llm, "always: owl\nalways: bat", ada)
    page = send(client, llm, f"{OWLS}\nalways: cat", seen=seen, **{button: "yes"})
    text = page.content.decode()
    assert "Somebody else changed these rules since you opened this page." in text
    assert "<del>always: bat</del>" in text
    assert "<ins>always: cat</ins>" in text
    assert Topic.objects.get(pk=llm.pk).rules == llm.rules


def test_saving_once_more_replaces_what_was_shown(client: Client, ada: User, llm: Topic) -> None:
    seen = llm.rules
    change(llm, "always: bat", ada)
    page = send(client, llm, OWLS, seen=seen)
    assert 'name="seen" value="always: bat"' in page.content.decode()
    send(client, llm, OWLS, seen="always: bat")
    assert Topic.objects.get(pk=llm.pk).rules == OWLS
    assert llm.changes.count() == 2


def test_the_guard_stands_in_the_database_too(ada: User, llm: Topic) -> None:
    before = llm.rules
    change(llm, OWLS, ada)
    with pytest.raises(ChangedMeanwhileError, match="Large language models"):
        change_rules(llm, "bat", instead_of=before, by=ada, now=make.NOW)
    assert llm.changes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_the_second_is_told(ada: User, llm: Topic) -> None:
    raised, before = list[BaseException](), llm.rules

    def save(rules: str) -> None:
        change_rules(llm, rules, instead_of=before, by=ada, now=make.NOW)

    with transaction.atomic():
        save(OWLS)
        saving = begin(lambda: raised.extend(at_once(lambda: save("always: bat"))))
    saving.join(10)
    assert [type(error) for error in raised] == [ChangedMeanwhileError]
    assert [change.rules for change in llm.changes.all()] == [OWLS]
    assert Topic.objects.get(pk=llm.pk).rules == OWLS


# Their history


def test_the_history_says_who_when_and_which_lines(client: Client, ada: User, llm: Topic) -> None:
    change_rules(llm, "owl\nbat", instead_of=llm.rules, by=ada, now=make.NOW)
    change_rules(llm, "owl\ncat", instead_of="owl\nbat", by=ada, now=make.NOW + make.ONE_DAY)
    newest, first = history(llm)
    assert newest.diff == [(False, "bat"), (True, "cat")]
    assert {line.text for line in first.diff if line.is_added} == {"owl", "bat"}
    assert {line.text for line in first.diff if not line.is_added} == {
        *shipped_rules(llm).splitlines()
    }
    page = shown(client, llm)
    assert page.index("2026-03-17 07:30") < page.index("2026-03-16 07:30")
    assert "by ada" in page


def test_a_change_outlives_the_operator(client: Client, ada: User, llm: Topic) -> None:
    change(llm, OWLS, User.objects.create(username="grace"))
    User.objects.get(username="grace").delete()
    assert "by an operator who has left" in shown(client, llm)


def test_older_rules_are_put_into_the_form_and_not_saved(
    client: Client, ada: User, llm: Topic
) -> None:
    change(llm, OWLS, ada)
    change(llm, "always: bat", ada)
    response = client.get(page_of(llm), {"rules": str(llm.changes.order_by("pk")[0].pk)})
    form = response.context["adminform"].form
    assert (form["rules"].value(), response.context["stored"]) == (OWLS, "always: bat")
    assert "Nothing is saved yet." in response.content.decode()
    assert Topic.objects.get(pk=llm.pk).rules == "always: bat"


def test_the_shipped_rules_are_put_into_the_form_and_not_saved(
    client: Client, ada: User, llm: Topic
) -> None:
    assert "?rules=shipped" not in shown(client, llm)
    change(llm, OWLS, ada)
    assert "?rules=shipped" in shown(client, llm)
    form = client.get(page_of(llm), {"rules": "shipped"}).context["adminform"].form
    assert form["rules"].value() == shipped_rules(llm)
    assert Topic.objects.get(pk=llm.pk).rules == OWLS


def test_rules_that_were_taken_and_saved_are_not_put_into_the_form_again(
    client: Client, ada: User, llm: Topic
) -> None:
    change(llm, OWLS, ada)
    page = shown(client, llm, rules="shipped")
    assert f'action="{page_of(llm)}"' in page


@pytest.mark.parametrize("number", ["0", "none", "", "²", "9" * 30])
def test_rules_that_there_never_were_are_not_found(
    number: str, client: Client, ada: User, llm: Topic
) -> None:
    assert client.get(page_of(llm), {"rules": number}).status_code == 404


def test_the_changes_of_another_topic_are_not_taken(client: Client, ada: User, llm: Topic) -> None:
    change(llm, OWLS, ada)
    other = Topic.objects.get(key="robotics")
    taken = {"rules": str(llm.changes.get().pk)}
    assert client.get(page_of(other), taken).status_code == 404


def test_a_long_history_is_cut_and_says_so(client: Client, ada: User, llm: Topic) -> None:
    for number in range(MOST_CHANGES + 1):
        change(llm, f"always: owl {number}", ada)
    told = history(llm)
    assert len(told) == MOST_CHANGES
    assert told[-1].diff == [(False, "always: owl 0"), (True, "always: owl 1")]
    assert f"The newest {MOST_CHANGES} changes are shown." in shown(client, llm)


@pytest.mark.parametrize("count", [1, MANY])
def test_a_page_costs_the_same_for_one_change_and_for_many(
    count: int,
    client: Client,
    ada: User,
    llm: Topic,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        change(llm, f"always: owl {number}", ada)
    with django_assert_num_queries(4):
        shown(client, llm)


# The list


def names(client: Client, **query: str) -> list[str]:
    return [topic.name for topic in client.get(LIST, query).context["cl"].result_list]


def test_the_list_tells_operators_rules_and_what_waits(
    client: Client, ada: User, llm: Topic
) -> None:
    rematch(timezone.now())
    page = client.get(LIST).content.decode()
    assert "waits to be matched" not in page
    assert "an operator&#x27;s" not in page
    change(llm, OWLS, ada)
    assert client.get(LIST).content.decode().count("waits to be matched") == 1
    rematch(timezone.now())
    assert client.get(LIST).content.decode().count("an operator&#x27;s") == 1


def test_what_readers_typed_stands_apart_from_the_catalogue(client: Client, ada: User) -> None:
    for kind, key in (("words", "owls"), ("author", "ada lovelace"), ("category", "cs.cl")):
        make.topic(kind=kind, key=key, name=key, is_offered=False)
    assert names(client) == [
        "Everything",
        "Large language models",
        "Robotics, embodied AI and driving",
    ]
    assert names(client, shelf="words") == ["owls"]
    assert names(client, shelf="author") == ["ada lovelace"]
    assert names(client, shelf="category") == ["cs.cl"]


def test_own_words_are_read_only_and_name_no_reader(client: Client, ada: User) -> None:
    own = make.topic(kind="words", key="owls", name="owls", is_offered=False)
    make.subscription(topic=own, subscriber=make.subscriber(email="emmy@example.org"))
    make.subscription(topic=own, subscriber=make.subscriber(), excludes=True)
    make.paper_topic(topic=own)
    [row] = client.get(LIST, {"shelf": "words"}).context["cl"].result_list
    assert (row.number_of_followers, row.number_of_excluders, row.number_of_papers) == (1, 1, 1)
    pages = shown(client, own), client.get(LIST, {"shelf": "words"}).content.decode()
    assert not any("emmy" in page or 'name="rules"' in page for page in pages)
    for fields in ({"rules": "bat"}, {"rules": "bat", "_test": "yes"}):
        assert client.post(page_of(own), fields).status_code in (403, 404)


def test_everything_needs_no_rules_and_can_be_withdrawn(client: Client, ada: User) -> None:
    everything = Topic.objects.get(kind=Topic.Kind.EVERYTHING)
    assert 'name="rules"' not in shown(client, everything)
    assert client.get(page_of(everything), {"rules": "shipped"}).status_code == 404
    assert client.post(page_of(everything), {"rules": "owl"}).status_code == 302
    everything.refresh_from_db()
    assert (everything.is_offered, everything.rules) == (False, "")


@pytest.mark.parametrize("shelf", ["", "words"])
@pytest.mark.parametrize("count", [1, MANY])
def test_a_shelf_costs_the_same_for_one_topic_and_for_many(
    count: int,
    shelf: str,
    client: Client,
    ada: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kind, is_own = shelf or "catalogue", bool(shelf)
    for _ in range(count):
        topic = make.topic(kind=kind, has_own_rules=not is_own, is_offered=not is_own)
        make.subscription(topic=topic)
    with django_assert_num_queries(5):
        client.get(LIST, {"shelf": shelf} if shelf else {})


# Who may


def test_who_may_only_look_sees_rules_and_history_and_no_form(
    client: Client, viewer: User, llm: Topic
) -> None:
    change(llm, f"{OWLS}\n# {HOSTILE}", viewer)
    page = shown(client, llm)
    assert OWLS in page
    assert "by grace" in page
    assert 'name="rules"' not in page
    assert "?rules=" not in page
    assert HOSTILE not in page


@pytest.mark.parametrize("fields", [{"_save": "yes"}, {"_test": "yes"}])
def test_who_may_only_look_can_neither_save_nor_test(
    fields: dict[str, str], client: Client, viewer: User, llm: Topic
) -> None:
    assert send(client, llm, OWLS, **fields).status_code == 403
    assert client.get(page_of(llm), {"rules": "shipped"}).status_code == 403
    assert Topic.objects.get(pk=llm.pk).rules == llm.rules


def test_whatever_rules_and_papers_hold_is_text(client: Client, ada: User, llm: Topic) -> None:
    listed(f"{HOSTILE} Owls")
    rules = f"{OWLS}, owl {HOSTILE}\n# {HOSTILE}"
    change(llm, f"# </textarea>{HOSTILE}\n{OWLS}", ada)
    pages = [shown(client, llm), try_out(client, llm, rules).content.decode()]
    pages.append(try_out(client, llm, rules, seen="bat").content.decode())
    for page in pages:
        assert HOSTILE not in page
        assert "&lt;script&gt;alert(1)" in page
