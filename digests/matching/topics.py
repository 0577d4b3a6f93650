"""Bring the catalogue of `topics.toml` into the database, after every migrate."""

from typing import Any

from django.db import transaction

from digests.matching import catalogue
from digests.models import Topic

EVERYTHING = "everything"
EVERYTHING_NAME = "Everything"
EVERYTHING_DESCRIPTION = "Every paper of every digest, whatever it is about."
# Not `is_offered`: what an operator withdrew stays withdrawn.
FIELDS = ["kind", "name", "group", "description", "place"]


@transaction.atomic
def store_catalogue(**_: Any) -> None:
    """Make the stored topics equal the catalogue.

    A topic that left the catalogue is no longer offered; who follows it goes on receiving what
    was matched so far. Also the handler of Django's `post_migrate` signal.
    """
    rows = [
        Topic(
            slug=topic.slug,
            kind=Topic.Kind.CATALOGUE,
            name=topic.name,
            group=topic.group,
            description=topic.description,
            place=place,
        )
        for place, topic in enumerate(catalogue.load(), start=1)
    ]
    rows.append(
        Topic(
            slug=EVERYTHING,
            kind=Topic.Kind.EVERYTHING,
            name=EVERYTHING_NAME,
            description=EVERYTHING_DESCRIPTION,
        )
    )
    Topic.objects.exclude(slug__in=[row.slug for row in rows]).update(is_offered=False)
    Topic.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["slug"], update_fields=FIELDS
    )
