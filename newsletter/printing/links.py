"""The links in an edition: to our pages about it and its papers, and to say more or less of one."""

import datetime as dt

from subscribers import tokens
from subscribers.mail import link


def shared_edition(date: dt.date, edition: int) -> str:
    """Return the page of an edition: nothing in it is personal, and nobody guesses where it is."""
    return shared_edition_called(date, name(date, edition))


def shared_edition_called(date: dt.date, called: str) -> str:
    """Return the page of the edition with such a name: what does not differ, and the name."""
    # Django writes whole addresses alone: so one of nobody's is written, and its name cut off.
    nobodys = "0" * tokens.LENGTH
    return link("shared-edition", date, 0, nobodys).removesuffix(f"0-{nobodys}") + called


def name(date: dt.date, edition: int) -> str:
    """Return what the edition of a date is called in its page's address: of no other date."""
    return f"{edition}-{tokens.derive(f'edition {date}', edition)}"


def paper_page(number: int, slug: str) -> str:
    """Return our page about a paper."""
    return link("paper", number, slug)


def feedback(preferences_token: str, number: int, verdict: str) -> str:
    """Return where a reader says what she wants of a paper's like."""
    return link("feedback", preferences_token, number, verdict)


def archive() -> str:
    """Return the page of the newest papers, whatever they are about."""
    return link("papers")
