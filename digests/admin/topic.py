from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from config.admin import PaperboyAdmin, count_column
from digests.models import Topic


@admin.register(Topic)
class TopicAdmin(PaperboyAdmin):
    """The catalogue as stored. It is written in `topics.toml`; here, a topic can be withdrawn."""

    list_display: ClassVar = ["name", "group", "kind", "is_offered", "subscriptions", "papers"]
    list_filter: ClassVar = ["is_offered", "group", "kind"]
    search_fields: ClassVar = ["name", "slug", "description"]
    fields: ClassVar = ["name", "slug", "kind", "group", "description", "place", "is_offered"]
    readonly_fields: ClassVar = ["name", "slug", "kind", "group", "description", "place"]
    # The one place where papers look at people: operators must see what a topic is worth.
    counted: ClassVar = ["subscriptions", "papers"]
    subscriptions = count_column("subscriptions")
    papers = count_column("papers")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a topic needs rules, which are in the catalogue."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: the next migrate would bring it back."""
        return False
