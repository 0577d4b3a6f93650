import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from ipaddress import ip_network
from pathlib import Path

import factories as make
import hypothesis
import pytest
from django.core import mail
from django.db import transaction
from django.db.models import F
from mail_linter import lint_all
from pytest_django import Settings

from config.mime import to_bytes
from config.startup import prepare
from digests.fetch import politeness
from digests.matching import stored
from digests.models import Topic
from digests.search import vocabulary
from newsletter.sending.rates.buckets import of_this_process
from newsletter.sending.send import forget_press

IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
# A busy machine is no bug.
hypothesis.settings.register_profile("paperboy", deadline=None)
hypothesis.settings.load_profile("paperboy")


def pytest_configure() -> None:
    """Have the real PostgreSQL and Redis there before the first test."""
    prepare()


@pytest.fixture(autouse=True)
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    """Give every test a mailbox of its own."""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return tmp_path / "mailbox"


@pytest.fixture(autouse=True)
def _every_mail_is_good(mailbox: Path, settings: Settings) -> Iterator[None]:
    """Lint every mail of ours that a test has sent, wherever it lies: no test can opt out."""
    yield
    files = [file.read_bytes() for file in mailbox.glob("*.eml")]
    mails = [*files, *map(to_bytes, getattr(mail, "outbox", ()))]
    assert lint_all(mails, settings.DEFAULT_FROM_EMAIL) == []


@pytest.fixture(autouse=True)
def _limits_of_its_own(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Count no test's sign-ups against another's; `test_limits.py` meets the real Redis."""
    cache = {"BACKEND": IN_MEMORY, "LOCATION": request.node.name}
    settings.CACHES = {"default": cache, "process": cache}


@pytest.fixture
def _sources_on_loopback(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permit the server of a test as a source, without the second between two requests."""
    settings.FETCH_PLAIN_HTTP = True
    settings.FETCH_NETWORKS = (ip_network("127.0.0.0/8"),)
    monkeypatch.setattr(politeness, "USUAL", dt.timedelta())


@pytest.fixture(autouse=True)
def _nothing_of_the_test_before() -> None:
    """Forget its topics and words: their rows are gone, but versions begin anew.

    And what its press has set, and how fast it might send: settings may have changed.
    """
    stored.forget()
    vocabulary.forget()
    forget_press()
    of_this_process.cache_clear()


@pytest.fixture
def two_topics(db: None) -> None:
    """Have two topics with rules of our own, and none besides, whatever the catalogue says."""
    Topic.objects.catalogue().exclude(key__in=["llm", "robotics"]).delete()
    for key, phrase in (("llm", "language model"), ("robotics", "robot arm")):
        Topic.objects.filter(key=key).update(rules=f"always: {phrase}")


@pytest.fixture
def video(db: None) -> Topic:
    return Topic.objects.get(key="video")


@pytest.fixture
def clean_slate(db: None) -> Callable[[], AbstractContextManager[None]]:
    """Give hypothesis a way to begin each example with the same rows."""

    @contextmanager
    def block() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block


@pytest.fixture
def morning(db: None) -> Callable[..., None]:
    """Give a way to make readers whose morning has begun, and papers that wait for them."""

    def begin(*, readers: int, now: dt.datetime, papers: int = 3) -> None:
        Topic.objects.update(matched_version=F("version"))  # what papers are about is said here
        topic = Topic.objects.get(key="diffusion")
        for _ in range(papers):
            paper = make.paper(first_listed_on=now.date())
            make.paper_topic(topic=topic, paper=paper)
            make.digest_paper(paper=paper)
        for number in range(readers):
            reader = make.subscriber(
                email=f"reader{number:04}@example.org", next_due_at=now - dt.timedelta(hours=1)
            )
            make.subscription(subscriber=reader, topic=topic, since=now.date())

    return begin
