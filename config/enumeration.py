from collections.abc import Sequence

from django.utils.translation import pgettext


def enumerate_words(words: Sequence[str]) -> str:
    """Join as a sentence of the active language does.

    The last comma stays, as topics have an "and" of their own.
    """
    if len(words) <= 1:
        return "".join(words)
    head = pgettext("between the words of a list", ", ").join(words[:-1])
    if len(words) == 2:  # noqa: PLR2004 - a pair needs no comma
        frame = pgettext("a list of two", "%(first)s and %(last)s")
    else:
        frame = pgettext("a list of three or more", "%(first)s, and %(last)s")
    return frame % {"first": head, "last": words[-1]}
