"""A tiny catalogue of our own, and papers that were judged by it."""

import json

from digests.matching import catalogue
from digests.matching.weights.evaluation import JudgedPaper

TOPIC = """
[{slug}]
name = "{slug}"
group = "Animals"
description = "All about {slug}."
rules = "{rules}"
"""
CATALOGUE = catalogue.parse(
    TOPIC.format(slug="owls", rules="owl, barn owl, hoot")
    + TOPIC.format(slug="bees", rules="bee, honey, hive")
)

_OWLS = [
    ("Barn Owls at Night", "An owl hunts mice in the dark and hoots from an old tower."),
    ("How an Owl Hears", "The owl turns its head in the dark until it hears the mice."),
    ("Feathers of Owls", "In flight the feathers of an owl make no sound, and mice hear nothing."),
    ("Owls of the Old Tower", "Each night the owls leave the tower and hunt mice in the dark."),
    ("A Hoot in the Dark", "Owls hoot at night to mark the tower where they breed and hunt."),
    ("Why Owls Hunt at Night", "At night an owl finds more mice, and in the dark no crow sees it."),
]
_BEES = [
    ("Bees and their Hive", "A bee dances on the comb and tells the hive where flowers bloom."),
    ("Honey from Mountain Flowers", "Bees gather nectar from flowers, and the hive makes honey."),
    ("The Dance of a Bee", "By its dance a bee tells the hive how far the flowers are."),
    ("Why a Hive Swarms", "When the comb is full of honey, the bees of a hive swarm in summer."),
    ("Nectar in Summer", "In summer a bee visits flowers all day; the honey smells of nectar."),
    ("Winter in the Hive", "Bees keep warm on the comb and live on honey until flowers bloom."),
]
# They say a topic's phrase and are about something else.
_NEITHER = [
    ("A Spelling Bee for Schools", "Pupils spell long words aloud, and the bee ends with a prize."),
    ("Prizes for Pupils", "A school gives a prize to pupils who spell well in a bee."),
    (
        "Night Owls in the Office",
        "Clerks who work late spell worse; the owl among them needs sleep.",
    ),
    ("Sleep and Work", "A clerk who is a night owl should not work early in an office."),
    ("Long Words in Offices", "Clerks spell long words badly, and pupils worse."),
    ("Early Work for Clerks", "An office that opens early pays its clerks a prize."),
]


def _papers(texts: list[tuple[str, str]], *core: str) -> list[JudgedPaper]:
    return [JudgedPaper(title, text, frozenset(core), frozenset()) for title, text in texts]


PAPERS = [
    paper
    for three in zip(_papers(_OWLS, "owls"), _papers(_BEES, "bees"), _papers(_NEITHER), strict=True)
    for paper in three
]


def lines(papers: list[JudgedPaper], **slugs: str) -> bytes:
    """Write papers as JSON lines, with other slugs for their topics."""
    return b"\n".join(
        json.dumps(
            {
                "title": paper.title,
                "abstract": paper.abstract,
                "core": [slugs.get(slug, slug) for slug in sorted(paper.core)],
                "touch": [slugs.get(slug, slug) for slug in sorted(paper.touch)],
            }
        ).encode()
        for paper in papers
    )
