import datetime as dt
import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.huggingface import MAX_OBJECTS
from digests.sources.huggingface_page import MAX_REFERENCES, looks_like, parse
from digests.sources.parsed import DigestError

TITLE = 'Owls & "Mice": a<b, 5 > 4, it\'s &quot; \U0001f989'


def entry(own_id: str, title: str, **members: Any) -> dict[str, Any]:
    return {"paper": {"id": own_id, "title": title, "summary": "They hunt.", **members}}


ENTRIES = [entry("2606.00001", TITLE, upvotes=0), entry("2606.00002", "Tides", upvotes=7)]


def props(**members: Any) -> str:
    return json.dumps({"canSubmit": False, "dailyPapers": ENTRIES, **members}, ensure_ascii=False)


def page(element: str) -> bytes:
    return f"""<!doctype html>
<html lang="en"><head><title>Daily Papers</title><script>if (1 < 2) {{ x = "data-props=" }}</script>
<body><div class="contents" data-target="MainHeader" data-props="{{&quot;isWide&quot;:false}}">
<p title='5 > 4'></div><main>{element}</main></body></html>""".encode()


def element(props: str) -> str:
    return f'<div class="c" data-target="DailyPapers" data-props="{html.escape(props)}"></div>'


def daily(**members: Any) -> bytes:
    return page(element(props(**members)))


def refusal(data: bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        parse(data)
    return caught.value


def test_the_embedded_papers_are_read_like_those_of_the_api() -> None:
    papers = parse(daily(dateString="2026-06-30")).papers
    assert [(paper.arxiv_id, paper.title, paper.upvotes) for paper in papers] == [
        ("2606.00001", TITLE, 0),
        ("2606.00002", "Tides", 7),
    ]


SINGLE_QUOTED = html.escape(props(), quote=False).replace("'", "&#39;")


@pytest.mark.parametrize(
    "element",
    [
        f"<div data-props='{SINGLE_QUOTED}' data-target='DailyPapers'>",
        f'<section\n  data-props = "{html.escape(props())}"\n  id=x data-target=DailyPapers>',
        f'<DIV DATA-PROPS="{props().replace("&", "&amp;").replace(chr(34), "&#34;")}">',
        f'<div data-props="{props().replace("&", "&amp;").replace(chr(34), "&#x22;")}">',
    ],
)
def test_order_quotes_and_references_of_the_element_do_not_matter(element: str) -> None:
    assert looks_like(page(element))
    assert [paper.title for paper in parse(page(element)).papers] == [TITLE, "Tides"]


@pytest.mark.parametrize("shown", ["2026-06-30", "2026-6-30", "2026-06-30T00:00:00.000Z"])
def test_the_day_shown_is_the_digests_padded_or_not(shown: str) -> None:
    assert parse(daily(dateString=shown)).date == dt.date(2026, 6, 30)


@pytest.mark.parametrize("shown", [None, "", "2026-W27", "2026-06", "2026-06-31"])
def test_where_no_day_is_shown_the_papers_tell_it(shown: str | None) -> None:
    listed = [entry("2606.00001", "Tides", submittedOnDailyAt="2026-06-29T00:00:00.000Z")]
    assert parse(daily(dateString=shown, dailyPapers=listed)).date == dt.date(2026, 6, 29)
    assert parse(daily(dateString=shown)).date is None


def test_a_page_may_list_no_paper() -> None:
    assert parse(daily(dailyPapers=[])).papers == ()


@pytest.mark.parametrize(
    ("members", "path", "reason"),
    [
        ({"dailyPapers": None}, "$.dailyPapers", "there is nothing where a list is due"),
        ({"dailyPapers": [*ENTRIES, {}]}, "$.dailyPapers[2]", "there is no 'paper'"),
        ({"dailyPapers": [entry("1", " ")]}, "$.dailyPapers[0].paper.title", "blank or missing"),
        ({"dateString": 20260630}, "$.dateString", "there is a number where text is due"),
    ],
)
def test_a_fault_in_the_list_is_named_by_its_place_in_it(
    members: dict[str, Any], path: str, reason: str
) -> None:
    error = refusal(daily(**members))
    assert reason in error.reason
    assert error.path == path


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Owls</body></html>",
        page('<div data-target="DailyPapers">'),
        page('<div data-props="{&quot;papers&quot;:[]}">'),
        page(element(props())).partition(b"Tides")[0],
    ],
)
def test_a_page_without_the_list_or_cut_off_in_it_is_refused(data: bytes) -> None:
    assert not looks_like(data)
    assert str(refusal(data)) == (
        "this is no page of Hugging Face's daily papers; save the page of one day again"
    )


def test_what_merely_quotes_the_page_is_not_the_page() -> None:
    assert not looks_like(b"Owls\n" + daily())


def test_a_list_that_is_no_json_is_refused() -> None:
    assert "this is not JSON from byte" in refusal(page(element('{"dailyPapers": owls}'))).reason


def test_text_that_is_not_utf_8_is_refused() -> None:
    assert "0xFF is not UTF-8" in refusal(daily().replace(b"Tides", b"T\xffdes")).reason


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        ("{" * (MAX_OBJECTS + 1), "objects, more than 500,000"),
        ("&" * (MAX_REFERENCES + 1), "ampersands in the list, more than 500,000"),
        ("x" * 20_000_000, "bytes, more than 20,000,000"),
    ],
)
def test_what_would_take_too_long_is_refused(run: str, reason: str) -> None:
    assert reason in refusal(page(element(props(x=run)))).reason


@pytest.mark.parametrize("run", ["<", " data-props", " data-props='", ' data-props="a"', "&quot;"])
def test_a_megabyte_of_one_thing_is_refused_without_retracing_it(run: str) -> None:
    assert refusal(b"<html" + run.encode() * (1_000_000 // len(run)) + b">").reason


@given(st.text().filter(str.strip))
def test_any_title_comes_back(title: str) -> None:
    embedded = element(props(dailyPapers=[entry("1", title)]))
    assert [paper.title for paper in parse(page(embedded)).papers] == [title.strip()]


@given(st.integers(0, 999), st.binary(max_size=9))
def test_any_damage_gives_papers_or_a_refusal(place: int, damage: bytes) -> None:
    data = daily(dateString="2026-06-30")
    try:
        papers = parse(data[:place] + damage + data[place + len(damage) :]).papers
    except DigestError:
        return
    assert all(paper.title and paper.own_id for paper in papers)
