"""What is kept of readers, and that they are told all of it."""

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from reading_room import seen

from config import privacy

# What is nobody's: no row of these tells of a reader.
IMPERSONAL = {"Morning", "Edition", "Bundle", "Halt", "Breaker", "WarmUpDay", "Heartbeat"}


def personal_fields() -> set[str]:
    return {
        f"{model.__name__}.{field.name}"
        for app in ("subscribers", "newsletter")
        for model in apps.get_app_config(app).get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if model.__name__ not in IMPERSONAL and not isinstance(field, models.AutoField)
    }


def test_the_privacy_page_names_every_field_that_tells_of_a_reader() -> None:
    named = [field for entry in privacy.KEPT for field in entry.fields]
    assert sorted(named) == sorted(personal_fields())


def test_no_model_that_is_called_impersonal_knows_a_reader() -> None:
    for name in IMPERSONAL:
        model = apps.get_model("newsletter", name)
        known = {field.related_model for field in model._meta.fields}
        assert not known & {*apps.get_app_config("subscribers").get_models()}


@pytest.mark.django_db
def test_all_that_is_stored_stands_on_the_privacy_page(client: Client) -> None:
    html = seen(client, reverse("privacy"))
    for entry in (*privacy.KEPT, *privacy.PASSING):
        assert f"<dt>{entry.what}</dt>" in html
        assert not entry.until or str(entry.until) in html
