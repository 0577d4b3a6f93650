"""HTML fragments as plain text.

Only tags that HTML knows are tags. Papers write of `<think>` and of `a<b`, and their feeds often
forget to escape it; that is their authors' text, and stays.
"""

import html
import re
from functools import lru_cache

# Of one text. The longest abstract that arXiv accepts has 1,920 characters; what a feed holds
# beyond this is a whole paper or a fault, and twenty megabytes of it would take seconds.
MAX_HTML = 50_000

_BLOCKS = (
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html"
    " legend li main menu nav ol optgroup option p pre search section select summary table tbody td"
    " textarea tfoot th thead title tr ul"
)
_INLINES = (
    "a abbr acronym area audio b base bdi bdo big canvas cite code col colgroup data datalist del"
    " dfn em embed font frame i img input ins kbd label link map mark marquee meta meter nobr"
    " noframes noscript object output param picture progress q rb rp rt rtc ruby s samp slot small"
    " source span strike strong sub sup svg time track tt u var video wbr"
    " annotation annotation-xml math menclose merror mfenced mfrac mi mmultiscripts mn mo mover"
    " mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd"
    " mtext mtr munder munderover semantics"
)
_UNREADS = "applet iframe noembed script style template"

BLOCKS = frozenset(_BLOCKS.split())
TAGS = BLOCKS.union(_INLINES.split(), _UNREADS.split())

# No part of a tag runs past the next "<", so that a thousand tags left open are not a thousand
# looks at the whole text.
_TAG = re.compile(
    r"""</?(?:[a-z]{1,8}:)?([a-z][a-z0-9-]{0,20})(?=[\s/>])"""
    r"""(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+|[^<>]*+)>""",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"<[?!][^<>]*>")
_UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)|<(NAMES)(?=[\s/>]).*?(?:</\1(?=[\s/>])[^<>]*>|\Z)".replace(
        "NAMES", _UNREADS.replace(" ", "|")
    ),
    re.DOTALL | re.IGNORECASE,
)
# With its semicolon: "R&D" and "&copy" stay. Numbers have few digits: Python refuses to read 5,000.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")


def text_of(fragment: str) -> str:
    """Return what a reader sees of an HTML fragment; block elements begin new lines.

    Of more than MAX_HTML characters, only so many are read.
    """
    text = fragment[:MAX_HTML]
    if "<" in text:
        text = " ".join(text.split())  # line breaks in the source are spaces; <br> is one
        text = _TAG.sub(_without, _DECLARATION.sub("", _UNREAD.sub(" ", text)))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: _character(entity[0]), text)
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _without(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    if name in BLOCKS:
        return "\n"
    return "" if name in TAGS else tag[0]


@lru_cache(maxsize=500)  # twice as fast as without; a text repeats a few of them
def _character(entity: str) -> str:
    return html.unescape(entity)
