"""A paper while its lines come in: fields, links that only say what they are, and text."""

import re
from typing import Any

from digests.sources.handwritten import read_authors, read_date, read_url, read_votes
from digests.sources.markdown.inline import (
    BRACKETED_LINK,
    CODE_WORDS,
    LINK,
    PAPER_WORDS,
    WEB,
    is_label,
    unmarked,
)
from digests.sources.parsed import DigestError, ParsedPaper

MAX_ABSTRACT = 100_000  # characters; a list whose titles are not recognised has one of megabytes

FIELD = re.compile(
    r"[*_]{0,3}(authors?|votes|upvotes|date|published|url|link|paper|pdf|code|github|doi|arxiv"
    r"|abstract|summary|tl;?dr)[*_]{0,3}[ \t]*:[*_]{0,3}(?:[ \t]+|\Z)(.*)",
    re.IGNORECASE,
)
_MONTH = re.compile(r"[0-9]{4}(?:[-/][0-9]{1,2})?")


class Draft:
    """What is known of a paper so far."""

    def __init__(self, url: str) -> None:
        self._texts: list[str] = []
        self._size = 0
        self._said: dict[str, Any] = {}
        self._links = {"paper": url if WEB.match(url) else "", "code": ""}

    def add(self, text: str, number: int) -> None:
        """Take a line: one of its fields, or more of its text.

        Raises:
            DigestError: where a field's value cannot be read, or the text has no end.

        """
        field = FIELD.match(text)
        if not field or not self._take(field[1].lower(), field[2].strip(), number):
            self.add_text(text, number)

    def add_text(self, text: str, number: int) -> None:
        """Take a line that is text whatever it begins with."""
        self._size += len(text)
        if self._size > MAX_ABSTRACT:
            raise DigestError(
                "the text of one paper is as long as a book; mark the titles", line=number
            )
        if "](" in text:
            text = BRACKETED_LINK.sub(self._without_label, text)
        self._texts.append(text)

    def paper(self, title: str, line: int) -> ParsedPaper:
        """Return the paper."""
        return ParsedPaper(
            title,
            unmarked("\n".join(filter(None, self._texts))).strip(),
            line,
            url=self._links["paper"],
            code_url=self._links["code"],
            **self._said,
        )

    def _without_label(self, link: re.Match[str]) -> str:
        """Keep the address of a link that says "PDF" or "Code", and drop its text."""
        label, target = link[1] or link[3] or "", link[2] or link[4] or ""
        if not is_label(label) or not WEB.match(target):
            return link[0]
        words = set(label.lower().split())
        for kind, known in (("code", CODE_WORDS), ("paper", PAPER_WORDS)):
            if words & known and not self._links[kind]:
                self._links[kind] = target
        return " "

    def _take(self, name: str, value: str, line: int) -> bool:
        """Keep a field's value; False where the line is text that only begins like one."""
        if name in {"abstract", "summary", "tldr", "tl;dr"}:
            self.add_text(value, line)
        elif name in {"votes", "upvotes"}:
            self._said["upvotes"] = read_votes(value, line)
        elif name in {"date", "published"}:
            self._said["published_on"] = None if _MONTH.fullmatch(value) else read_date(value, line)
        elif name in {"author", "authors"}:
            self._said["authors"] = read_authors(unmarked(value))
        elif name in {"doi", "arxiv"} and value and not WEB.match(_target(value)):
            self._said["doi" if name == "doi" else "arxiv_id"] = unmarked(value)
        else:
            return self._take_link("code" if name in CODE_WORDS else "paper", _target(value), line)
        return True

    def _take_link(self, kind: str, target: str, line: int) -> bool:
        if not WEB.match(target) or " " in target:
            return False
        self._links[kind] = read_url(target, line)
        return True


def _target(value: str) -> str:
    """Return the address of a field, which may be a link or stand between angle brackets."""
    link = LINK.match(value)
    return link[2] if link else value.strip("<>")
