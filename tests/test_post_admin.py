"""What operators see of the post, and what they can stop, settle and withdraw."""

import datetime as dt
from typing import Any

import factories as make
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from recorder import Recorder

from digests.identity.merge import merge
from digests.models import Paper
from newsletter.models import Breaker, Bundle, Delivery, Halt, Morning
from newsletter.sending.send import send_ready

pytestmark = pytest.mark.django_db
State = Delivery.State
DELIVERIES = reverse("admin:newsletter_delivery_changelist")
HOME = reverse("admin:index")
MINUTE = dt.timedelta(minutes=1)


def page_of(row: Model, verb: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}", args=[row.pk])


def page(client: Client, url: str, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def answer(client: Client, row: Model, verb: str, **answers: Any) -> Any:
    """Answer the dialog of an action."""
    return client.post(page_of(row, verb), {"_form_submitted": "True"} | answers)


def stop(client: Client, verb: str, **answers: str) -> Any:
    """Answer the dialog of one of the two switches."""
    url = reverse(f"admin:newsletter_halt_{verb}")
    return client.post(url, {"_form_submitted": "True"} | answers)


def log() -> list[str]:
    """Return what operators did, as their log tells it."""
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def found(client: Client, **query: Any) -> list[Delivery]:
    return [*client.get(DELIVERIES, query).context["cl"].result_list]


@pytest.fixture
def onlooker(client: Client) -> Client:
    """Log an operator in who may look at the post and change nothing."""
    user = User.objects.create(username="onlooker", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


# Mornings


def test_a_morning_is_paused_and_resumed_and_the_log_says_by_whom(admin_client: Client) -> None:
    morning = make.morning()
    response = answer(admin_client, morning, "pause")
    assert response["HX-Redirect"] == page_of(morning)
    assert Morning.objects.get().is_paused
    answer(admin_client, morning, "resume")
    assert not Morning.objects.get().is_paused
    assert log() == ["Paused it.", "Resumed it."]


def test_what_is_offered_is_what_can_be_done(admin_client: Client) -> None:
    morning = make.morning(is_paused=True)
    shown = page(admin_client, page_of(morning))
    assert page_of(morning, "resume") in shown
    assert page_of(morning, "pause") not in shown
    assert answer(admin_client, morning, "pause").status_code == 403


def test_a_paused_morning_says_so_while_some_wait(admin_client: Client) -> None:
    make.delivery()
    morning = make.morning(due=1, is_paused=True)
    assert "Some are still to be sent, and wait." in page(admin_client, page_of(morning))


def test_pausing_takes_the_right_to_change(onlooker: Client) -> None:
    morning = make.morning()
    assert page_of(morning, "pause") not in page(onlooker, page_of(morning))
    assert answer(onlooker, morning, "pause").status_code == 403
    assert not Morning.objects.get().is_paused


@pytest.mark.parametrize("number", ["0", "none", "9" * 30, "²"])
@pytest.mark.parametrize(
    "page", ["morning_change", "morning_pause", "delivery_change", "delivery_it_arrived"]
)
def test_what_is_no_number_of_a_row_is_no_fault(
    page: str, number: str, admin_client: Client
) -> None:
    url = reverse(f"admin:newsletter_{page}", args=[number])
    assert admin_client.get(url).status_code in (302, 403)


# Deliveries


@pytest.mark.parametrize(
    ("verb", "state", "reason"),
    [
        ("it_arrived", State.SENT, "an operator: it arrived"),
        ("it_did_not_arrive", State.FAILED, "an operator: it did not arrive"),
    ],
)
def test_an_operator_settles_what_is_uncertain(
    verb: str, state: str, reason: str, admin_client: Client
) -> None:
    delivery = make.delivery(State.UNCERTAIN, reason="the worker died")
    assert "<form" in page(admin_client, page_of(delivery, verb))
    answer(admin_client, delivery, verb)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (state, reason)
    assert log() == [f"Settled: {reason}."]


@pytest.mark.parametrize("state", [state for state in State if state != State.UNCERTAIN])
def test_what_is_certain_stays_as_it_is(state: str, admin_client: Client) -> None:
    delivery = make.delivery(state)
    assert "it_arrived" not in page(admin_client, page_of(delivery))
    assert answer(admin_client, delivery, "it_did_not_arrive").status_code == 403
    delivery.refresh_from_db()
    assert delivery.state == state


def test_settling_takes_the_right_to_change(onlooker: Client) -> None:
    delivery = make.delivery(State.UNCERTAIN)
    assert answer(onlooker, delivery, "it_arrived").status_code == 403


def test_a_delivery_says_where_it_is(admin_client: Client) -> None:
    later = timezone.now() + MINUTE
    bundle = make.bundle(held=True, closes_at=later)
    delivery = make.delivery(bundle=bundle)
    shown = page(admin_client, page_of(delivery))
    assert page_of(bundle) in shown
    assert "in a worker&#x27;s hands, until" in shown
    Bundle.objects.update(leaving=[delivery.pk])
    assert "leaving: handed over, or about to be" in page(admin_client, page_of(delivery))


def test_a_morning_leads_to_its_deliveries_alone(admin_client: Client) -> None:
    hers, _ = make.delivery(), make.delivery(date=make.DATE - make.ONE_DAY)
    make.morning()
    assert found(admin_client, date=make.DATE) == [hers]
    assert found(admin_client, date="2020-01-01") == []


def test_a_state_is_looked_for_on_the_latest_morning_where_none_is_chosen(
    admin_client: Client,
) -> None:
    yesterday = make.DATE - make.ONE_DAY
    for date in (make.DATE, yesterday):
        make.morning(date=date)
    earlier, latest = (make.delivery(State.FAILED, date=date) for date in (yesterday, make.DATE))
    assert found(admin_client, state=State.FAILED) == [latest]
    assert found(admin_client, state=State.FAILED, date=yesterday) == [earlier]


def test_a_reader_and_a_bundle_lead_to_their_deliveries(admin_client: Client) -> None:
    delivery, _ = make.delivery(), make.delivery()
    assert found(admin_client, subscriber__id__exact=delivery.subscriber_id) == [delivery]
    assert found(admin_client, bundle__id__exact=delivery.bundle_id) == [delivery]


@pytest.mark.parametrize("typed", ["nobody@example.org", "no address"])
def test_an_address_that_nobody_has_finds_nothing(typed: str, admin_client: Client) -> None:
    make.delivery()
    assert found(admin_client, q=typed) == []


@pytest.mark.parametrize("query", [{}, {"date": make.DATE}, {"state": State.FAILED}])
def test_no_list_of_deliveries_sorts_or_counts_them_all(
    query: dict[str, Any], admin_client: Client
) -> None:
    """Have PostgreSQL do without any sort of a whole table, and see that it can."""
    make.morning()
    make.delivery(State.FAILED)
    with CaptureQueriesContext(connection) as context:
        found(admin_client, **query)
    asked = [it["sql"] for it in context if 'FROM "newsletter_delivery"' in it["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on newsletter_delivery" not in plan
            assert "count(" not in sql.lower()


# Bundles


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "ready"),
        ({"ready_at": 5 * MINUTE}, "waiting"),
        ({"closes_at": -MINUTE}, "over"),
        ({"is_settled": True}, "settled"),
        ({"held": True, "lease_until": MINUTE}, "in hand"),
        ({"held": True, "lease_until": -MINUTE}, "lost"),
    ],
)
def test_a_bundle_says_what_may_happen_to_it(
    fields: dict[str, Any], said: str, admin_client: Client
) -> None:
    now = timezone.now()
    moments = {"closes_at": 9 * MINUTE, "ready_at": -MINUTE} | fields
    shifted = {k: now + v if isinstance(v, dt.timedelta) else v for k, v in moments.items()}
    bundle = make.bundle(**{k: v for k, v in shifted.items() if k != "lease_until"})
    if "lease_until" in shifted:
        Bundle.objects.update(lease_until=shifted["lease_until"])
    assert f"> {said} </span>" in page(admin_client, page_of(bundle))


def test_a_bundle_tells_who_holds_it_and_what_is_leaving(admin_client: Client) -> None:
    bundle = make.bundle(held=True)
    deliveries = [make.delivery(bundle=bundle) for _ in range(3)]
    Bundle.objects.update(leaving=[deliveries[0].pk])
    shown = admin_client.get(reverse("admin:newsletter_bundle_changelist"), {"open": "yes"})
    (row,) = shown.context["cl"].result_list
    assert row.number_of_deliveries == 3
    assert f"worker {str(bundle.claim)[:8]}" in shown.content.decode()


# Stopping everything


def test_all_sending_is_halted_with_a_reason_and_a_name(admin_client: Client) -> None:
    assert "Why?" in page(admin_client, reverse("admin:newsletter_halt_halt"))
    stop(admin_client, "halt", reason="a wrong link")
    halt = Halt.objects.get()
    assert (halt.cause, halt.reason) == (Halt.Cause.OPERATOR, "a wrong link, says admin")
    assert log() == ["Halted all sending: a wrong link."]
    make.delivery()
    assert send_ready(Recorder(), lambda: make.NOW) == {}


def test_nobody_halts_without_a_reason(admin_client: Client) -> None:
    stop(admin_client, "halt", reason="")
    assert not Halt.objects.exists()


def test_sending_goes_on_when_it_is_resumed(admin_client: Client) -> None:
    make.halt()
    stop(admin_client, "resume")
    assert not Halt.objects.exists()
    assert log() == ["Let sending go on."]


def test_a_restored_backup_is_not_resumed_by_a_click(admin_client: Client) -> None:
    make.halt(Halt.Cause.RESTORED)
    response = stop(admin_client, "resume")
    assert Halt.objects.exists()
    assert "No operator halted it." in page(admin_client, response["HX-Redirect"])


def test_halting_takes_the_right_to_do_so(onlooker: Client) -> None:
    make.halt()
    assert stop(onlooker, "halt", reason="a joke").status_code == 403
    assert stop(onlooker, "resume").status_code == 403
    assert Halt.objects.count() == 1


def test_an_open_breaker_is_tried_at_once_when_an_operator_says_so(admin_client: Client) -> None:
    make.breaker(retry_at=timezone.now() + 60 * MINUTE)
    url = reverse("admin:newsletter_breaker_try_again")
    admin_client.post(url, {"_form_submitted": "True"})
    assert not Breaker.objects.filter(retry_at__gt=timezone.now()).exists()


def test_trying_again_takes_the_right_to_change(onlooker: Client) -> None:
    make.breaker()
    url = reverse("admin:newsletter_breaker_try_again")
    assert onlooker.post(url, {"_form_submitted": "True"}).status_code == 403
    assert Breaker.objects.get().retry_at == make.NOW + MINUTE


# Papers


def test_a_paper_is_withdrawn_after_a_look_at_what_holds_it(admin_client: Client) -> None:
    paper = make.paper()
    edition = make.edition(paper)
    make.delivery(edition=edition)
    make.delivery(edition=edition, next_attempt_at=timezone.now())
    make.delivery(State.SENT, edition=edition)
    make.delivery()
    assert "2 unsent mails hold it now." in page(admin_client, page_of(paper, "withdraw"))
    answer(admin_client, paper, "withdraw")
    paper.refresh_from_db()
    assert paper.withdrawn_at
    assert log() == ["Withdrew it."]
    assert "withdrawn" in page(admin_client, reverse("admin:digests_paper_changelist"))


def test_mails_that_hold_it_under_another_number_count_as_well(admin_client: Client) -> None:
    kept, gone = make.paper(), make.paper()
    make.delivery(edition=make.edition(gone))
    merge(gone, into=kept)
    assert "1 unsent mail holds it now." in page(admin_client, page_of(kept, "withdraw"))


def test_mails_leave_without_it_and_not_at_all_where_it_was_all_they_held(
    admin_client: Client,
) -> None:
    gone, stays = make.paper(title="Withdrawn Owls"), make.paper(title="Herons")
    both = make.delivery(edition=make.edition(gone, stays))
    alone = make.delivery(edition=make.edition(gone))
    answer(admin_client, gone, "withdraw")
    transport = Recorder()
    assert send_ready(transport, lambda: make.NOW) == {State.SENT: 1, State.CANCELLED: 1}
    (mail,) = transport.mails
    assert both.subscriber
    assert mail["To"] == both.subscriber.email
    assert "Withdrawn Owls" not in str(mail)
    alone.refresh_from_db()
    assert alone.state == State.CANCELLED


def test_a_withdrawn_paper_can_be_taken_back(admin_client: Client) -> None:
    paper = make.paper(withdrawn_at=make.NOW)
    shown = page(admin_client, page_of(paper))
    assert page_of(paper, "take_back") in shown
    assert page_of(paper, "withdraw") not in shown
    answer(admin_client, paper, "take_back")
    paper.refresh_from_db()
    assert paper.withdrawn_at is None
    assert log() == ["Took back it."]


def test_withdrawing_takes_the_right_to_change(onlooker: Client) -> None:
    paper = make.paper()
    assert answer(onlooker, paper, "withdraw").status_code == 403
    assert not Paper.objects.exclude(withdrawn_at=None).exists()


def test_what_was_withdrawn_stays_so_when_it_turns_out_to_be_another() -> None:
    kept, gone = make.paper(), make.paper(withdrawn_at=make.NOW)
    merge(gone, into=kept)
    kept.refresh_from_db()
    assert kept.withdrawn_at == make.NOW


def test_a_corrected_paper_shows_in_mails_that_have_not_left(admin_client: Client) -> None:
    paper = make.paper(title="Owls Heer")
    make.delivery(edition=make.edition(paper))
    inlines = {
        f"{name}-{total}_FORMS": 0
        for name in ("topics", "digestpaper_set", "aliases")
        for total in ("TOTAL", "INITIAL")
    }
    admin_client.post(page_of(paper), {"title": "Owls Hear", "abstract": "Well."} | inlines)
    transport = Recorder()
    send_ready(transport, lambda: make.NOW)
    (mail,) = transport.mails
    assert "Owls Hear" in mail["Subject"]


# Readers


def test_a_readers_page_leads_to_why(admin_client: Client) -> None:
    reader = make.subscriber()
    assert page_of(reader, "why") in page(admin_client, page_of(reader))


def test_the_page_tells_it_paper_by_paper(admin_client: Client) -> None:
    paper, late = make.paper(title="Owls <b>"), make.paper(title="Herons")
    edition = make.edition(paper)
    topic = edition.topic_ids[0]
    reader = make.subscriber()
    make.subscription(subscriber=reader, topic_id=topic, since=make.DATE)
    make.paper_topic(paper=late, topic_id=topic)
    make.digest_paper(paper=late, listed_at=make.NOW + MINUTE)
    delivery = make.delivery(State.SENT, subscriber=reader, edition=edition)
    shown = page(admin_client, page_of(reader, "why"), date=make.DATE)
    assert page_of(delivery) in shown
    assert shown.index("Owls &lt;b&gt;") < shown.index("What matched and stayed away")
    assert "listed after the mail was composed" in shown
    assert reader.email not in shown


@pytest.mark.parametrize("date", ["", "soon", "2026-02-30"])
def test_without_a_date_it_is_her_latest_morning(date: str, admin_client: Client) -> None:
    reader = make.subscriber()
    today = timezone.now() - dt.timedelta(hours=7)
    shown = page(admin_client, page_of(reader, "why"), date=date)
    assert f"{today:%Y-%m-%d, %A}:" in shown


def test_who_was_erased_has_no_page(admin_client: Client) -> None:
    url = reverse("admin:subscribers_subscriber_why", args=[0])
    assert admin_client.get(url).status_code == 404


# The first page


def test_the_first_page_is_quiet_while_all_is_well(admin_client: Client) -> None:
    assert "Mail to look at" not in page(admin_client, HOME)


def test_the_first_page_warns_of_whatever_holds_up_mail(admin_client: Client) -> None:
    make.halt(reason="a wrong link")
    make.breaker(transport="smtp")
    today = timezone.now().date()
    make.morning(date=today, is_paused=True, due=1)
    make.delivery(State.UNCERTAIN, date=today)
    shown = page(admin_client, HOME)
    for words in (
        "no edition leaves since",
        "login refused (since",
        f"the mails of {today} wait.",
        f"1 of {today} may have arrived or not",
    ):
        assert words in shown


def test_the_first_page_tells_nothing_of_the_post_to_who_may_not_see_it(client: Client) -> None:
    make.halt()
    client.force_login(User.objects.create(username="helper", is_staff=True))
    assert "Mail to look at" not in page(client, HOME)


def test_the_states_are_counted_once_a_minute(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(admin_client, HOME)
    with CaptureQueriesContext(connection) as context:
        page(admin_client, HOME)
    assert not [it for it in context if "newsletter_delivery" in it["sql"]]
