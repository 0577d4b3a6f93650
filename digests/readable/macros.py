r"""Groups and macros: \textbf{bold}, {\em this}, \frac{a}{b}, \alpha, \%.

Only macros that are known go, with their braces. Every round takes the innermost groups.
"""

import re

from digests.readable.accents import compose
from digests.readable.lost_words import SAID
from digests.readable.scripts import set_bare_powers, set_scripts, whole
from digests.readable.tables import BLACKBOARD, SPACES, SYMBOLS

_DEEPEST = 8  # groups within groups

_COLOURS = "red|green|blue|cyan|magenta|yellow|orange|purple|violet|teal|brown|gray|grey"
_STYLES = (
    "text(?:it|bf|sc|tt|rm|sf|sl|up|md|normal)|emph|underline|operatorname|boldsymbol"
    "|math(?:cal|bf|rm|it|sf|tt|frak|scr|bb)"
)
_STYLED = re.compile(
    rf"\\(?:{_STYLES}|text|url|mbox|hbox|bm|ensuremath|textcolor\{{\w{{1,30}}\}})\*?\s{{0,9}}"
    rf"\{{([^{{}}]*)\}}"
    rf"|(?<![A-Za-z\\])(?:{_STYLES}|{_COLOURS})\{{([^{{}}]*)\}}"  # without its backslash
)
_SWITCHES = (
    "bf|it|em|rm|sc|tt|sf|sl|bfseries|itshape|scshape|ttfamily|small|large|text(?:it|bf|sc|tt|rm)"
)
_SWITCHED = re.compile(rf"\{{\s{{0,9}}\\(?:{_SWITCHES})\s{{1,9}}([^{{}}]*)\}}")
_LONE_SWITCH = re.compile(r"(?<!\S)\\(?:bf|it|em|rm|sc|tt|sf)\s{1,9}")
_SIZED = re.compile(r"\\(?:left|right|big|Big|bigl|bigr|displaystyle|limits)(?![A-Za-z])\s{0,9}")

_BLACKBOARD = re.compile(r"\\?mathbb\s{0,9}\{?([CNPQRZ])(?![A-Za-z])\}?")
_FRACTION = re.compile(r"\\[dt]?frac\s{0,9}\{([^{}]*)\}\s{0,9}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s{0,9}\{([^{}]*)\}")
_MACRO = re.compile(r"\\([A-Za-z]+)(?:\{\}|(?<=[A-Za-z])(?![A-Za-z]))")
# Braces that only keep a sign's distance, or that hold nothing: 1{,}400, N{=}1, FID{}
_GLUED_GROUP = re.compile(r"\{\}|\{([=,.+-]|[^\W\dA-Za-z_]|[°\u00d7\u223c≈]|sim|times|approx)\}")

_ESCAPED = re.compile(r"\\([%&#_])")
_SPACING = re.compile(r"\\([,;:!/ -])")
_LINE_BREAK = re.compile(r"\\\\(?=\s|\Z)")
_NO_BREAK = re.compile(r"\\nobreakdash(?=-)")
_POSSESSIVE = re.compile(r"(?<=\w)\\'(?=s\b)")


def unescaped(text: str) -> str:
    r"""Return the text with `%` for `\%`, and so for `&`, `#` and `_`."""
    return _ESCAPED.sub(r"\1", text)


def without_false_ones(text: str) -> str:
    r"""Return the text without what is no accent, `model\'s`, and what nobody sees."""
    return _POSSESSIVE.sub("'", _NO_BREAK.sub("", text))


def without_macros(text: str) -> str:
    """Return text outside of mathematics without groups, macros and escapes."""
    text = set_bare_powers(without_groups(text))
    return unescaped(_SPACING.sub(lambda space: SPACES[space[1]], _LINE_BREAK.sub(" ", text)))


def without_groups(text: str) -> str:
    """Return the text with what its groups and macros stand for, as far as they are known."""
    for _ in range(_DEEPEST):
        before, text = text, _without_innermost(text)
        if text == before:
            break
    return text


def _without_innermost(text: str) -> str:
    """Take one round of the groups that hold no other group away."""
    text = compose(text)
    if "{" in text:
        text = _without_styles(_BLACKBOARD.sub(lambda found: BLACKBOARD[found[1]], text))
        text = _FRACTION.sub(lambda part: f"{whole(part[1])}/{whole(part[2])}", text)
        text = _ROOT.sub(lambda root: f"√{whole(root[1])}", text)
    text = _MACRO.sub(_symbol, _LONE_SWITCH.sub("", _SIZED.sub("", text)))
    text = set_scripts(text)
    return _GLUED_GROUP.sub(lambda group: SAID.get(group[1], group[1] or ""), text)


def _without_styles(text: str) -> str:
    return _SWITCHED.sub(r"\1", _STYLED.sub(lambda found: found[1] or found[2] or "", text))


def _symbol(macro: re.Match[str]) -> str:
    r"""Return the macro's symbol; its name where `{}` shows that it is one; else itself."""
    return SYMBOLS.get(macro[1]) or (macro[1] if macro[0].endswith("}") else macro[0])
