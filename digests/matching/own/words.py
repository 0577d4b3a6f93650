"""What readers type themselves, as topics: words, authors, arXiv categories."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from digests.matching.own.arxiv_categories import CATEGORIES
from digests.matching.own.spelling import spelled
from digests.matching.paper_text import (
    AUTHOR_MARK,
    CATEGORY_MARK,
    author_tokens,
    category_token,
)
from digests.text import clean, tokens

SHORTEST, LONGEST = 3, 80  # characters
MOST_OWN = 20  # of a reader; and as many again to exclude
_PARTED = re.compile(r"[,;\n\r\u3001\uff0c\uff1b]")
_NAMES_PARTED = re.compile(r"[;\n\r\u3001\uff0c\uff1b]")  # a comma of ours may stand in a name
_QUOTES = "\"'`\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u300c\u300d"
_CATEGORIES = {category.casefold(): category for category in CATEGORIES}


class OwnKind(Enum):
    """What a reader can type."""

    WORDS = "words"
    AUTHOR = "author"
    CATEGORY = "category"


class OwnWordsError(ValueError):
    """What was typed cannot be followed; the message is one sentence for the reader.

    `pattern` is that sentence before `said` was put in, as its translation is looked up. Of what
    was typed beside it, `others` cannot be followed either, and `fit` can.
    """

    def __init__(self, pattern: str, **said: object) -> None:
        super().__init__(pattern % said)
        self.pattern, self.said = pattern, said
        self.others: list[OwnWordsError] = []
        self.fit: list[OwnTopic] = []


def _(pattern: str) -> str:
    """Mark a sentence for translators. It is translated where it is shown: here is no Django."""
    return pattern


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """What a reader typed: her spelling as its name, and the key that all spellings share."""

    kind: OwnKind
    key: str
    name: str

    @property
    def said(self) -> str:
        """How the line of a paper says it; words may stand there joined or parted otherwise."""
        if self.kind is OwnKind.AUTHOR:
            return " ".join(f"{AUTHOR_MARK}{word}" for word in self.key.split())
        return f"{CATEGORY_MARK}{self.key}" if self.kind is OwnKind.CATEGORY else self.key


def letters(text: str) -> str:
    """Return what words have in common however they are joined or parted."""
    return text.replace(" ", "").lower()


def read_words(text: str) -> list[OwnTopic]:
    """Read words and phrases with commas, semicolons or line ends between them.

    Quotes around one mean nothing: a phrase is always looked for as a whole. Of several spellings
    of one phrase the first stays. Raises OwnWordsError for what is too short or too long.
    """
    return _topics(_words, _entries(_PARTED.split(text)))


def read_authors(text: str) -> list[OwnTopic]:
    """Read names, one a line or with semicolons between them, each as a whole or the last alone.

    A line may be `Last, First`; but where it has several commas, or two words or more on both
    sides of one, they part names: `Yann LeCun, Yoshua Bengio`. Raises OwnWordsError like
    `read_words`.
    """
    names = (name for line in _entries(_NAMES_PARTED.split(text)) for name in _names(line))
    return _topics(_author, names)


def read_categories(text: str) -> list[OwnTopic]:
    """Read identifiers of arXiv, such as cs.CL, with commas, semicolons or spaces between them.

    Raises OwnWordsError for one that there is not, with those that it resembles.
    """
    return _topics(_category, _entries(_PARTED.sub(" ", text).split()))


def check_choice(own: Collection[OwnTopic], excluded: Collection[OwnTopic]) -> None:
    """Raise OwnWordsError where these are too many, or the same one is on both sides."""
    for topics, message in (
        (own, _("Please keep to %(most)d words, authors and categories: these are %(count)d.")),
        (excluded, _("Please keep to %(most)d words to leave out: these are %(count)d.")),
    ):
        if len(topics) > MOST_OWN:
            raise OwnWordsError(message, most=MOST_OWN, count=len(topics))
    followed = {(topic.kind, topic.key) for topic in own}
    for topic in excluded:
        if (topic.kind, topic.key) in followed:
            message = _("“%(words)s” cannot be both followed and left out.")
            raise OwnWordsError(message, words=_beginning(topic.name))


def key_of_words(text: str) -> str:
    """Return what the spellings of some words have in common; acronyms stay in capitals."""
    return tokens(text).replace("-", " ")


def key_of_author(name: str) -> str:
    """Return what the spellings of a name have in common."""
    return next(author_tokens(name), "").replace(AUTHOR_MARK, "")


def key_of_category(name: str) -> str:
    """Return what the spellings of a category have in common."""
    return category_token(name)[1:]


def _entries(typed: Iterable[str]) -> list[str]:
    """Return what was typed between separators, clean, without quotes around it."""
    entries = (clean(clean(entry).strip(_QUOTES)) for entry in typed)
    return [entry for entry in entries if entry]


def _names(line: str) -> list[str]:
    """Return the names on a line, first names first."""
    match parts := _entries(line.split(",")):
        case [last, first] if " " not in last or " " not in first:
            return [f"{first} {last}"]
    return parts


def _words(typed: str) -> OwnTopic:
    return _topic(OwnKind.WORDS, key_of_words(typed), typed)


def _author(typed: str) -> OwnTopic:
    return _topic(OwnKind.AUTHOR, key_of_author(typed), typed)


def _category(typed: str) -> OwnTopic:
    """Return a category as arXiv writes it."""
    if category := _CATEGORIES.get(typed.casefold()):
        return OwnTopic(OwnKind.CATEGORY, key_of_category(category), category)
    near = [_CATEGORIES[it] for it in get_close_matches(typed.casefold(), _CATEGORIES, 2)]
    messages = (
        _("There is no arXiv category “%(typed)s”: they look like cs.CL."),
        _("There is no arXiv category “%(typed)s”: do you mean %(one)s?"),
        _("There is no arXiv category “%(typed)s”: do you mean %(one)s or %(other)s?"),
    )
    said = dict(zip(("one", "other"), near, strict=False))
    raise OwnWordsError(messages[len(near)], typed=_beginning(typed), **said)


def _topics(read: Callable[[str], OwnTopic], names: Iterable[str]) -> list[OwnTopic]:
    """Return a topic for each name that is not another spelling of an earlier one.

    Raises OwnWordsError with all that there is to say of the names, so that it is said at once.
    """
    topics, wrong = dict[str, OwnTopic](), list[OwnWordsError]()
    for name in names:
        try:
            topic = read(name)
        except OwnWordsError as error:
            wrong.append(error)
        else:
            topics.setdefault(topic.key, topic)
    if wrong:
        first, *first.others = wrong
        first.fit = [*topics.values()]
        raise first
    return [*topics.values()]


def _topic(kind: OwnKind, key: str, name: str) -> OwnTopic:
    """Return what she typed, if both it and what is looked for have a fit length."""
    if len(key.replace(" ", "")) < SHORTEST:
        message = _("“%(words)s” is too short: please use at least %(least)d letters or digits.")
        raise OwnWordsError(message, words=_beginning(name), least=SHORTEST)
    if max(len(name), len(key)) > LONGEST:
        message = _("“%(words)s” is too long: please use at most %(most)d characters.")
        raise OwnWordsError(message, words=_beginning(name), most=LONGEST)
    return OwnTopic(kind, key, spelled(name))


def _beginning(name: str) -> str:
    return f"{name[:LONGEST]}\u2026" if len(name) > LONGEST else name
