import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.readable import MAX_CONVERTED, readable


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"$\times$", "\u00d7"),
        (r"$\alpha$-Owls and \alpha", "\u03b1-Owls and \u03b1"),
        (r"$\nabla^2$DFT", "∇²DFT"),
        ("L$^2$M", "L²M"),
        (r"$\mathcal{O}(n)$", "O(n)"),
        ("$O(n^{3/2})$", "O(n^(3/2))"),
        (r"$10^{-3}$, $x_i$ and $x_{i+1}$", "10⁻³, xᵢ and xᵢ₊₁"),
        (r"$\mathbb{R}^d$", "\u211dᵈ"),
        (r"$\frac{a}{b+1}$ and $\sqrt{n}$", "a/(b+1) and √n"),
        (r"$\sim$50\% of \(9.6\times\)", "\u223c50% of 9.6\u00d7"),
        (r"$p < 0.05$, $k$-NN", "p < 0.05, k-NN"),
        (r"owl$_{\text{base}}$", "owl_base"),
        (r"N{=}1, 1{,}400, $N{=}1$, FID{}=2", "N=1, 1,400, N=1, FID=2"),
    ],
)
def test_mathematics_becomes_text(latex: str, shown: str) -> None:
    assert readable(latex) == shown


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\textsc{Owl-Net} and \emph{a \textbf{b} c}", "Owl-Net and a b c"),
        (r"{\em an owl}, {\textbf O}wl, {\it vs.} it", "an owl, Owl, vs. it"),
        (r"na\"{\i}ve Erd\H{o}s, Pok\'emon, \c{C}a, \'{\i}", "naïve Erdős, Pokémon, Ça, í"),
        (r"the model\'s \aa and \ss", "the model's å and ß"),
        (r"50\%, R\&D, C\#, a\_b, \$5 and \{x\}", "50%, R&D, C#, a_b, $5 and {x}"),
        ("``quotes'' and `quotes', don't", "“quotes” and \u2018quotes\u2019, don't"),
        ("2--5, owls---all -- of them", "2\u20135, owls—all \u2013 of them"),
        ("dataset~(NPD), Step~9, a~b, vs.\\ c", "dataset (NPD), Step 9, a b, vs. c"),
        (r"(\eg, \ie) \GitOwl{}", "(e.g., i.e.) GitOwl"),
        (r"\textcolor{red}{hot} teal{Tool}", "hot Tool"),
    ],
)
def test_styles_accents_and_typography_become_text(latex: str, shown: str) -> None:
    assert readable(latex) == shown


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"See\url{https://x.org/a_b--c~d}.", "See https://x.org/a_b--c~d."),
        (r"\href{https://x.org/a\_b}{here}", "here (https://x.org/a_b)"),
        ("at~https://x.org/owls{here.} It", "at here (https://x.org/owls). It"),
        ("https://x.org/owls{x.org/owls}.", "https://x.org/owls."),
        ("blue{https://x.org/o}", "https://x.org/o"),
        ("x.org/a_b--c^2 is", "x.org/a_b--c^2 is"),
    ],
)
def test_addresses_stay_whole(latex: str, shown: str) -> None:
    assert readable(latex) == shown


@pytest.mark.parametrize(
    ("lost", "shown"),
    [
        ("mathcal{O}(n)", "O(n)"),
        ("2-5times fewer, 1024times1024", "2-5\u00d7 fewer, 1024\u00d71024"),
        (r"sim50\%, sim39K, 1.2sim1.5, {sim}1K", "\u223c50%, \u223c39K, 1.2\u223c1.5, \u223c1K"),
        ("approx5% leq100 69.8 pm 0.5", "≈5% ≤100 69.8 ± 0.5"),
        ("ell_1, O(ell^{-2})", "\u2113₁, O(\u2113⁻²)"),
        (r"360{\deg}, 360^{circ}", "360°, 360°"),
        ("nabla^2DFT, tau^2-Bench", "∇²DFT, τ²-Bench"),
        ("L^2M, Ma^2mba, 10^{26}, R^d", "L²M, Ma²mba, 10²⁶, Rᵈ"),
        ("LLMtimesMapReduce", "LLM\u00d7MapReduce"),
        ("Code rightarrow Math", "Code → Math"),
        ("textit{O}wls hat{y}", "Owls ŷ"),
    ],
)
def test_what_pages_lost_is_mended_where_it_is_unmistakable(lost: str, shown: str) -> None:
    assert readable(lost) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a<b, <think>, <projektor> & co.",
        "$100 million, US$5, costs $5 and $10, $5-$10, A$ to B$",
        r"C:\temp\new, \ud, \method and {\name}",
        "x_i, snake_case_name, __init__, N_0",
        "5 times, sometimes, NYTimes, sim2real, sim-to-real, simple, a sim 5",
        "run --flag or -x, ~50%, ~/.bashrc, 1~4, (~6s)",
        "{3D GU}, Qwen3-{1.7B, 8B}, {x}",
        "infer, elliptic, leqs, 5 pm 3, approximate, R^*",
        "``open, ''closed, 5'' and it's; ```code```",
        "\U000f0000 $x$",
        "",
        "\\",
        "$",
    ],
)
def test_what_may_be_the_authors_own_survives(text: str) -> None:
    assert readable(text) == text


@pytest.mark.parametrize("mark", ["{", "}", "\\", "$", "``", "^{", "_{a}^{b}", "\\frac{", "\\(("])
def test_a_long_run_of_marks_takes_no_time(mark: str) -> None:
    text = (mark * MAX_CONVERTED)[: MAX_CONVERTED - 5_000] + "}" * 5_000
    started = time.process_time()
    assert readable(text)
    assert time.process_time() - started < 1


def test_a_text_as_long_as_a_book_is_only_freed_of_its_escapes() -> None:
    assert readable(r"50\% of $x$" + "x" * MAX_CONVERTED) == "50% of $x$" + "x" * MAX_CONVERTED


MARKS = ["{", "}", "$", "~", "``", "''", "--", " ", "\\\\", r"\textbf{"]
MORE_MARKS = [
    "^",
    "_",
    "`",
    '\\"',
    r"\(",
    r"\)",
    r"\alpha",
    r"\frac{a}",
    r"\href{",
    r"\url{",
    "C:\\",
]
scraps = st.sampled_from([*MARKS, *MORE_MARKS, "times", "sim", "5", "x", "https://x.org/"])
words = st.text("abcdefgxyzABC0123456789 .,;:()", max_size=60)


@given(st.text() | st.lists(scraps | st.text(max_size=3)).map("".join))
def test_any_text_is_shown_on_as_many_lines_as_it_had(text: str) -> None:
    assert readable(text).count("\n") <= text.count("\n")


@given(words)
def test_plain_words_and_digits_come_back_as_they_are(text: str) -> None:
    assert readable(text) == text


@given(st.lists(st.tuples(st.text("bcd", min_size=2, max_size=9), st.sampled_from(MARKS))))
def test_no_word_between_marks_is_lost(parts: list[tuple[str, str]]) -> None:
    shown = readable("".join(f" {word} {mark}" for word, mark in parts))
    assert re.findall("[bcd]{2,}", shown) == [word for word, _ in parts]


@pytest.mark.parametrize(
    "text",
    [
        r"$\nabla^2$DFT takes $\sim$2-5times less, 360{\deg}, $O(n^{3/2})$ and $x_{\max}$",
        r"``na\"{\i}ve'' owls---\emph{all} of the dataset~(NPD), ~50\% for \$5 and \$10",
        "mathcal{O}(n) rightarrow ell_1 at https://x.org/a_b{here.} LLMtimesMapReduce R^*",
    ],
)
def test_what_is_shown_is_shown_the_same_when_read_again(text: str) -> None:
    assert readable(readable(text)) == readable(text)
