"""The linter finds what it claims to find, and nothing in a good mail."""

import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from mail_linter import lint, lint_all
from mail_linter.contrast import ratio

OUT = "https://news.example.org/u/abcdefghijklmnopqrstuv"
PAPER = "https://arxiv.org/abs/2603.00001"
RED = 'style="color: #a4161a"'
HTML = f"""<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Owls, Monday</title>
<style>
:root {{ color-scheme: light dark }}
@media (prefers-color-scheme: dark) {{
.paper {{ background: #1b1814 !important; color: #ece5d9 !important }}
a {{ color: #f29180 !important }}
}}
</style>
</head>
<body class="paper" style="margin: 0; background: #fbf8f1; color: #1d1a16">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td lang="en">
<h1 style="margin: 0">The Owl</h1>
<p><a href="{OUT}" {RED}>Unsubscribe</a></p>
<h2><a href="{PAPER}" {RED}>Do Owls Listen?</a></h2>
<p style="line-height: 1.5">Yes, &lt;b&gt;always&lt;/b&gt;.</p>
<img src="cid:owl" alt="An owl" width="40" height="40">
<p><a href="{OUT}" {RED}>Unsubscribe</a></p>
</td></tr>
</table>
</body>
</html>
"""
TEXT = f"""The Owl

Unsubscribe:
{OUT}

Do Owls Listen?
{PAPER}

Yes, <b>always</b>.

Unsubscribe:
{OUT}
"""
SENDER = "The Owl <owl@news.example.org>"
HEADERS = {
    "From": SENDER,
    "To": "ada@example.org",
    "Subject": "Mon 16 March: Do Owls Listen?",
    "Date": "Mon, 16 Mar 2026 07:30:00 +0000",
    "Message-ID": "<d.20260316.7@news.example.org>",
    "Auto-Submitted": "auto-generated",
    "List-Id": "The Owl <editions.news.example.org>",
    "List-Unsubscribe": f"<{OUT}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Precedence": "bulk",
}
LETTER = {name: value for name, value in HEADERS.items() if not name.startswith(("List", "Prec"))}


def mail(html: str = HTML, text: str = TEXT, headers: dict[str, str] = HEADERS) -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    for name, value in headers.items():
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_owls")
    return message


def found_in(html: str = HTML, text: str = TEXT, headers: dict[str, str] = HEADERS) -> str:
    return "\n".join(lint(mail(html, text, headers).as_bytes()))


def swap(whole: str, old: str, new: str) -> str:
    """Replace the first `old`, which must be there: else a test would break nothing."""
    assert old in whole
    return whole.replace(old, new, 1)


def test_a_good_mail_has_no_findings() -> None:
    assert lint(mail().as_bytes()) == []


def test_a_good_letter_has_no_findings() -> None:
    assert lint(mail(headers=LETTER).as_bytes()) == []


HTML_FAULTS = {
    # What it may hold
    "<!DOCTYPE html>": ("", "does not begin with <!DOCTYPE"),
    "<h1 ": ("<script>x()</script><h1 ", "<script> may not stand"),
    "Yes,": ("<form></form>Yes,", "<form> may not stand"),
    "<h2>": ('<h2 onclick="x()">', "<h2 onclick> may not stand"),
    f'"{PAPER}"': ('"javascript:x()"', "<a href> holds a script"),
    "</h2>": ("", "</td> closes <h2>|</p> closes <h2>"),
    "</html>": ("", "<html> is never closed"),
    '"cid:owl"': ('"https://x.org/owl.png"', "an image comes from outside: https://x.org"),
    ' alt="An owl"': ("", "an image has no words"),
    ' width="40"': ("", "does not say how large"),
    'role="presentation" ': ("", 'a table does not say role="presentation"'),
    'cellpadding="0" ': ("", 'a table does not say cellpadding="0"'),
    '<html lang="en" dir="ltr">': ('<html lang="en" lang="de">', "<html> has an attribute twice"),
}
STYLE_FAULTS = {
    "position: fixed": "styled by position",
    "float: left": "styled by float",
    "margin-inline: 0": "styled by margin-inline",
    "display: flex": "has the display “flex”: Word has tables",
    "display: inline-grid": "Word has tables",
    "color: var(--ink)": "know no variables",
    "background: url(x.png)": "loads something",
    "width: calc(1px + 1px)": "Word cannot calculate",
    "font-size: 2rem": "Word knows px, em and %",
    "color: rgb(0, 0, 0)": "Word knows #rrggbb",
    "margin: 0 -8px": "drop what is negative",
    "color: #000000 !important": "has an !important color",
}
SHEET_FAULTS = {
    ("@media (prefers-color-scheme: dark) {", "p { margin: 0 !important }\n@media (x) {"): (
        "says something of p outside media queries"
    ),
    (
        "color: #f29180 !important",
        "color: #f29180",
    ): "a says color in vain: <a> “Unsubscribe” says it itself",
    ("a { color", "a:hover { color"): "not every program knows the selector a:hover",
    ("a { color", "a { position: static !important; color"): "a is styled by position",
    ("</style>", f"/*{'x' * 9000}*/</style>"): "so long that Gmail drops it",
}
STRUCTURE_FAULTS = {
    '<html lang="en"': ("<html", "does not say its language"),
    '<td lang="en">': ("<td>", "nothing inside its body says its language"),
    "Owls, Monday": ("", "it has no title"),
    '<meta name="viewport"': ('<meta name="x"', "no meta says viewport"),
    '<meta name="color-scheme"': ('<meta name="x"', "no meta says color-scheme"),
    "<h2>": ("<h1>Two</h1><h2>", "it has 2 headings of the first level"),
    '<h1 style="margin: 0">The Owl</h1>': ("", "an h2 follows no heading"),
    "Yes,": ("<h2></h2>Yes,", "an h2 says nothing"),
    "<p>": ('<p id="x"></p><p id="x">', "the id x stands there 2 times"),
    '<p style="line': ('<p aria-describedby="owl" style="line', "names owl, which is not there"),
}
CONTRAST_FAULTS = {
    '<p style="line-height: 1.5"': (
        '<p style="color: #999"',
        "hard to read in the light: #999999 on",
    ),
    "color: #ece5d9 !important": ("color: #444444 !important", "hard to read in the dark: #444444"),
    "a { color: #f29180": ("b { color: #f29180", "dark: #a4161a on #1b1814"),
    f"{RED}>Do": (">Do", "<a> “Do Owls Listen.” leaves its colour"),
    "scheme: dark)": ("scheme: night)", "nothing for the dark"),
    "background: #1b1814 !important; ": ("", "dark: #ece5d9 on #fbf8f1"),
}
LINK_FAULTS = {
    f'"{PAPER}"': ('"http://arxiv.org/abs/2603.00001"', "neither https nor ours"),
    "Do Owls Listen?</a>": ("</a>Do Owls Listen?", f"a link to {PAPER} says nothing"),
    f'<h2><a href="{PAPER}"': ('<h2><a href="https://x.org/"', "lacks https://x.org/"),
    f'<p><a href="{OUT}"': (f'<p><a href="{PAPER}"', "to unsubscribe at its top"),
}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (old, new, finding)
        for faults in (HTML_FAULTS, STRUCTURE_FAULTS, CONTRAST_FAULTS, LINK_FAULTS)
        for old, (new, finding) in faults.items()
    ],
)
def test_a_fault_in_the_html_is_found(old: str, new: str, finding: str) -> None:
    assert re.search(finding, found_in(swap(HTML, old, new)))


@pytest.mark.parametrize(("style", "finding"), STYLE_FAULTS.items())
def test_a_style_that_some_program_cannot_draw_is_found(style: str, finding: str) -> None:
    assert finding in found_in(swap(HTML, "line-height: 1.5", style))


@pytest.mark.parametrize(("change", "finding"), SHEET_FAULTS.items())
def test_a_fault_in_the_style_sheet_is_found(change: tuple[str, str], finding: str) -> None:
    assert finding in found_in(swap(HTML, *change))


def test_a_mail_without_its_last_way_out_is_found() -> None:
    top, _, end = HTML.rpartition(f'<a href="{OUT}" {RED}>Unsubscribe</a>')
    assert "to unsubscribe at its end" in found_in(top + end)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "its text part says nothing"),
        (swap(TEXT, "Yes", "<p>Yes"), "its text part holds markup: <p>"),
        (swap(TEXT, "Yes", "&nbsp;Yes"), "its text part holds markup: &nbsp;"),
        (swap(TEXT, "\nYes", "\n\n\nYes"), "more than 2 empty lines"),
        (swap(TEXT, "always</b>.", "always</b>. "), "ends in spaces"),
        (swap(TEXT, PAPER, "arXiv"), f"its text part lacks {PAPER}"),
        (swap(TEXT, OUT, "At the end."), "text part does not offer to unsubscribe at its top and"),
    ],
)
def test_a_fault_in_the_text_is_found(text: str, finding: str) -> None:
    assert finding in found_in(text=text)


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("From", "The Owl", "From is not one address"),
        ("To", "ada@example.org, eve@example.org", "To is not one address"),
        ("Subject", "", "its subject has 0 characters"),
        ("Subject", "Owls " * 30, "its subject has 150 characters"),
        ("Auto-Submitted", "no", "Auto-Submitted does not say"),
        ("Message-ID", "7", "its Message-ID is none"),
        ("List-Id", "The Owl", "List-Id does not end in an id"),
        ("List-Unsubscribe", OUT, "not one address between angle brackets"),
        ("List-Unsubscribe-Post", "yes", "not what RFC 8058 has it be"),
    ],
)
def test_a_header_that_is_not_what_it_must_be_is_found(name: str, value: str, finding: str) -> None:
    assert finding in found_in(headers=HEADERS | {name: value})


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_header_is_found(name: str) -> None:
    headers = {known: value for known, value in HEADERS.items() if known != name}
    assert name in found_in(headers=headers)


@pytest.mark.parametrize("name", ["Subject", "Precedence"])
def test_a_doubled_header_is_found(name: str) -> None:
    content = mail().as_bytes().replace(f"{name}:".encode(), f"{name}: x\r\n{name}:".encode(), 1)
    assert f"{name} " in "\n".join(lint(content))


def test_a_date_that_is_none_is_found() -> None:
    content = mail().as_bytes().replace(b"Mon, 16 Mar", b"Someday")
    assert "its Date is none" in lint(content)


# What it is on its way


def test_a_mail_that_gmail_would_cut_is_found() -> None:
    found = found_in(swap(HTML, "Yes,", "Yes, " + "always " * 14_000))
    assert "Gmail cuts off" in found
    assert "its HTML has" in found


def test_a_line_that_servers_would_cut_is_found() -> None:
    content = mail().as_bytes().replace(b"The Owl", b"The Owl" + b"l" * 1_000)
    assert "a line is longer than 998 bytes: servers cut it" in lint(content)


def test_a_mail_that_is_not_ascii_is_found() -> None:
    content = mail().as_bytes().replace(b"The Owl", "The Öwl".encode())
    assert "it is not ASCII: not every server takes more" in lint(content)


def test_a_mail_without_html_is_found() -> None:
    message = EmailMessage()
    message.set_content(TEXT)
    assert "it is text/plain, not a text and then the same in HTML" in lint(message.as_bytes())


# Of many mails


def test_of_the_copies_of_an_edition_one_is_looked_at() -> None:
    broken = swap(HTML, "<h2>", "<h2 onclick>")
    copies = [mail(broken, headers=HEADERS | {"To": f"{name}@x.org"}) for name in ("ada", "eve")]
    found = lint_all((copy.as_bytes() for copy in copies), SENDER)
    assert found == ["<h2 onclick> may not stand in a mail"]


def test_what_is_no_mail_of_ours_is_left_alone() -> None:
    others = [b"Good morning.\r\n", b"From: ada@example.org\r\nSubject: 3 papers\r\n\r\nText.\r\n"]
    assert lint_all(others, SENDER) == []


def test_a_mail_of_ours_is_known_by_its_sender_alone() -> None:
    bare = {name: value for name, value in HEADERS.items() if name != "Auto-Submitted"}
    assert lint_all([mail(headers=bare).as_bytes()], SENDER)


# The measure


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, expected: float) -> None:
    assert ratio(one, other) == ratio(other, one) == pytest.approx(expected, abs=0.005)
