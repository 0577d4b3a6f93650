"""Write an archive such as Hugging Face's daily papers make: made-up papers, real proportions.

Of 680 real papers on 37 days: 18 a day, abstracts of 1,415 characters, titles of 76, ten authors,
5.9 kB of JSON, three topics. Words are syllables thrown together, as often as words of a language
are (Zipf), between the catalogue's own phrases: matching has its real work to do.
"""

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digests.matching import catalogue

PAPERS_A_DAY = 20
FIRST_DAY = dt.date(2024, 1, 1)
# Traps: another paper under a title that was there before, and the same paper on a later day.
SAME_TITLE_EVERY = 50  # papers
DAYS_TO_A_RETURN = 5

_VOCABULARY = 5_000
_WORDS = 168  # of an abstract
_PHRASES = 2  # of the catalogue in it: they give three topics
_HINTS = 17  # real abstracts hold 27 words and phrases of the catalogue, these as many
_AUTHORS = 10
_SYLLABLES = [*map("".join, itertools.product("bcdfghklmnprstvw", "aeiou", ["", "n", "r", "st"]))]


class Archive:
    """A folder of digests, one file a day, and what must be found in the database after them."""

    def __init__(self, folder: Path, papers: int) -> None:
        self._random = random.Random(papers)  # noqa: S311 - made-up papers are no secrets
        self._words = [self._word() for _ in range(_VOCABULARY)]
        self._weights = [*itertools.accumulate(1 / rank for rank in range(1, _VOCABULARY + 1))]
        rules = [own for topic in catalogue.load() for own in topic.rules.by_strength()]
        self._phrases = [phrase.text for strength, phrase in rules if strength]
        # Words that make a matcher look twice and prove nothing by themselves.
        self._hints = [
            text
            for strength, phrase in rules
            for text in (phrase.context if strength else (phrase.text,))
        ]
        self.papers = papers
        self.listings = 0
        self.files = [*self._write(folder)]

    def _write(self, folder: Path) -> Iterator[Path]:
        earlier: list[dict[str, Any]] = []
        for day, numbers in enumerate(_chunks(self.papers, PAPERS_A_DAY)):
            date = FIRST_DAY + dt.timedelta(days=day)
            papers = [self._paper(number, earlier) for number in numbers]
            earlier += papers[:1]
            again = earlier[-2:-1] if day % DAYS_TO_A_RETURN == 0 else []
            self.listings += len(papers) + len(again)
            path = folder / f"{date}.json"
            path.write_text(json.dumps([_entry(paper, date) for paper in papers + again], indent=1))
            yield path

    def _paper(self, number: int, earlier: list[dict[str, Any]]) -> dict[str, Any]:
        is_namesake = earlier and number % SAME_TITLE_EVERY == 0
        year, month = divmod(number // 10_000, 12)
        return {
            "id": f"{20 + year}{month + 1:02}.{number % 10_000 + 10_000}",
            "authors": [self._author() for _ in range(_AUTHORS)],
            "title": earlier[-1]["title"] if is_namesake else self._title(number),
            "summary": self._abstract(),
            "upvotes": self._random.randrange(200),
            "githubRepo": f"https://github.com/lab/paper-{number}",
            "githubStars": self._random.randrange(1_000),
        }

    def _title(self, number: int) -> str:
        phrase = self._random.choice(self._phrases)
        return f"{self._text(5).title()} {phrase.title()} in Part {number}"

    def _abstract(self) -> str:
        words = self._text(_WORDS).split()
        phrases = self._random.choices(self._phrases, k=_PHRASES)
        for phrase in phrases + self._random.choices(self._hints, k=_HINTS):
            words.insert(self._random.randrange(len(words)), phrase)
        sentences = (words[start : start + 20] for start in range(0, len(words), 20))
        return " ".join(f"{' '.join(sentence).capitalize()}." for sentence in sentences)

    def _author(self) -> dict[str, Any]:
        name = self._text(2).title()
        number = f"{self._random.getrandbits(96):024x}"
        user = {
            "avatarUrl": f"https://cdn-avatars.example.org/v1/production/uploads/{number}.png",
            "fullname": name,
            "user": name.replace(" ", "-").lower(),
            "type": "user",
        }
        return {"_id": number, "user": user, "name": name, "status": "claimed", "hidden": False}

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.choice((1, 2, 2, 3))))


def _chunks(total: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, total)) for start in range(0, total, size))


def _entry(paper: dict[str, Any], date: dt.date) -> dict[str, Any]:
    """Return a paper as the list of a day shows it."""
    moment = f"{date}T00:00:00.000Z"
    paper = paper | {"publishedAt": moment, "submittedOnDailyAt": moment}
    said = {"title": paper["title"], "summary": paper["summary"], "publishedAt": moment}
    return {"paper": paper, **said, "numComments": 1, "isAuthorParticipating": False}
