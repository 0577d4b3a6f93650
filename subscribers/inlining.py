"""The style sheet of mails, put where every mail program reads it: into style attributes."""

import html
from functools import cache

from css_inline import CSSInliner
from django.utils.translation import get_language_bidi

from config.look import mail_sheet


def inline(page: str) -> str:
    """Put the style sheet's rules into a whole mail's style attributes."""
    return _inliner(is_rtl=get_language_bidi()).inline(_dense(page)).strip() + "\n"


def inline_piece(piece: str) -> str:
    """Do the same to a piece of a mail: as a part of the whole, it comes out no other way."""
    is_rtl = get_language_bidi()
    rules = mail_sheet(is_rtl=is_rtl).attributes
    return _inliner(is_rtl=is_rtl).inline_fragment(_dense(piece), rules)


def escape(text: str) -> str:
    """Write text as it stands in a mail's HTML once the rules are in it."""
    return html.escape(text.replace("\0", ""), quote=False).replace("\xa0", "&nbsp;")


@cache
def _inliner(*, is_rtl: bool) -> CSSInliner:
    return CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        minify_css=True,
        load_remote_stylesheets=False,
        extra_css=mail_sheet(is_rtl=is_rtl).attributes,
    )


def _dense(page: str) -> str:
    """Drop a template's indentation, a quarter of its bytes and nothing to see."""
    lines = (line.strip() for line in page.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"
