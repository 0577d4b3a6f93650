"""What stands in the paths of several apps; registered once, before there are any paths."""

import datetime as dt

from django.urls import register_converter


class DateConverter:
    """A date in a path, as ISO 8601 writes it; what is no day of any month is no page."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """Return the date of a path; a ValueError has the path lead nowhere."""
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        """Return what stands for a date in a path."""
        return str(value)


register_converter(DateConverter, "date")
