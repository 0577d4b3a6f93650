"""What stands beside a form of choices: today's papers, or those that the choice would bring."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.fresh import kept
from digests.matching.own.words import OwnTopic
from digests.shown import days
from digests.shown.entries import Entry, entries, papers_of
from digests.shown.first_mail import papers_for
from subscribers.forms.own_words import EXCLUDED, OWN_FIELDS
from subscribers.forms.topics import ChoiceForm
from subscribers.models import USUAL_PAPERS


def of_form(form: ChoiceForm, now: dt.datetime) -> SafeString:
    """Write the papers that what is chosen on a form would bring; of the newest day, if nothing is.

    A form that was sent has been cleaned before. Mistakes in it bring nothing, and hide nothing.
    """
    own = _heard(form, form.own)
    if not form.ticked and not own:
        return _of_newest_day(now)
    excluded = _heard(form, form.typed.get(EXCLUDED, []))
    papers = papers_for(form.ticked, own, excluded, now, USUAL_PAPERS)
    listed = [Entry.of(it.paper, it.reasons) for it in papers]
    return _written(listed, is_chosen=True, choice=_query(form))


def _of_newest_day(now: dt.datetime) -> SafeString:
    """Write the papers of the newest day, which everybody sees first: kept, for each language."""

    def write() -> SafeString:
        day = days.newest(now.date())
        ranked = days.ranked(day, now) if day else []
        papers = papers_of(ranked[:USUAL_PAPERS])
        return _written(entries(papers), day=day, total=len(ranked))

    return kept(f"newest:{now.date()}:{get_language()}", write)


def _written(papers: Sequence[Entry], **context: Any) -> SafeString:
    return render_to_string("pages/_papers_beside.html", {"papers": papers, **context})


def _heard(form: ChoiceForm, typed: Iterable[OwnTopic]) -> list[OwnTopic]:
    """Return what was looked for at all: too much at once is not."""
    return [topic for topic in typed if topic in form.preview.brought]


def _query(form: ChoiceForm) -> str:
    """Return the choice as a link brings it along."""
    said = {name: form[name].value() or "" for name in OWN_FIELDS}
    topics = ",".join(topic.key for topic in form.ticked)
    return urlencode({name: text for name, text in {"topics": topics, **said}.items() if text})
