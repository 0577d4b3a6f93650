"""What the pages of the admin share, and Django's own users and groups in the same dress.

Whatever a page shows of a paper was written by strangers: markup is made by `format_html` only.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, Manager, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import (
    AdminPasswordChangeForm,
    BaseDialogForm,
    UserChangeForm,
    UserCreationForm,
)

Method = TypeVar("Method", bound=Callable[..., Any])
Row = TypeVar("Row", bound=Model)


class PaperboyAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Pages for one model, on which no list costs more queries for having more rows."""

    list_per_page = 50
    # The number of all rows, beside that of those found, would be one more count of the table.
    show_full_result_count = False
    # Relations whose rows are counted for each row shown; `count_column` shows the number.
    counted: ClassVar[Sequence[str]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with the numbers that were asked for in `counted`."""
        numbers = {_number(name): _count(self.model.objects, name) for name in self.counted}
        return cast("QuerySet[Any]", super().get_queryset(request).annotate(**numbers))


class ReadOnlyAdmin(PaperboyAdmin):
    """Pages of a ledger: to be read, and written by the program alone."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a row added by hand would record what never happened."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: what happened stays as it was."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: promises are kept by what the rows remember."""
        return False


class ReadOnlyInline(TabularInline):  # type: ignore[misc] # unfold ships no types
    """A table of related rows, on the page of another one, that is only shown."""

    extra = 0
    can_delete = False
    hide_title = True
    # Relations that the columns follow.
    joined: ClassVar[Sequence[str]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows and, by the same query, what their columns show."""
        return cast("QuerySet[Any]", super().get_queryset(request).select_related(*self.joined))

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: see `ReadOnlyAdmin`."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: see `ReadOnlyAdmin`."""
        return False


def count_column(relation: str, description: str = "") -> Callable[[Any, Model], int]:
    """Return a column with the number of rows of a relation named in `counted`."""

    @admin.display(description=description or relation)
    def number(_admin: Any, row: Model) -> int:
        return int(beside(row, _number(relation)))

    return number


def _number(relation: str) -> str:
    return f"number_of_{relation}"


def _count(rows: Manager[Any], relation: str) -> Subquery:
    """Count in a subquery, which is run for the rows shown: a join would count for all rows."""
    row = rows.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(row.annotate(number=Count(relation)).values("number"))


def put_beside(row: Row, **values: object) -> Row:
    """Keep with a row what its page loads once: the theme calls a column's method many times."""
    vars(row).update(values)
    return row


def beside(row: Model, name: str) -> Any:
    """Return what is kept with a row beside its fields: an annotation, or by `put_beside`."""
    return getattr(row, name)


def confirmed(
    description: str,
    question: str,
    *,
    permission: str,
    form: type[BaseDialogForm] = BaseDialogForm,
    grave: bool = False,
) -> Callable[[Method], Method]:
    """Make a method an action that asks first; it gets the request, the answered form and the id.

    Args:
        description: the label of the button.
        question: what is asked before anything happens.
        permission: the admin's `has_<permission>_permission` decides who may.
        form: what has to be answered besides yes.
        grave: whether the button warns by its colour.

    """
    decorator = action(
        description=description,
        permissions=[permission],
        variant=ActionVariant.DANGER if grave else ActionVariant.DEFAULT,
        dialog={
            "title": description,
            "description": question,
            "form_class": form,
            "form_submit_text": description,
        },
    )
    return cast("Callable[[Method], Method]", decorator)


def label(word: str, tone: str = "", title: str = "") -> SafeString:
    """Return a word as a coloured label; `tone` is success, info, warning, danger or neutral."""
    context = {"text": word, "type": tone, "label_title": title}
    return mark_safe(render_to_string("unfold/helpers/label.html", context))  # noqa: S308 - escaped


def row_link(model: str, pk: int, text: object) -> SafeString:
    """Link to the page of a row; `model` is such as "digests_paper"."""
    url = reverse(f"admin:{model}_change", args=[pk])
    return format_html('<a href="{}" class="text-link">{}</a>', url, text)


def list_link(model: str, lookup: str, value: object, text: object) -> SafeString:
    """Link to the list of those rows for which `lookup` is `value`."""
    url = reverse(f"admin:{model}_changelist", query={lookup: value})
    return format_html('<a href="{}" class="text-link">{}</a>', url, text)


def outside_link(url: str, text: object) -> SafeString:
    """Link to an address that somebody else chose: only where it is one of the Web."""
    if not url.startswith(("https://", "http://")):
        return format_html("{}", url)
    style = "overflow-wrap: anywhere"  # a long address must not be wider than a telephone
    link = '<a href="{}" class="text-link" style="{}" rel="noreferrer">{}</a>'
    return format_html(link, url, style, text)


def numbered(rows: QuerySet[Row], pk: str) -> QuerySet[Row]:
    """Return the row of a number that stood in an address; of what is no number there is none."""
    return rows.filter(pk=pk) if pk.isdecimal() else rows.none()


def go_to(url: str) -> HttpResponse:
    """Answer a dialog: htmx, which sent its form, leads the browser on by this header."""
    return HttpResponse(headers={"HX-Redirect": url})


admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(DjangoUserAdmin, PaperboyAdmin):  # type: ignore[type-arg] # not generic when run
    """Operators. Readers are subscribers and have no account."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, PaperboyAdmin):
    """What several operators may do alike."""
