"""How Celery is set: a message only rings the bell, and nobody waits for its broker."""

import pytest
from celery import Task
from django.conf import settings

from config.celery import app

app.loader.import_default_modules()
# Sorted: every test process must see the same order.
TASKS = {name: app.tasks[name] for name in sorted(app.tasks) if not name.startswith("celery.")}


def test_every_task_of_ours_is_known_by_its_short_name() -> None:
    assert set(TASKS) == {
        "digests.fetch_due",
        "digests.fetch_source",
        "newsletter.compose_editions",
        "newsletter.send_editions",
        "newsletter.tick",
        "subscribers.post_letters",
    }


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_a_message_is_done_with_when_a_worker_has_it(task: "Task[..., object]") -> None:
    assert not task.acks_late
    assert not task.reject_on_worker_lost


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_no_result_is_kept(task: "Task[..., object]") -> None:
    assert task.ignore_result
    assert app.conf.result_backend is None


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_a_task_that_hangs_is_ended_before_its_message_could_come_again(
    task: "Task[..., object]",
) -> None:
    soft = task.soft_time_limit or app.conf.task_soft_time_limit
    hard = task.time_limit or app.conf.task_time_limit
    assert 0 < soft < hard < app.conf.broker_transport_options["visibility_timeout"]


def test_a_worker_takes_no_message_before_its_time() -> None:
    assert app.conf.worker_prefetch_multiplier == 1


@pytest.mark.parametrize(
    ("task", "lane"),
    [
        ("newsletter.tick", settings.CELERY_TASK_DEFAULT_QUEUE),
        ("subscribers.post_letters", settings.CELERY_TASK_DEFAULT_QUEUE),
        ("newsletter.compose_editions", settings.LONG_QUEUE),
        ("newsletter.send_editions", settings.LONG_QUEUE),
        ("digests.fetch_due", settings.LONG_QUEUE),
    ],
)
def test_a_letter_never_waits_behind_what_takes_long(task: str, lane: str) -> None:
    assert app.amqp.router.route({}, task)["queue"].name == lane


def test_a_worker_that_is_told_nothing_serves_both_lanes() -> None:
    lanes = {settings.CELERY_TASK_DEFAULT_QUEUE, settings.LONG_QUEUE}
    assert {*app.amqp.queues.consume_from} == lanes


def test_all_clocks_of_celery_show_utc() -> None:
    assert app.conf.enable_utc
    assert str(app.conf.timezone) == "UTC"


@pytest.mark.parametrize("entry", app.conf.beat_schedule.values(), ids=app.conf.beat_schedule)
def test_what_beat_rings_for_is_a_task_and_goes_stale_before_the_next_ring(
    entry: dict[str, object],
) -> None:
    assert entry["task"] in TASKS
    options, interval = entry["options"], entry["schedule"]
    assert isinstance(options, dict)
    assert isinstance(interval, float)
    assert 0 < options["expires"] < interval


def test_beat_rings_for_the_mail_every_half_minute_and_for_the_sources_every_minute() -> None:
    rings = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert rings == {"newsletter.tick": 30, "digests.fetch_due": 60}


def test_nobody_can_give_workers_orders_through_the_broker() -> None:
    assert not app.conf.worker_enable_remote_control
    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == "json"


def test_publishing_is_tried_once() -> None:
    assert not app.conf.task_publish_retry


def test_a_worker_never_gives_up_on_its_broker() -> None:
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss


def test_no_answer_of_the_broker_is_waited_for_long() -> None:
    options = app.conf.broker_transport_options
    assert 0 < options["socket_connect_timeout"] <= options["socket_timeout"] <= 5
    assert options["socket_keepalive"]
    assert 0 < options["health_check_interval"] < 30


def test_a_worker_is_renewed_before_it_grows() -> None:
    assert 0 < app.conf.worker_max_tasks_per_child <= 1000
    assert 0 < app.conf.worker_max_memory_per_child <= 500_000


def test_a_worker_that_is_told_to_stop_has_time_to_finish_its_mail() -> None:
    assert 10 <= app.conf.worker_soft_shutdown_timeout <= 60


def test_celery_leaves_logging_to_us() -> None:
    assert not app.conf.worker_hijack_root_logger


def test_the_broker_is_the_redis_of_the_settings() -> None:
    url = app.conf.broker_url
    assert url.startswith(("redis://", "rediss://", "redis+socket://"))
    assert (
        url.partition("://")[2].partition("?")[0]
        == (settings.REDIS_URL.partition("://")[2].partition("?")[0])
    )
