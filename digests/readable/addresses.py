r"""Keep addresses, paths, options and escaped braces from being read as LaTeX.

A character of a plane for private use stands for each of them until the other steps are done.
"""

import re

from digests.readable.macros import unescaped

_FIRST, _LAST = 0xF0000, 0xFFFFD
_SLOT = f"[{chr(_FIRST)}-{chr(_LAST)}]"
_ANY_SLOT = re.compile(_SLOT)

_WITHIN = r"(?:[^\s{}\\$\"<>`^]|\\[#_%&~]){1,2000}"  # an address
_KEPT = re.compile(
    rf"https?://{_WITHIN}"
    rf"|(?<![\w.@-])[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{0,5}}\.[A-Za-z]{{2,20}}/{_WITHIN}"
    r"|\b[A-Z]:\\(?!math|to\b|R\b)[\w\\.-]{0,500}"  # a Windows path
    r"|(?:(?<=\s)|^)--?[A-Za-z][\w-]{0,60}"  # an option of a command
    r"|\\[{}$]"
)
_URL = re.compile(rf"(\w?)\\?\b(?:url|nolinkurl|path)\s{{0,9}}\{{({_SLOT})\}}")
_LINK = re.compile(
    rf"\\href\s{{0,9}}\{{({_SLOT})\}}\s{{0,9}}\{{([^{{}}]{{0,500}})\}}"
    rf"|\\href\{{({_SLOT})\{{([^{{}}]{{0,500}})\}}\}}"  # where two braces were lost
    rf"|({_SLOT})\{{([^{{}}]{{0,500}})\}}"  # where all but the last two were
)


def has_slots(text: str) -> bool:
    """Tell whether the text itself holds characters that stand for something here."""
    return bool(_ANY_SLOT.search(text))


def put_away(text: str) -> tuple[str, list[str]]:
    r"""Return the text with slots, `\url` and `\href` resolved, and what each slot stands for."""
    kept: list[str] = []
    text = _KEPT.sub(lambda found: _put_away(found[0], kept), text)
    if kept and "{" in text:
        text = _URL.sub(lambda url: f"{url[1]} {url[2]}" if url[1] else url[2], text)
        text = _LINK.sub(lambda link: _link(link, kept), text)
    return text, kept


def put_back(text: str, kept: list[str]) -> str:
    """Return the text with what the slots stand for."""
    return _ANY_SLOT.sub(lambda slot: kept[ord(slot[0]) - _FIRST], text)


def _put_away(found: str, kept: list[str]) -> str:
    kept.append(found[1:] if found[1] in "{}$" else unescaped(found))
    return chr(_FIRST + len(kept) - 1)


def _link(link: re.Match[str], kept: list[str]) -> str:
    """Return "text (address)", or the address alone where the text only repeats it."""
    slot, label = (part for part in link.groups() if part is not None)
    address = put_back(slot, kept)
    if len(address) == 1 or "/" not in address:  # an escaped brace, an option
        return link[0]
    shown = put_back(label, kept).strip(" .")
    repeats = not shown or shown.partition("://")[2] in address or shown in address
    if repeats and ("/" in shown or not shown):
        return slot
    stop = label[-1] if label.endswith((".", ",")) else ""
    return f"{label.removesuffix(stop)} ({slot}){stop}"
