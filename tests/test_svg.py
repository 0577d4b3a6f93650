from defusedxml import ElementTree

from benchmarks.svg import bars, lines

SVG = "{http://www.w3.org/2000/svg}"


def test_a_bar_is_as_long_as_its_value() -> None:
    drawn = ElementTree.fromstring(bars("Mails", {"a": 1_000, "b": 250}, chosen="a"))
    long, short = (float(it.get("width")) for it in drawn.iter(f"{SVG}rect"))
    assert long == 4 * short


def test_what_grows_in_proportion_is_a_straight_line() -> None:
    points = [(10_000.0, 3.0), (100_000.0, 30.0), (1_000_000.0, 300.0)]
    drawn = ElementTree.fromstring(lines("Time", "readers", "seconds", {"a": points}))
    at = [(float(it.get("cx")), float(it.get("cy"))) for it in drawn.iter(f"{SVG}circle")]
    (left, low), (middle, between), (right, high) = at
    assert abs((left + right) / 2 - middle) < 0.1
    assert abs((low + high) / 2 - between) < 0.1
    assert high < low


def test_every_point_lies_within_the_plot() -> None:
    points = [(1.0, 0.45), (7.0, 12.0), (130.0, 9_999.0)]
    drawn = ElementTree.fromstring(lines("Time", "readers", "seconds", {"a": points}))
    for point in drawn.iter(f"{SVG}circle"):
        assert 0 < float(point.get("cx")) < float(drawn.get("width"))
        assert 0 < float(point.get("cy")) < float(drawn.get("height"))


def test_a_plot_says_its_values_to_who_cannot_see_it() -> None:
    drawn = ElementTree.fromstring(bars("Mails", {"we": 10_648, "they": 0.45}, chosen="we"))
    assert drawn.findtext(f"{SVG}title") == "Mails"
    assert drawn.findtext(f"{SVG}desc") == "we: 10,648; they: 0.45"
    assert drawn.get("aria-labelledby") == "title description"


def test_names_may_hold_what_xml_keeps_for_itself() -> None:
    drawn = ElementTree.fromstring(bars("a < b & c", {'"<">': 1}, chosen="x"))
    assert drawn.findtext(f"{SVG}title") == "a < b & c"
    assert '"<">' in {it.text for it in drawn.iter(f"{SVG}text")}
