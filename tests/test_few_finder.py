from hypothesis import example, given
from hypothesis import strategies as st

from digests.matching.own.few_finder import FewFinder
from digests.matching.own.finder import OwnFinder
from digests.matching.own.words import read_authors, read_categories, read_words
from digests.matching.paper_text import PaperText

WORDS = (
    "flow matching, flowmatching, RAG, rag, pretraining, pre-train, state space, GPT-4, GPT4, C++"
    ", #robotics"
)
OWN = [*read_words(WORDS), *read_authors("Fei-Fei Li; Fei; Y. Bengio"), *read_categories("cs.CL")]
SAID = ["flow", "match", "ing", "RAG", "rags", "s", "pre", "train", "state", "Space", "GPT", "4"]
PIECES = [" ", "-", *SAID, "C++", "Li", "cs.CL"]
texts = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
names = st.sampled_from(["Fei-Fei Li", "Fei Li", "Jia Fei-Fei Li", "Yoshua Bengio", "Y. Bengio"])
categories = st.sampled_from(["cs.CL", "cs.C", "cs.CLX", "CS.cl"])


@given(texts, texts, st.lists(names), st.lists(categories))
@example("pre-train", "ing", [], [])
@example("Owls", "They hunt.", [], ["robotics"])
@example("A GPT-4 of GPTs", "GPT 4, flow-match-ings and F-low", [], [])
def test_a_few_phrases_are_found_as_if_they_were_many(
    title: str, abstract: str, authors: list[str], fields: list[str]
) -> None:
    text = PaperText.of(title, abstract, authors, fields)
    assert FewFinder(OWN).find(text) == OwnFinder({own: own for own in OWN}).find(text).keys()
    for own in OWN:
        assert FewFinder([own]).find(text) == OwnFinder({own: own}).find(text).keys()
