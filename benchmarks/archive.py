"""Write an archive such as Hugging Face's daily papers make: made-up papers, real proportions.

Of 680 real papers on 37 days: 18 a day, abstracts of 1,415 characters, titles of 76, ten authors,
5.9 kB of JSON, three topics. Matching has its real work to do: words are those that the weights
know and, in the long tail, syllables thrown together, all as often as words of a language are
(Zipf); and between them stand as many phrases of the catalogue as in real papers.
"""

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digests.matching import catalogue
from digests.matching.rules.language import TopicRules
from digests.matching.weights.judge import judge

PAPERS_A_DAY = 20
FIRST_DAY = dt.date(2024, 1, 1)
# Traps: another paper under a title that was there before, and the same paper on a later day.
SAME_TITLE_EVERY = 50  # papers
DAYS_TO_A_RETURN = 5

_VOCABULARY = 20_000
_IDLE = "the of and a to in we for that on is with as by are from this an it our which"
_WORDS = 180  # of an abstract, beside these phrases:
_TOPICS = 3  # that it speaks of,
_PHRASES = 7  # so often; with those that chance makes it says 23, as a real one does
_AUTHORS = 10
_SYLLABLES = [*map("".join, itertools.product("bcdfghklmnprstvw", "aeiou", ["", "n", "r", "st"]))]


class PaperMaker:
    """Makes papers up, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - made-up papers are no secrets
        self.vocabulary = self._vocabulary()
        ranks = range(1, len(self.vocabulary) + 1)
        self._weights = [*itertools.accumulate(1 / rank for rank in ranks)]
        rules = [TopicRules.parse(topic.rules) for topic in catalogue.load().topics]
        self._phrases = [[phrase.text for _, phrase in own.phrases] for own in rules]

    def title(self, number: int) -> str:
        """Return a title that there is once."""
        phrase = self.random.choice(self.random.choice(self._phrases))
        return f"{self._text(7).title()} {phrase.title()} in Part {number}"

    def abstract(self, *said: str) -> str:
        """Return an abstract that says these phrases, and others of the catalogue."""
        words = self._text(_WORDS).split()
        topics = self.random.sample(self._phrases, _TOPICS)
        phrases = [self.random.choice(self.random.choice(topics)) for _ in range(_PHRASES)]
        for phrase in (*phrases, *said):
            words.insert(self.random.randrange(len(words)), phrase)
        sentences = (words[start : start + 20] for start in range(0, len(words), 20))
        return " ".join(f"{' '.join(sentence).capitalize()}." for sentence in sentences)

    def authors(self) -> list[str]:
        """Return names."""
        return [self._text(2).title() for _ in range(_AUTHORS)]

    def _vocabulary(self) -> list[str]:
        """Return words, the most common ones first."""
        known = judge().weights.words
        words = dict.fromkeys(
            [*_IDLE.split(), *sorted(known, key=lambda word: -known[word].papers)]
        )
        while len(words) < _VOCABULARY:
            words[self._word()] = None
        return [*words]

    def _text(self, words: int) -> str:
        return " ".join(self.random.choices(self.vocabulary, cum_weights=self._weights, k=words))

    def _word(self) -> str:
        return "".join(self.random.choices(_SYLLABLES, k=self.random.choice((2, 3, 3, 4))))


class Archive:
    """A folder of digests, one file a day, and what must be found in the database after them."""

    def __init__(self, folder: Path, papers: int) -> None:
        self._maker = PaperMaker(papers)
        self._random = self._maker.random
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
            "authors": [self._author(name) for name in self._maker.authors()],
            "title": earlier[-1]["title"] if is_namesake else self._maker.title(number),
            "summary": self._maker.abstract(),
            "upvotes": self._random.randrange(200),
            "githubRepo": f"https://github.com/lab/paper-{number}",
            "githubStars": self._random.randrange(1_000),
        }

    def _author(self, name: str) -> dict[str, Any]:
        number = f"{self._random.getrandbits(96):024x}"
        user = {
            "avatarUrl": f"https://cdn-avatars.example.org/v1/production/uploads/{number}.png",
            "fullname": name,
            "user": name.replace(" ", "-").lower(),
            "type": "user",
        }
        return {"_id": number, "user": user, "name": name, "status": "claimed", "hidden": False}


def _chunks(total: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, total)) for start in range(0, total, size))


def _entry(paper: dict[str, Any], date: dt.date) -> dict[str, Any]:
    """Return a paper as the list of a day shows it."""
    moment = f"{date}T00:00:00.000Z"
    paper = paper | {"publishedAt": moment, "submittedOnDailyAt": moment}
    said = {"title": paper["title"], "summary": paper["summary"], "publishedAt": moment}
    return {"paper": paper, **said, "numComments": 1, "isAuthorParticipating": False}
