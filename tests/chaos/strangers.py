"""Readers who sign up on the page, and how long they wait for its answer."""

import datetime as dt
import itertools
import time

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digests.models import Topic
from subscribers import stamps

_numbers = itertools.count(1)


def sign_ups(count: int) -> list[float]:
    """Sign so many readers up, each from a network of her own; return how long each waited.

    In seconds, the shortest first.
    """
    return sorted(_sign_up(next(_numbers)) for _ in range(count))


def percentile(seconds: list[float], percent: int) -> float:
    """Return the time within which so many per cent had their answer."""
    return seconds[-(-len(seconds) * percent // 100) - 1]


def _sign_up(number: int) -> float:
    client = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}")
    form = {
        "email": f"stranger{number}@example.org",
        "topics": [Topic.objects.offered()[0].pk],
        "time_zone": "Europe/Berlin",
        "homepage": "",
        "stamp": stamps.stamp(timezone.now() - dt.timedelta(minutes=1)),
    }
    began = time.perf_counter()
    response = client.post(reverse("sign-up"), form)
    seconds = time.perf_counter() - began
    assert response.status_code == 302, response.content.decode()  # to "check your mail"
    return seconds
