from typing import ClassVar

from django.contrib import admin
from django.utils.timesince import timesince

from config.admin import ReadOnlyAdmin
from newsletter.models import Heartbeat


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Whether the periodic tasks are alive."""

    list_display: ClassVar = ["name", "beaten_at", "ago"]
    search_fields: ClassVar = ["name"]
    fields: ClassVar = ["name", "beaten_at", "ago"]
    readonly_fields: ClassVar = ["ago"]

    def ago(self, heartbeat: Heartbeat) -> str:
        """Say how long ago it ran."""
        return timesince(heartbeat.beaten_at)
