"""Where a paper's own page leads."""

import pytest

from digests.models import Paper
from digests.shown.links import code_of, links

ARXIV = (("arXiv", "https://arxiv.org/abs/2403.01234"),)


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Code is at https://github.com/ada/barn-owls.", "ada/barn-owls"),
        ("Code (github.com/ada/owls.js) is free.", "ada/owls.js"),
        (r"See \url{https://www.github.com/ada/barn\_owls}.", "ada/barn_owls"),
        ("https://github.com/ada/owls/tree/main/eyes?x=1#y", "ada/owls"),
        ("https://github.com/ada/owls.git and https://github.com/ada/mice", "ada/owls"),
        ("代码见https://github.com/ada/owls。", "ada/owls"),
        ("Owls live at https://github.com/ada", ""),
        ("https://gist.github.com/ada/owls", ""),
        ("https://ada.example.org/github.com/ada/owls", ""),
        ("https://evilgithub.com/ada/owls", ""),
        ("https://github.com.example.org/ada/owls", ""),
        ("https://github.com/topics/owls", ""),
        ("https://github.com/ada/..", ""),
    ],
)
def test_a_repository_that_an_abstract_names_is_its_code(abstract: str, expected: str) -> None:
    found = code_of(Paper(title="Owls", abstract=abstract))
    assert found == (expected and f"https://github.com/{expected}")


def test_code_that_a_source_named_is_believed_rather() -> None:
    paper = Paper(abstract="https://github.com/ada/mice", code_url="https://github.com/ada/owls")
    assert code_of(paper) == "https://github.com/ada/owls"


def test_only_where_no_page_is_known_a_search_stands_in() -> None:
    paper = Paper(title="Barn Owls")
    assert links(paper, ARXIV) == ARXIV
    ((label, address),) = links(paper, ())
    assert label == "Search for it at arXiv"
    assert address == "https://arxiv.org/search/?query=Barn+Owls&searchtype=title"
