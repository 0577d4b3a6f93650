"""The door at which a provider tells what became of mails: it asks who is there, keeps, answers.

A provider waits for some seconds and repeats, for hours, what is not answered 200. So what a
notice means is left to a worker (see `events`), and what cannot be read, today or ever, is
answered 200 as well.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from newsletter.models import Event
from newsletter.notices import event_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    """What Anymail reads of a request: here, that of one notice of a list."""

    body: bytes
    headers: Mapping[str, str]
    content_type: str = "application/json"


class Door:
    """What all doors have in common, beside the Anymail view that knows one provider's words."""

    takes_lists = False

    def post(self: Any, request: HttpRequest) -> HttpResponse:
        """Keep what is told: 400 for who may not tell us, or tells too much, 200 for all else."""
        self._verify(request)
        events = [event for part in self._parts(request) for event in self._events(part)]
        # Whether a notice came before, the database knows.
        Event.objects.bulk_create(events, ignore_conflicts=True)
        return HttpResponse()

    def _verify(self: Any, request: HttpRequest) -> None:
        """Have Anymail look at the login and the signature, which may hold anything."""
        try:
            self.run_validators(request)
        except SuspiciousOperation:
            raise
        except Exception as error:
            raise AnymailWebhookValidationFailure("The signature cannot be read.") from error

    def _parts(self: Any, request: HttpRequest) -> Iterator[_Part]:
        """Take a list apart: one notice that cannot be read must not take others with it."""
        try:
            said = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            self._give_up(error)
            return
        for notice in said if isinstance(said, list) else [said]:
            body = json.dumps([notice] if self.takes_lists else notice)
            yield _Part(body.encode(), request.headers)

    def _events(self: Any, part: _Part) -> list[Event]:
        try:
            notices = self.parse_events(part)
            events = [event_of(notice, self.esp_name, timezone.now()) for notice in notices]
        except Exception as error:  # noqa: BLE001 - strangers wrote it
            self._give_up(error)
            return []
        return [event for event in events if event]

    def _give_up(self: Any, error: Exception) -> None:
        """Note that something was lost; not what, for it may hold addresses."""
        logger.warning("A notice of %s cannot be read: %s", self.esp_name, type(error).__name__)


class _BrevoDoor(Door, BrevoTrackingWebhookView):  # type: ignore[misc] # Anymail ships no types
    pass


class _MailgunDoor(Door, MailgunTrackingWebhookView):  # type: ignore[misc] # the same
    pass


class _PostmarkDoor(Door, PostmarkTrackingWebhookView):  # type: ignore[misc] # the same
    pass


class _ResendDoor(Door, ResendTrackingWebhookView):  # type: ignore[misc] # the same
    pass


class _SparkPostDoor(Door, SparkPostTrackingWebhookView):  # type: ignore[misc] # the same
    takes_lists = True


DOORS = {
    "brevo": _BrevoDoor.as_view(),
    "mailgun": _MailgunDoor.as_view(),
    "postmark": _PostmarkDoor.as_view(),
    "resend": _ResendDoor.as_view(),
    "sparkpost": _SparkPostDoor.as_view(),
}


@csrf_exempt
def door(request: HttpRequest, provider: str) -> HttpResponse:
    """Lead to the door of the one provider that may tell us anything; there is no other."""
    if provider != settings.WEBHOOKS_FROM:
        raise Http404
    answer: HttpResponse = DOORS[provider](request)
    return answer
