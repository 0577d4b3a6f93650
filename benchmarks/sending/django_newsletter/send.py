"""Send a newsletter with django-newsletter, in an environment of its own; prints an object.

It reads the papers, as stories with titles and texts, from stdin.
"""

import datetime as dt
import json
import os
import sys
import time
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone


def main() -> None:
    """Fill the database, send, and print what it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    call_command("migrate", verbosity=0)
    mails = int(sys.argv[1])
    submission = _submission(_message(json.load(sys.stdin)), mails)
    computed, start = time.process_time(), time.perf_counter()
    call_command("submit_newsletter", verbosity=0)
    seconds, computed = time.perf_counter() - start, time.process_time() - computed
    submission.refresh_from_db()
    if not submission.sent:
        raise SystemExit("django-newsletter did not send its message.")
    sys.stdout.write(json.dumps({"mails": mails, "seconds": seconds, "computed": computed}))


def _message(stories: list[dict[str, str]]) -> Any:
    newsletter = _model("Newsletter").objects.create(
        title="Paperboy", slug="paperboy", email="paperboy@localhost", sender="Paperboy"
    )
    newsletter.site.set(newsletter.site.model.objects.all())
    message = _model("Message").objects.create(
        title="Twenty papers", slug="papers", newsletter=newsletter
    )
    for story in stories:
        message.articles.model.objects.create(post=message, **story)
    return message


def _submission(message: Any, readers: int) -> Any:
    """Queue the message for so many readers, as the admin does."""
    _model("Subscription").objects.bulk_create(
        _model("Subscription")(
            newsletter=message.newsletter,
            email_field=f"reader{number}@example.org",
            subscribed=True,
            activation_code=f"{number:040}",
        )
        for number in range(readers)
    )
    submission = _model("Submission").from_message(message)
    submission.prepared = True
    submission.publish_date = timezone.now() - dt.timedelta(minutes=1)
    submission.save()
    return submission


def _model(name: str) -> Any:
    return apps.get_model("newsletter", name)


if __name__ == "__main__":
    main()
