"""Dates in templates: `{{ date|day }}`; and `{% today as date %}`."""

import datetime as dt

from django import template
from django.utils import timezone

from config import dates

register = template.Library()

register.filter(dates.day)
register.filter(dates.full_day)
register.filter(dates.month)
register.filter(dates.clock)
register.filter(dates.moment)


@register.simple_tag
def today() -> dt.date:
    """Return the date by which papers are listed: UTC's."""
    return timezone.now().date()
