import pytest

from digests.matching.rules.reasons import chosen


def test_a_part_of_another_phrase_is_left_out_wherever_it_stands() -> None:
    keys = ["diffusion", "latent diffusion model", "diffusion model"]
    assert chosen(keys, 9) == ["latent diffusion model"]


@pytest.mark.parametrize(
    "keys",
    [
        ["distillation", "distilling"],
        ["interpretability", "interpretable"],
        ["text summarization", "summarize"],
        ["retrieval task", "sparse retriever", "retrieval"],
    ],
)
def test_a_phrase_that_says_nothing_new_is_left_out(keys: list[str]) -> None:
    assert chosen(keys, 9) == keys[:-1]


@pytest.mark.parametrize(
    "keys",
    [
        ["cifar10", "cifar100"],
        ["quantum", "quality"],
        ["art", "arc"],
        ["diffusion model", "diffusion bridge"],
        ["rl", "reinforcement learning"],
    ],
)
def test_different_phrases_stay_in_their_order(keys: list[str]) -> None:
    assert chosen(keys, 9) == keys


def test_without_phrases_there_are_no_reasons() -> None:
    assert chosen([], 9) == []
