"""Rows for the usual sources, switched off: an operator switches them on."""

import datetime as dt

from django.db import migrations

WORKING_DAYS = [0, 1, 2, 3, 4]
# 35 % of a day's papers are added later the same day, and their votes grow for days.
HUGGING_FACE = {
    "slug": "huggingface",
    "name": "Hugging Face daily papers",
    "kind": "hugging-face",
    "url": "https://huggingface.co/api/daily_papers?date={date}",
    "poll_times": [dt.time(hour) for hour in (6, 10, 14, 18, 22)],
    "repoll_days": 2,
}
ARXIV_CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "cs.RO", "stat.ML")
# Its feeds change at midnight US Eastern: at 04:00 UTC in summer, at 05:00 in winter.
ARXIV_TIMES = [dt.time(5, 30), dt.time(9)]


def _arxiv(category):
    return {
        "slug": f"arxiv-{category.lower().replace('.', '-')}",
        "name": f"arXiv {category}",
        "kind": "arxiv-feed",
        "url": f"https://rss.arxiv.org/atom/{category}",
        "poll_times": ARXIV_TIMES,
        "repoll_days": 0,
    }


SOURCES = [HUGGING_FACE, *map(_arxiv, ARXIV_CATEGORIES)]


def add(apps, schema_editor):
    """Add the rows; what an operator made under the same slug stays as it is."""
    Source = apps.get_model("digests", "Source")
    Source.objects.bulk_create(
        [Source(**fields, weekdays=WORKING_DAYS, is_active=False) for fields in SOURCES],
        ignore_conflicts=True,
    )


def remove(apps, schema_editor):
    """Remove those that were never used."""
    Source = apps.get_model("digests", "Source")
    slugs = [fields["slug"] for fields in SOURCES]
    Source.objects.filter(slug__in=slugs, is_active=False, digests=None).delete()


class Migration(migrations.Migration):
    dependencies = [("digests", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
