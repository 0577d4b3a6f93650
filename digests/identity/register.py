"""Which stored paper each record of a digest is: the names in the database, and those just met."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db import connection

from digests.identity.names import AliasKind, Name
from digests.identity.rules import Record, may_be_same
from digests.models import Paper
from digests.sources.parsed import ParsedPaper

# What sources say of a paper, and what a row holds besides.
FIELDS = ("title", "abstract", "authors", "categories", "url", "code_url", "published_on")
ROW = (*FIELDS, "first_listed_on")
MATCHED = 4  # of these: the ones that topics are found in


@dataclass(slots=True, eq=False)
class Work:
    """A paper while a digest is stored: its row, its names, and the rows found to be the same."""

    paper: Paper
    names: set[Name] = field(default_factory=set)
    new_names: set[Name] = field(default_factory=set)
    twins: list[Paper] = field(default_factory=list)
    merged_into: Self | None = None
    stored_as: tuple[Any, ...] = ()
    authors: tuple[str, ...] = ()
    abstract: str = ""

    @property
    def record(self) -> Record:
        """What is known of it, as far as it tells who it is."""
        return Record(frozenset(self.names), self.authors, self.abstract)

    def note(self, authors: Sequence[str], abstract: str) -> None:
        """Remember what its row, or else the first record to say so, tells of who it is."""
        self.authors = self.authors or tuple(authors)
        self.abstract = self.abstract or abstract

    @property
    def is_new(self) -> bool:
        """Whether no row of it is stored yet."""
        return self.paper.pk is None

    @property
    def now(self) -> "Work":
        """The work that it turned out to be."""
        return self.merged_into.now if self.merged_into else self

    def row(self) -> tuple[Any, ...]:
        """Return what its row holds, or will hold."""
        told = tuple(self.paper.told.items())
        return (*(getattr(self.paper, name) for name in ROW), told)

    @property
    def is_changed(self) -> bool:
        """Whether its row is stored, but not as it is now."""
        return not self.is_new and self.stored_as != self.row()

    @property
    def needs_matching(self) -> bool:
        """Whether its texts are not those that its topics were found in."""
        return self.stored_as[:MATCHED] != self.row()[:MATCHED]

    def list_on(self, date: dt.date | None) -> None:
        """Note that a digest of this date lists it."""
        first: dt.date | None = self.paper.first_listed_on  # a new row has none yet
        if date and (first is None or date < first):
            self.paper.first_listed_on = date

    def hear(self, values: dict[str, Any], ranks: dict[str, str], *, again: bool) -> None:
        """Take each value that is there and ranks higher than the one we have.

        So it does not matter in which order digests come. Of the same rank is a newer look at the
        same list, which is taken too, but not another record of it, heard `again`.
        """
        for name in FIELDS:
            value, rank, known = values[name], ranks.get(name, ""), self.paper.told.get(name, "")
            if value and (rank > known or (rank == known and not again)):
                setattr(self.paper, name, value)
                self.paper.told[name] = rank


class Register:
    """The works that the records of one digest may be; those already stored, and new ones."""

    def __init__(self, stored: Collection[Work]) -> None:
        self.works = [*stored]
        self._bearers = defaultdict[Name, list[Work]](list)
        for work in self.works:
            for name in work.names:
                self._bearers[name].append(work)

    @classmethod
    def knowing(cls, names: Collection[Name]) -> Self:
        """Return the register of all stored papers with any of these names, in two queries."""
        works = defaultdict[int, Work](lambda: Work(Paper()))
        with connection.cursor() as cursor:
            cursor.execute(NAMES_OF_BEARERS, {"values": [name.value for name in names]})
            for number, kind, value in cursor.fetchall():
                works[number].names.add(Name(AliasKind(kind), value))
        for number, paper in Paper.objects.in_bulk([*works]).items():
            works[number].paper = paper
            works[number].note(paper.authors, paper.abstract)
            works[number].stored_as = works[number].row()
        return cls([works[number] for number in sorted(works)])

    def identify(self, paper: ParsedPaper, names: Sequence[Name]) -> Work:
        """Return the work that a record is, a new one where it is none of those known.

        Where its names lead to several that nothing tells apart, they are one from now on.
        """
        known = Record(frozenset(names), paper.authors, paper.abstract)
        work: Work | None = None
        for name in names:
            for bearer in [*self._bearers[name]]:
                is_it = work is not None and bearer.now is work  # one just merged included
                if is_it or not may_be_same(name.kind, known, bearer.record):
                    continue
                work = self._merged(work, bearer) if work else bearer
                known = replace(known, names=known.names | work.names)
        if work is None:
            work = Work(Paper())
            self.works.append(work)
        self._name(work, names)
        work.note(paper.authors, paper.abstract)
        return work

    def _name(self, work: Work, names: Collection[Name]) -> None:
        """Have a work known by these names, but for those that another one bears already."""
        for name in names:
            others = self._bearers[name]
            if work not in others and (not others or name.kind == AliasKind.TITLE):
                others.append(work)
                work.names.add(name)
                work.new_names.add(name)

    def _merged(self, one: Work, other: Work) -> Work:
        """Make two works one: the row stored first stays, the other becomes its twin."""
        kept, gone = sorted((one, other), key=lambda work: work.paper.pk or float("inf"))
        for name in gone.names:
            self._bearers[name].remove(gone)
            if kept not in self._bearers[name]:
                self._bearers[name].append(kept)
        stored = (kept.names - kept.new_names) | (gone.names - gone.new_names)
        kept.names |= gone.names
        kept.new_names = kept.names - stored
        kept.twins += gone.twins if gone.is_new else [*gone.twins, gone.paper]
        said = {name: getattr(gone.paper, name) for name in FIELDS}
        kept.hear(said, gone.paper.told, again=True)
        kept.note(gone.authors, gone.abstract)
        kept.list_on(gone.paper.first_listed_on)
        gone.merged_into = kept
        self.works.remove(gone)
        return kept


# All names of every paper that has one of ours: the others may speak against it. Two look-ups, one
# after the other: a join was planned as a loop over the whole table when its statistics were old.
# A value that is a name of another kind finds a paper too many, which nothing leads to.
NAMES_OF_BEARERS = """
SELECT paper_id, kind, value FROM digests_alias
 WHERE paper_id = ANY(ARRAY(SELECT paper_id FROM digests_alias WHERE value = ANY(%(values)s)))
"""
