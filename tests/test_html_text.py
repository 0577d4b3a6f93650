import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.html_text import MAX_HTML, text_of


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br/>two", "One\ntwo"),
        ("a <em class='x'>bold</em> claim", "a bold claim"),
        ("H<sub>2</sub>O", "H2O"),
        ("one\n  two", "one\ntwo"),
        ("<i>one\n  two</i>", "one two"),
        ('<a href="x?a>b">link</a>', "link"),
        ("<IMG SRC='x'>owl", "owl"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math> owls", "x owls"),
        ("<!-- a <b> -->owl<!-- open", "owl"),
        ("<!DOCTYPE html>owl", "owl"),
        ("<script>bad()</script>owl<style>p {}</style >", "owl"),
        ("owl<script>never closed", "owl"),
    ],
)
def test_the_tags_of_html_go(fragment: str, text: str) -> None:
    assert text_of(fragment) == text


@pytest.mark.parametrize(
    "text",
    ["<think> twice", "the <projektor>", "a<b", "x < y > z", "n <i < m", "<b", "R&D", "&copy", "<"],
)
def test_what_html_does_not_know_is_its_authors_text(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ("&lt;b&gt;", "<b>"),
        ("&amp;lt;", "&lt;"),
        ("&eacute;&#233;&#xE9;", "ééé"),
        ("a&nbsp;b", "a b"),
        ("&#0;", "\ufffd"),
        ("&#xD800;", "\ufffd"),
        ("&unknown;", "&unknown;"),
        ("&#" + "1" * 5_000 + ";", "&#" + "1" * 5_000 + ";"),
    ],
)
def test_entities_are_resolved_once(entity: str, text: str) -> None:
    assert text_of(entity) == text


@pytest.mark.parametrize("unit", ["<b>", "<div>", "</p>", '<b "', "<", "<!--", "&a", "<script >"])
def test_a_long_run_of_one_thing_is_read_without_retracing_it(unit: str) -> None:
    assert len(text_of(unit * 200_000)) <= MAX_HTML


def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    assert text_of("x" * MAX_HTML + "y") == "x" * MAX_HTML


@given(st.text(st.sampled_from("<>&;#/\"'! abpx1-\n")))
def test_any_text_is_read(fragment: str) -> None:
    text = text_of(fragment)
    assert text == text.strip()
    assert len(text) <= len(fragment)


@given(st.text(st.characters(exclude_characters="<&", exclude_categories=["Cs"]), max_size=99))
def test_text_without_markup_keeps_its_words(text: str) -> None:
    assert text_of(text).split() == text.split()
