"""What stands within a line: links, emphasis and code, and the text without their marks."""

import html
import re

_TARGET = r"\(<?((?:[^()\s<>]|\([^()\s<>]{0,200}\)){0,2000})>?(?:[ \t]+\"[^\"\n]{0,200}\")?\)"
_IMAGE = re.compile(rf"!\[[^\[\]]{{0,500}}\]{_TARGET}")
LINK = re.compile(rf"\[([^\[\]]{{0,1000}})\]{_TARGET}")
BRACKETED_LINK = re.compile(rf"\[{LINK.pattern}\]|{LINK.pattern}")
BADGE = re.compile(rf"\[\s{{0,3}}{_IMAGE.pattern}\s{{0,3}}\]{_TARGET}|{_IMAGE.pattern}")
WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)

CODE_WORDS = frozenset({"code", "github", "repo", "repository"})
PAPER_WORDS = frozenset({"abs", "arxiv", "doi", "html", "link", "paper", "pdf", "url"})
_LABEL_WORDS = (
    CODE_WORDS
    | PAPER_WORDS
    | {"abstract", "blog", "colab", "data", "dataset", "demo", "face", "here", "homepage"}
    | {"hugging", "huggingface", "links", "model", "models", "official", "on", "page", "post"}
    | {"poster", "project", "site", "slides", "summary", "the", "tldr", "video", "web"}
    | {"website", "weights", "youtube"}
)
_LONGEST_LABEL = 60  # characters
_WORD = re.compile(r"\w+")

# Emphasis begins and ends at words, so 2*3*4, a_b, $x_i$ and f^* are none.
_EMPHASIS = tuple(
    re.compile(rf"(?<![\w\\^${{]){mark}(?![\s{sign}])([^{sign}\n]{{1,5000}})(?<![\s^]){mark}(?!\w)")
    for mark, sign in ((r"\*\*", "*"), ("__", "_"), (r"\*", "*"), ("_", "_"))
)
_CODE_SPAN = re.compile(r"(?<!`)`([^`'\n]{1,5000})`(?!`)")  # ``quotes'' and `quotes' are LaTeX's
_ESCAPED = re.compile(r"\\([*_#])")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]{1,2000})>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#39);")


def is_label(text: str) -> bool:
    """Tell whether a text only says what it leads to or stands above: "PDF", "Project page"."""
    words = _WORD.findall(text[:_LONGEST_LABEL].lower())
    return len(text) < _LONGEST_LABEL and bool(words) and _LABEL_WORDS.issuperset(words)


def is_paper_label(text: str) -> bool:
    """Tell whether a label is one of the paper itself."""
    return is_label(text) and not PAPER_WORDS.isdisjoint(text.lower().split())


def unmarked(text: str) -> str:
    """Return the text without links, emphasis and code marks; LaTeX and <think> stay."""
    if "](" in text:
        text = LINK.sub(r"\1", _IMAGE.sub("", text))
    for mark in _EMPHASIS:
        text = mark.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", _CODE_SPAN.sub(r"\1", text))
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return _ESCAPED.sub(r"\1", text)
