"""Superscripts, subscripts and degrees: 10^{-3} is 10⁻³, x_i is xᵢ, and what Unicode lacks x^(...).

Without dollars or braces `_` and `^` may be the author's own: x_i, snake_case, R^*. There only
powers of one sign are set.
"""

import re

from digests.readable.tables import SUBSCRIPTS, SUPERSCRIPTS, SYMBOLS

_DEGREES = re.compile(r"\^(?:\{\s?(?:\\?circ|∘)\s?\}|\\?circ(?![A-Za-z])|∘)")
_GROUP_SCRIPT = re.compile(r"([\^_])\{([^{}]{0,200})\}")
_BARE_SCRIPT = re.compile(r"([\^_])([^\W_]|[+-])")
_BARE_POWER = re.compile(r"(?<=[\w)\]∇∂])\^([0-9]|[A-Za-z+](?!\w))(?!\.[0-9])")
_ELL_NUMBER = re.compile(r"(?<=\u2113)_([0-9])(?![0-9])")
_WORD = re.compile(r"[A-Za-z0-9]+(?:\.[0-9]+)?")
_GREEK_WORD = re.compile(r"(?<![A-Za-z])(?:alpha|beta|gamma|delta|theta|rho|phi|chi)(?![A-Za-z])")


def set_scripts(text: str) -> str:
    """Set scripts in braces, and degrees."""
    text = _DEGREES.sub("°", text)
    return _GROUP_SCRIPT.sub(lambda found: _script(found[1], found[2]), text)


def set_bare_scripts(inside: str) -> str:
    """Set scripts of one sign, as they are within dollars."""
    return _BARE_SCRIPT.sub(lambda found: _script(found[1], found[2]), inside)


def set_bare_powers(text: str) -> str:
    """Set the scripts of one sign that are scripts outside of dollars as well."""
    if "^" in text:
        text = _BARE_POWER.sub(lambda power: _script("^", power[1]), text)
    return _ELL_NUMBER.sub(lambda number: SUBSCRIPTS[number[1]], text)


def whole(part: str) -> str:
    """Return the part of a term, in brackets where it would fall apart without."""
    return part if len(part) == 1 or _WORD.fullmatch(part) else f"({part})"


def _script(sign: str, inside: str) -> str:
    """Return the script in Unicode where all of it exists there; else x^(...) or x_word."""
    table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
    inside = _GREEK_WORD.sub(lambda word: SYMBOLS[word[0]], inside.strip())
    if inside and all(char in table for char in inside):
        return "".join(table[char] for char in inside)
    return f"{sign}{whole(inside)}" if inside else ""
