import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.shown.shorten import ELLIPSIS, shorten

pieces = [
    "owls",
    "hunt",
    "at",
    "night",
    "et al.",
    "e.g.",
    "J. Doe",
    "Alone!",
    "(why?)",
    "日本",
    "(",
]
texts = st.lists(st.sampled_from(pieces) | st.text("abAB.,;(é", min_size=1, max_size=9)).map(
    " ".join
)
limits = st.integers(0, 120)

OWLS = "Owls hunt at night by ear. They need no light. Mice know this and keep still until dawn."


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert shorten(OWLS, len(OWLS)) == OWLS


def test_a_text_ends_where_a_sentence_ends() -> None:
    assert shorten(OWLS, 60) == "Owls hunt at night by ear. They need no light."


@pytest.mark.parametrize("limit", range(len(OWLS)))
def test_the_mark_of_the_cut_fits_too(limit: int) -> None:
    assert len(shorten(OWLS, limit)) <= limit


def test_a_sentence_that_ends_too_early_is_not_the_end() -> None:
    assert shorten("Owls hunt. Mice know this and keep still until dawn.", 40) == (
        "Owls hunt. Mice know this and keep\xa0…"
    )


def test_a_mark_of_interpunction_is_not_left_hanging() -> None:
    assert shorten("Owls, mice, bats (and others that hunt)", 21) == "Owls, mice, bats\xa0…"
    assert shorten("Owls, mice, bats (and others that hunt)", 16) == "Owls, mice\xa0…"
    assert shorten("( and others that hunt", 6) == "…"


@pytest.mark.parametrize(
    "text",
    [
        "Owls hear better than mice, as Konishi et al. 1973 have shown, and so do barn owls",
        "Owls hear better than mice, see Fig. 3 and what follows there on barn owls and others",
        "Owls hear better than mice, some more, e.g. Tyto alba, whose ears stand at odd heights",
        "Owls hear better than mice (cf. Konishi, who measured it) and so do all the barn owls",
        "Owls hear better than mice, as M. Konishi has shown, and so do all of the barn owls",
        "Owls hear better than mice in 99.5 of a hundred cases, and so do all of the barn owls",
        "Owls hear better than mice, bats etc. and so do all of the barn owls, and all others",
        "Owls hear better than mice in the U.S. Midwest and so do all of the barn owls there",
        "Owls hear better than mice, i.e. Tyto alba, whose ears stand at so odd heights there",
        "Owls hear better than mice (Fig. 3, Eq. 2 and Sec. 4 for more), and so do barn owls",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(text: str) -> None:
    assert shorten(text, 60).endswith(ELLIPSIS)


@pytest.mark.parametrize(
    ("limit", "shortened"),
    [(25, "Owls hear mice where\xa0…"), (36, "Owls hear mice where $p = 0.05 + x$\xa0…")],
)
def test_a_formula_between_dollars_is_kept_whole_or_goes(limit: int, shortened: str) -> None:
    assert shorten("Owls hear mice where $p = 0.05 + x$ is what we see", limit + 2) == shortened


@pytest.mark.parametrize(
    "formula", ["r = 0.5", "n ≤ 0.05", "mice → owls → us", "O(n log n)", "10 \u00d7 10", "p < .05"]
)
def test_no_cut_falls_into_a_formula(formula: str) -> None:
    text = f"Owls hear mice with {formula} or more of it"
    said = {shorten(text, limit).removesuffix(ELLIPSIS) for limit in range(24, len(text))}
    whole = f"Owls hear mice with {formula}"
    assert whole in said
    assert all(it.startswith(whole) or it.endswith(("mice", "with")) for it in said)


def test_two_prices_are_no_formula() -> None:
    assert shorten("Owls cost US$5 and mice US$10 or so, all in all", 30) == (
        "Owls cost US$5 and mice\xa0…"
    )


@pytest.mark.parametrize("end", [".", "?", "!", '."', ".)", "?\u201d"])
def test_quotes_and_brackets_belong_to_the_sentence_they_close(end: str) -> None:
    text = f'Do owls hear better than "mice (that hide{end} Many of us think that they surely do.'
    assert shorten(text, 60) == f'Do owls hear better than "mice (that hide{end}'


@pytest.mark.parametrize(("limit", "left"), [(0, ""), (1, "…"), (2, "…")])
def test_where_no_word_fits_the_mark_is_left(limit: int, left: str) -> None:
    assert shorten(OWLS, limit) == left


def test_whole_sentences_may_fill_the_limit() -> None:
    sentences = "Owls hunt at night by ear. They need no light."
    assert shorten(OWLS, len(sentences)) == sentences


def test_a_text_without_spaces_is_cut_at_the_limit() -> None:
    assert shorten("日" * 50, 12) == "日" * 10 + "\xa0…"
    assert shorten("Supercalifragilistic", 12) == "Supercalif\xa0…"


@pytest.mark.parametrize("sign", ["日", "カ", "🦉"])
def test_signs_that_need_no_space_between_them_are_kept_up_to_the_limit(sign: str) -> None:
    assert shorten("Owls " + sign * 50, 12) == "Owls " + sign * 5 + "\xa0…"
    assert shorten(sign * 3 + "-Supercalifragilistic", 12) == sign * 3 + "\xa0…"


@given(texts, limits)
def test_no_result_is_longer_than_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@given(texts, limits)
def test_what_is_left_is_the_beginning_of_the_text(text: str, limit: int) -> None:
    assert text.startswith(shorten(text, limit).removesuffix("…").rstrip("\xa0"))


@given(texts, st.integers(12, 200))
def test_no_word_is_cut(text: str, limit: int) -> None:
    kept = shorten(text, limit).removesuffix(ELLIPSIS)
    following = text[len(kept) :]
    assert not (kept[-1:].isalnum() and following[:1].isalnum()) or kept[-1] in "日本"


@pytest.mark.parametrize("sign", ["👩\u200d💻", "👍\U0001f3fd", "☃\ufe0f", "👩\U0001f3ff\u200d🚀"])
@pytest.mark.parametrize("limit", range(8, 30))
def test_an_emoji_is_whole_or_not_there(sign: str, limit: int) -> None:
    kept = shorten(f"owls {sign * 20}", limit).removesuffix(ELLIPSIS).removeprefix("owls").strip()
    assert kept == sign * (len(kept) // len(sign))
