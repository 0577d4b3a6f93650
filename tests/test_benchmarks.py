"""What benchmarks make up is stored as the models have it: they are run by hand, and seldom."""

import uuid

import pytest
from django.utils import timezone

from benchmarks.sending import morning
from newsletter.sending.claims import take
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db


def test_a_made_up_morning_is_one_that_a_worker_takes() -> None:
    morning.compose(20, shared=True)
    mails = take(uuid.UUID(int=1), timezone.now()) or []
    assert [mail.is_first for mail in mails] == [False] * 20


def test_made_up_readers_have_what_a_usual_one_has() -> None:
    morning.compose(1, shared=False)
    made_up, usual = Subscriber.objects.get(), Subscriber()
    assert (made_up.language, made_up.abstracts) == (usual.language, usual.abstracts)
    made_up.full_clean()
