"""The HTML that may stand in a mail. What is not in these tables has no business there.

Outlook on Windows draws with Word, which knows the HTML of 1999. Gmail takes out what it does not
know, and with one thing wrong a whole style sheet. What all of them handle is little, and enough.
"""

from collections.abc import Iterator

from mail_linter.document import Node
from mail_linter.mail import Mail

# Tag -> why it may be there.
TAGS = {
    "html": "the root; carries the language",
    "head": "holds what is not shown",
    "meta": "the charset, the width of phones, the colour schemes, microdata",
    "title": "what a screen reader reads out first",
    "style": "the dark, and small screens: what cannot stand in an attribute",
    "body": "Gmail makes a <div> of it and keeps its style",
    "table": "the only layout Word has",
    "tbody": "what a parser adds anyway",
    "tr": "a part of tables",
    "td": "a part of tables; takes padding everywhere",
    "div": "a block; Word ignores its width, so tables are for that",
    "p": "a paragraph; every program has its own margin for it, so ours says one",
    "h1": "a screen reader goes from heading to heading",
    "h2": "the same",
    "h3": "the same",
    "ul": "a list, counted by screen readers",
    "ol": "the same",
    "li": "the same",
    "a": "the reason to write at all",
    "span": "words of another look",
    "b": "bold in every program",
    "strong": "bold in every program, and said so",
    "i": "italic in every program",
    "em": "italic in every program, and said so",
    "sup": "formulas",
    "sub": "formulas",
    "bdi": "a name in another direction; who does not know it shows its words",
    "br": "a line end",
    "hr": "a rule; its colour differs between programs, so borders are better",
    "img": "only from within the mail, with words in its place",
}
# Attribute -> why it may be there, on any tag.
ATTRIBUTES = {
    "style": "what a style sheet would say, which programs drop",
    "class": "what the style sheet for the dark knows it by",
    "id": "what an aria attribute refers to",
    "lang": "how a screen reader pronounces it",
    "dir": "where it begins; Word needs it, styles are not enough there",
    "role": "tells layout from data",
    "align": "Word centres by nothing else",
    "itemscope": "microdata, which Gmail reads; others ignore it",
    "itemtype": "the same",
    "itemprop": "the same",
}
# The same on one tag.
ATTRIBUTES_OF = {
    "html": {"xmlns": "Word asks for it before it believes in namespaces"},
    "meta": {"charset": "", "name": "", "content": "", "http-equiv": ""},
    "a": {"href": "where it leads"},
    "img": {"src": "", "alt": "", "width": "Word ignores the one in styles", "height": "the same"},
    "table": {
        "width": "Word ignores the one in styles",
        "cellpadding": "else every program adds its own",
        "cellspacing": "the same",
        "border": "the same",
        "bgcolor": "for who drops a body's background",
    },
    "td": {"width": "Word", "valign": "Word", "bgcolor": "Word", "colspan": "", "rowspan": ""},
    "style": {"type": ""},
    "ol": {"start": ""},
}
LAYOUT = {"role": "presentation", "cellpadding": "0", "cellspacing": "0", "border": "0"}


def lint(mail: Mail) -> Iterator[str]:
    """Find tags and attributes that some program drops or acts upon, and tables that show it."""
    if not mail.html.lstrip().lower().startswith("<!doctype html>"):
        yield "its HTML does not begin with <!DOCTYPE html>: some programs draw it as in 1996"
    yield from mail.document.faults
    for node in mail.document.walk():
        if node.tag not in TAGS:
            yield f"<{node.tag}> may not stand in a mail"
        yield from _attributes(node)
    for table in mail.document.all("table"):
        for name, value in LAYOUT.items():
            if table.attributes.get(name) != value:
                yield f'a table does not say {name}="{value}"'
    for image in mail.document.all("img"):
        yield from _image(image)


def _attributes(node: Node) -> Iterator[str]:
    known = {*ATTRIBUTES, *ATTRIBUTES_OF.get(node.tag, ())}
    for name, value in node.attributes.items():
        if name not in known and not name.startswith("aria-"):
            yield f"<{node.tag} {name}> may not stand in a mail"
        if "javascript:" in value.lower():
            yield f"<{node.tag} {name}> holds a script"


def _image(image: Node) -> Iterator[str]:
    said = image.attributes
    if not said.get("src", "").startswith("cid:"):
        yield f"an image comes from outside: {said.get('src', '')[:60]}"
    if "alt" not in said:
        yield "an image has no words in its place"
    if not (said.get("width", "").isdigit() and said.get("height", "").isdigit()):
        yield "an image does not say how large it is"
