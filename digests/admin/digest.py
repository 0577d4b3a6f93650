from typing import ClassVar

from django.contrib import admin

from config.admin import ReadOnlyAdmin, ReadOnlyInline, count_column
from digests.models import Digest, DigestPaper


class PaperInline(ReadOnlyInline):
    """What a digest lists, in its order."""

    model = DigestPaper
    fields: ClassVar = ["place", "paper", "upvotes"]
    readonly_fields = fields
    joined: ClassVar = ["paper"]
    verbose_name_plural = "papers"


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """What came in, day by day."""

    list_display: ClassVar = ["date", "source", "papers", "created_at"]
    list_filter: ClassVar = ["source"]
    list_select_related: ClassVar = ["source"]
    search_fields: ClassVar = ["source__name", "^date"]
    search_help_text = "A source, or a date such as 2026-03 or 2026-03-16."
    date_hierarchy = "date"
    fields: ClassVar = ["source", "date", "created_at"]
    inlines: ClassVar = [PaperInline]
    counted: ClassVar = ["papers"]
    papers = count_column("papers")
