"""Styles: what an element's attribute says, and what the style sheet adds where there is one.

Whoever drops the sheet must lose nothing but the dark, so it holds nothing but media queries.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mail_linter.document import Node
from mail_linter.mail import Mail

# Property -> what becomes of it in Gmail, in Outlook (Word) and in Apple Mail.
PROPERTIES = {
    "background": "a colour, nowhere more: Word shows no picture",
    "background-color": "everywhere",
    "border": "everywhere",
    "border-top": "everywhere",
    "border-bottom": "everywhere",
    "border-left": "everywhere",
    "border-right": "everywhere",
    "border-color": "everywhere",
    "border-top-color": "everywhere",
    "border-bottom-color": "everywhere",
    "border-style": "everywhere",
    "border-width": "everywhere",
    "border-collapse": "everywhere",
    "border-radius": "square corners in Word",
    "color": "everywhere",
    "color-scheme": "Apple Mail asks for it; others ignore it",
    "supported-color-schemes": "older Apple Mail, the same",
    "direction": "everywhere",
    "display": "block, inline-block and none; Word ignores it",
    "font": "everywhere, if whole",
    "font-family": "everywhere; Word takes the first it knows",
    "font-size": "everywhere",
    "font-style": "everywhere",
    "font-variant-numeric": "Apple Mail; others ignore it",
    "font-weight": "everywhere",
    "height": "everywhere on cells",
    "letter-spacing": "everywhere",
    "line-height": "everywhere",
    "list-style": "everywhere",
    "list-style-type": "everywhere",
    "margin": "everywhere, if not negative; Word forgets it on tables",
    "margin-top": "everywhere, the same",
    "margin-right": "everywhere, the same",
    "margin-bottom": "everywhere, the same",
    "margin-left": "everywhere, the same",
    "max-height": "hides the preheader; Word ignores it, and has mso-hide",
    "max-width": "Word ignores it: the window is the width there",
    "min-width": "Word ignores it",
    "mso-hide": "Word alone, which does not hide otherwise",
    "mso-line-height-rule": "Word alone, which else takes a line height as the least",
    "opacity": "hides the preheader; Word ignores it",
    "overflow": "hides the preheader",
    "overflow-wrap": "Apple Mail; others know word-break",
    "padding": "everywhere on cells; Word forgets it on links",
    "padding-top": "the same",
    "padding-right": "the same",
    "padding-bottom": "the same",
    "padding-left": "the same",
    "text-align": "everywhere",
    "text-decoration": "everywhere",
    "text-transform": "everywhere",
    "unicode-bidi": "Apple Mail; others ignore it",
    "vertical-align": "everywhere",
    "white-space": "everywhere",
    "width": "Word ignores it beside an attribute",
    "word-break": "everywhere but Word, which breaks anyway",
    "word-wrap": "Word's name for overflow-wrap",
    "-webkit-text-size-adjust": "iPhones, which else enlarge what they find small",
    "-ms-text-size-adjust": "the same on Windows phones",
}
# What a value may not hold -> why.
VALUES = {
    r"url\(|image\(": "loads something",
    r"var\(|env\(": "Gmail and Word know no variables",
    r"calc\(|clamp\(|min\(|max\(": "Word cannot calculate",
    r"\d(?:rem|vw|vh|ch|lh)\b": "Word knows px, em and %",
    r"rgba?\(|hsla?\(|oklch\(|color-mix\(": "Word knows #rrggbb",
    r"\b(?:flex|grid|inline-flex|inline-grid|contents|flow-root|sticky|fixed|absolute)\b": (
        "Word has tables for that"
    ),
    r"(?:^|\s)-\d+(?:\.\d+)?px": "Gmail and Outlook drop what is negative",
    r"expression\(|behavior": "a script",
}
MAY_BE_NEGATIVE = ("letter-spacing", "mso-")
LARGEST_SHEET = 8_192  # characters; Gmail drops a longer one whole
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"(@media[^{]+)\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?(?:\.[\w-]+)*(?: (?:[a-z][a-z0-9]*)?(?:\.[\w-]+)*)*")
_SCHEMES = {"color-scheme", "supported-color-schemes"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What the style sheet says of whatever one selector finds."""

    media: str  # empty for always
    selector: str
    says: Mapping[str, str]


def declarations(style: str) -> dict[str, str]:
    """Return property -> value."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def inline(node: Node) -> dict[str, str]:
    """Return what an element's own attribute says."""
    return declarations(node.attributes.get("style", ""))


def rules(document: Node) -> list[Rule]:
    """Return the rules of all style sheets, in their order."""
    sheet = _COMMENT.sub("", "".join(it.words for it in document.all("style")))
    media = [(it[1], it[2]) for it in _MEDIA.finditer(sheet)]
    return [
        Rule(" ".join(condition.split()), selector.strip(), declarations(body))
        for condition, inner in [("", _MEDIA.sub("", sheet)), *media]
        for selectors, body in _BLOCK.findall(inner)
        for selector in selectors.split(",")
    ]


def finds(selector: str, node: Node) -> bool:
    """Tell whether a selector, of tags and classes and what they are in, finds an element."""
    *outer, last = selector.split()
    if not _fits(last, node):
        return False
    around = [*node.above()][1:]
    for wanted in reversed(outer):
        places = [place for place, it in enumerate(around) if _fits(wanted, it)]
        if not places:
            return False
        around = around[places[0] + 1 :]
    return True


def lint(mail: Mail) -> Iterator[str]:
    """Find styles that some program cannot draw."""
    for node in mail.document.walk():
        for name, value in inline(node).items():
            yield from _property(node, name, value)
            if "!important" in value:
                yield f"{node} has an !important {name}, which no dark can change"
    for sheet in mail.document.all("style"):
        if len(sheet.words) > LARGEST_SHEET:
            yield "a style sheet is so long that Gmail drops it"
    for rule in rules(mail.document):
        yield from _rule(rule)
        yield from _loses(rule, mail.document)


def _property(where: object, name: str, value: str) -> Iterator[str]:
    if name not in PROPERTIES:
        yield f"{where} is styled by {name}, which not every program knows"
    for forbidden, why in VALUES.items():
        if name.startswith(MAY_BE_NEGATIVE) and "negative" in why:
            continue
        if re.search(forbidden, value):
            yield f"{where} has the {name} “{value}”: {why}"


def _rule(rule: Rule) -> Iterator[str]:
    if rule.selector == ":root" and {*rule.says} <= _SCHEMES:
        return
    if not rule.media:
        yield f"the style sheet says something of {rule.selector} outside media queries"
    if not _SELECTOR.fullmatch(rule.selector):
        yield f"not every program knows the selector {rule.selector}"
    for name, value in rule.says.items():
        yield from _property(rule.selector, name, value.replace("!important", "").strip())


def _loses(rule: Rule, document: Node) -> Iterator[str]:
    """Find what the sheet says in vain, as an element that it means says otherwise itself."""
    weak = {name for name, value in rule.says.items() if "!important" not in value}
    for node in document.walk():
        if finds(rule.selector, node) and (lost := weak & {*inline(node)}):
            yield f"{rule.selector} says {', '.join(lost)} in vain: {node} says it itself"


def _fits(selector: str, node: Node) -> bool:
    tag, *classes = selector.split(".")
    return tag in ("", node.tag) and {*classes} <= {*node.classes}
