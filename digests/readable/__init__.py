r"""Titles and abstracts as they are shown: LaTeX becomes the Unicode text it stands for.

Stored texts stay as received; this is for mails and pages. Some sources write LaTeX, others lost
its dollar signs and most backslashes (`2-5times fewer`, `mathcal{O}(n)`), and most have none.
What might be the author's own (`a<b`, `x_i`, `US$5 and US$10`, `C:\temp`, `{3D GU}`, an unknown
`\method`) stays: a macro too many is ugly, a lost word is wrong.

The steps, in this order, each a module with its expressions:

    addresses     put what must stay as it is away: web addresses, paths, \{
    lost_words    make macros of words that lost their backslash
    mathematics   take the dollars away, and what is meant by marks within them
    macros        take groups and macros away, with `accents` and `scripts`, from within
    typography    ties, quotes and dashes
    addresses     put back
"""

import re
from functools import lru_cache

from digests.readable import addresses, lost_words, macros, mathematics, typography

MAX_CONVERTED = 20_000  # characters; the longest of 4,623 real texts has 1,923

# What a conversion needs, besides lost words: three texts in four are returned at once.
_MARK = re.compile(r"[\\${}^~`]")


def readable(text: str) -> str:
    """Return the text as it is shown; plain text comes back as it is, and nothing ever raises.

    Of a text above MAX_CONVERTED characters only the escapes of `%`, `&`, `#` and `_` go.
    """
    if len(text) > MAX_CONVERTED:
        return macros.unescaped(text)
    return _converted(text) if _needs_work(text) else text


def _needs_work(text: str) -> bool:
    return bool(_MARK.search(text)) or "--" in text or lost_words.may_stand_in(text)


@lru_cache(maxsize=1 << 12)  # some days' texts, for a paper is in thousands of editions
def _converted(text: str) -> str:
    if addresses.has_slots(text):
        return text
    text, kept = addresses.put_away(text)
    text = macros.without_false_ones(lost_words.mended(text))
    text = macros.without_macros(mathematics.without_dollars(text))
    return addresses.put_back(typography.typeset(text), kept)
