r"""What macros, accents and scripts stand for.

The table of symbols is pylatexenc's. Its parser is not used: it takes `%` for a comment, drops
macros that it does not know, raises on one of 440 real abstracts with LaTeX (a cut \href) and takes
nine times as long as the expressions of this package.
"""

# ruff: noqa: RUF001 - characters that look like others are what this file is about

from pylatexenc import latex2text

# Those whose symbol is a word, or is wrong outside of a document.
_NOT_TEXT = {"backslash", "textbackslash", "today", "vspace", "ref", "autoref", "cref", "Cref"}
_NOT_TEXT |= {"eqref", "cite", "citet", "citep"}

# By the macro's name, without its backslash.
SYMBOLS = {
    spec.macroname: spec.simplify_repl
    for spec in latex2text.get_default_latex_context_db().iter_macro_specs()
    if isinstance(spec.simplify_repl, str)
    and spec.macroname.isalpha()
    and spec.macroname not in _NOT_TEXT
    and "%" not in spec.simplify_repl  # a pattern for what follows the macro
} | {"deg": "°", "degree": "°", "ie": "i.e.", "eg": "e.g.", "quad": " ", "qquad": " "}

SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": ""}

BLACKBOARD = {"C": "ℂ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}

# The combining character of each accent.
ACCENTS = {
    '"': "\u0308",  # ä
    "'": "\u0301",  # á
    "`": "\u0300",  # à
    "^": "\u0302",  # â
    "~": "\u0303",  # ã
    "=": "\u0304",  # ā
    ".": "\u0307",  # ż
    "c": "\u0327",  # ç
    "v": "\u030c",  # č
    "u": "\u0306",  # ă
    "H": "\u030b",  # ő
    "k": "\u0328",  # ą
    "r": "\u030a",  # å
    "hat": "\u0302",
    "tilde": "\u0303",
    "bar": "\u0304",
    "dot": "\u0307",
    "vec": "\u20d7",
}

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
