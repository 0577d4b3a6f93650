import re

import pytest

from digests.matching import catalogue
from digests.matching.rules import RuleError

SLUGS = """
    llm reasoning agents alignment fine-tuning rag search recommenders compression inference
    architectures long-context pretraining benchmarks safety interpretability factuality
    multilingual nlp code math image-generation diffusion generative-models video 3d multimodal
    vision humans audio rl robotics representations optimization theory robustness continual graphs
    probabilistic time-series society health science
"""

ROBOTS = """
[robots]
name = "Robots"
group = "Machines"
description = "Machines that move."
strong = ["robot"]
"""
ARMS = ROBOTS.replace("robot", "arm")
SHIPS = ROBOTS.replace("robot", "ship").replace("Machines", "Vehicles")


def test_the_catalogue_has_every_slug_that_subscriptions_hang_on() -> None:
    assert sorted(topic.slug for topic in catalogue.load()) == sorted(SLUGS.split())


def test_the_form_has_a_handful_of_sections() -> None:
    assert 6 <= len({topic.group for topic in catalogue.load()}) <= 8


def test_every_description_is_one_short_sentence() -> None:
    for topic in catalogue.load():
        assert re.fullmatch(r"[A-Z][^.]{20,90}\.", topic.description), topic.slug


def test_the_catalogue_is_read_once() -> None:
    assert catalogue.load() is catalogue.load()
    assert catalogue.matcher() is catalogue.matcher()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("NeRF: Representing Scenes as Neural Radiance Fields for View Synthesis", "3d"),
        ("Denoising Diffusion Probabilistic Models", "diffusion"),
        ("LoRA: Low-Rank Adaptation of Large Language Models", "fine-tuning"),
        ("Proximal Policy Optimization Algorithms", "rl"),
        ("Fast Inference from Transformers via Speculative Decoding", "inference"),
        ("Semi-Supervised Classification with Graph Convolutional Networks", "graphs"),
        ("wav2vec 2.0: Self-Supervised Learning of Speech Representations", "audio"),
        ("Highly accurate protein structure prediction with AlphaFold", "health"),
    ],
)
def test_a_well_known_paper_finds_its_topic_by_its_title(title: str, slug: str) -> None:
    assert slug in catalogue.matcher().match(title, "")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Heat diffusion in layered composites", "diffusion"),
        ("An anticancer agent for mice", "agents"),
        ("Paying for traffic: click-through advertisements", "robotics"),
        ("Attention deficits in school children", "architectures"),
        ("Preserving a donor organ", "generative-models"),
        ("Weaving a rag rug", "rag"),
        ("Ageing of transformer oil", "architectures"),
    ],
)
def test_a_false_friend_does_not_find_a_topic(text: str, slug: str) -> None:
    assert slug not in catalogue.matcher().match(text, text)


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[robots", "not TOML: "),
        ("robots = 3", "robots: must be a table"),
        (ROBOTS.replace("name", "nome"), "robots: name must be a text that is not empty, not None"),
        (ROBOTS.replace('"Machines"', '" "'), "robots: group must be a text that is not empty"),
        (ROBOTS.replace('"robot"', '"-"'), "robots: strong '-': '-' holds no word"),
        (ROBOTS + SHIPS + ARMS, "arms: group 'Machines' already ended further up"),
    ],
)
def test_a_damaged_catalogue_is_refused_with_the_place(toml: str, complaint: str) -> None:
    with pytest.raises(RuleError, match=re.escape(complaint)):
        catalogue.parse(toml)


def test_topics_keep_the_order_of_the_file() -> None:
    assert [topic.slug for topic in catalogue.parse(SHIPS + ROBOTS + ARMS)] == [
        "ships",
        "robots",
        "arms",
    ]
