"""Ties, quotes and dashes, set as LaTeX would: dataset~(A), ``quotes'', 2--5, owls---all."""

# ruff: noqa: RUF001 - characters that look like others are what this file is about

import re

# A tilde may also be the author's own: ~50%, ~/.bashrc, 1~4.
_TIE = re.compile(r"(?<=[\w.,:)\]}%])~(?=[^\s0-9/])|(?<=[A-Za-z)\]}])~(?=[0-9])")
_LOOSE_TIE = re.compile(r"(?<=\w)~(?=\s|\Z)|(?<!\S)~(?=[^\s0-9/.<>=~])")
_QUOTED = re.compile(r"``(?!`)([^`]{0,2000}?)''")
_QUOTED_ONCE = re.compile(r"(?<![\w`])`(?!`)([^`'\n]{1,200})'(?!['\w])")
_EM_DASH = re.compile(r"(?<=[\w%)\]\u201d\u2019])---(?=[\w(\u201c])|(?<= )---(?= )")
_EN_DASH = re.compile(r"(?<=[\w%)\]\u201d\u2019])--(?=[\w(\u201c+])|(?<= )--(?= )")


def typeset(text: str) -> str:
    """Return the text with spaces for ties, and with curly quotes and long dashes."""
    if "~" in text:
        text = _TIE.sub(" ", _LOOSE_TIE.sub("", text))
    if "`" in text and "```" not in text:  # three open a block of code
        text = _QUOTED_ONCE.sub("‘\\1’", _QUOTED.sub("“\\1”", text))
    return _EN_DASH.sub("–", _EM_DASH.sub("—", text)) if "--" in text else text
