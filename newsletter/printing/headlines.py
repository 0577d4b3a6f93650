"""What stands above an edition: its mail's subject, what an inbox shows beside that, and the lead.

All of it in the active language.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.enumeration import enumerate_words
from digests.shown.authors import NO_BREAK_SPACE
from digests.shown.shorten import shorten
from digests.text import clean
from newsletter.printing.stories import Kind, Reason, Story

# Phones show some 40 characters of a subject, desktops some 70: there the count can be read too. An
# inbox fills its line with the preheader.
LONGEST_SUBJECT, LONGEST_OPENING, LONGEST_HEADLINE = 70, 150, 75
MOST_HEADLINES, BETWEEN_HEADLINES = 4, " · "  # the first is the subject's
LONGEST_NAME = 50  # in a lead
MOST_NAMES = 4
WORDS_A_MINUTE = 220

ON, BY, REST = "on", "by", "everything else"


class Mention(NamedTuple):
    """What a lead says of a reason: on what, by whom, or that it is about everything else."""

    part: str
    name: str = ""


def subject(title: str, papers: int, *, is_weekly: bool) -> str:
    """Name the top paper, which is another one each time, and count: "<title> · and 6 more".

    No date: an inbox shows that anyway, and the first 40 characters are all that a phone does.
    """
    frame = _frame(papers, is_weekly=is_weekly)
    room = LONGEST_SUBJECT - len(frame % {"title": "", "count": papers - 1})
    return frame % {"title": shorten(title, room), "count": papers - 1}


def preheader(stories: Sequence[Story]) -> str:
    """Return what an inbox shows after the subject: the next titles, or the one abstract."""
    if len(stories) == 1:
        return opening(stories[0])
    following = map(headline, stories[1:MOST_HEADLINES])
    return BETWEEN_HEADLINES.join(filter(None, following))


def headline(story: Story) -> str:
    """Return a paper's title as a preheader has it."""
    return shorten(clean(story.title), LONGEST_HEADLINE)


def opening(story: Story) -> str:
    """Return how a paper's abstract begins."""
    return shorten(clean(story.abstract), LONGEST_OPENING)


def mention(reason: Reason) -> Mention:
    """Return what a lead says of a reason: on Birds, by Ada Byron, or everything else."""
    if reason.kind == Kind.EVERYTHING:
        return Mention(REST)
    part = BY if reason.kind == Kind.AUTHOR else ON
    return Mention(part, shorten(clean(reason.shown_name), LONGEST_NAME))


def by_frequency(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return each mention once, the most frequent first."""
    counts = Counter(mentions)
    return tuple(sorted(counts, key=counts.__getitem__, reverse=True))


def lead(papers: int, mentions: Sequence[Mention], minutes: int, *, is_weekly: bool) -> str:
    """Return the line below the masthead; mentions come in their order."""
    values = {"papers": summary(papers, mentions), "time": reading_time(minutes)}
    frame = _("This week: %(papers)s · %(time)s") if is_weekly else _("%(papers)s · %(time)s")
    return (frame % values).replace(" ·", f"{NO_BREAK_SPACE}·")  # which begins no line


def summary(papers: int, mentions: Sequence[Mention]) -> str:
    """Say how much there is and about what: "7 papers on Video and Robotics, and by Ada Byron"."""
    topics, authors = ([it.name for it in mentions if it.part == part] for part in (ON, BY))
    if Mention(REST) in mentions and (topics or authors):
        topics.append(_("everything else"))
    named = {
        "count": papers,
        "topics": enumerate_words(_few(topics, _more_topics)),
        "authors": enumerate_words(_few(authors, _more_authors)),
    }
    return _summary(papers, has_topics=bool(topics), has_authors=bool(authors)) % named


def words(story: Story) -> int:
    """Count all that is read of a paper, the reasons for it included."""
    said = (*map(str, story.reasons), story.title, story.shown_authors, story.abstract)
    return sum(len(it.split()) for it in said)


def reading_minutes(words: int) -> int:
    """Return how long reading takes, at least a minute."""
    return max(1, round(words / WORDS_A_MINUTE))


def reading_time(minutes: int) -> str:
    """Spell it: "6 minutes", which no line break takes apart."""
    said = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return said.replace(" ", NO_BREAK_SPACE)


def _frame(papers: int, *, is_weekly: bool) -> str:
    """Return what a subject says around the title of the first of so many papers."""
    if papers == 1:
        return _("%(title)s · this week") if is_weekly else "%(title)s"
    if is_weekly:
        return ngettext(
            "%(title)s · and %(count)s more this week",
            "%(title)s · and %(count)s more this week",
            papers - 1,
        )
    return ngettext("%(title)s · and %(count)s more", "%(title)s · and %(count)s more", papers - 1)


def _summary(papers: int, *, has_topics: bool, has_authors: bool) -> str:
    """Return the sentence that a summary puts its values into."""
    if has_topics and has_authors:
        return ngettext(
            "%(count)s paper on %(topics)s, and by %(authors)s",
            "%(count)s papers on %(topics)s, and by %(authors)s",
            papers,
        )
    if has_topics:
        return ngettext("%(count)s paper on %(topics)s", "%(count)s papers on %(topics)s", papers)
    if has_authors:
        return ngettext("%(count)s paper by %(authors)s", "%(count)s papers by %(authors)s", papers)
    return ngettext("%(count)s paper", "%(count)s papers", papers)


def _few(names: Sequence[str], others: Callable[[int], str]) -> list[str]:
    """Return the first names, and how many more there are: `others` has the words for a number."""
    if len(names) <= MOST_NAMES:
        return [*names]
    more = len(names) - MOST_NAMES + 1
    return [*names[: MOST_NAMES - 1], others(more) % {"count": more}]


def _more_topics(count: int) -> str:
    return ngettext("%(count)s more topic", "%(count)s more topics", count)


def _more_authors(count: int) -> str:
    return ngettext("%(count)s more author", "%(count)s more authors", count)
