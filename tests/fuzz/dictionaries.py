"""Words of each format, from which the fuzzer builds what chance would never write."""

from digests.sources import Kind
from fuzz.targets import DETECTED, READABLE

_JSON = r'{ } [ ] : , " \" \\ \n \u0041 \ud83e\udd89 null true false -1 1e9 NaN "title" "abstract"'
_XML = (
    '< > </ /> <!-- --> <![CDATA[ ]]> <? ?> &lt; &amp; &#65; &nbsp; xml:base=" xmlns=" xmlns:dc="'
    ' <feed <entry> <rss> <channel> <item> <title> <link> <description> <summary> type="html"'
    ' type="xhtml" http://www.w3.org/2005/Atom http://purl.org/dc/elements/1.1/'
    ' http://purl.org/rss/1.0/ encoding="utf-16" encoding="latin-1" <guid> 2026-3-16'
)
_PAPER = '"paper" "id" "summary" "authors" "name" "hidden" "upvotes" "publishedAt" "githubRepo"'

WORDS: dict[str, str] = {
    Kind.HUGGING_FACE: f'{_JSON} {_PAPER} "submittedOnDailyAt" "error"',
    Kind.HUGGING_FACE_PAGE: (
        f"{_JSON} {_PAPER} data-props=' &quot; &#34; &#x22; &amp; &quot;dailyPapers&quot;"
        " &quot;dateString&quot; < > <div"
    ),
    Kind.ARXIV_FEED: (
        f"{_XML} http://arxiv.org/schemas/atom arxiv:announce_type arxiv:primary_category"
        " dc:creator Announce Abstract: Type: replace cross /api/errors oai:arXiv.org: term= ( )"
    ),
    Kind.ARXIV_MAIL: (
        r"\\ arXiv: Paper: (*cross-listing*) Title: Authors: Categories: Date: DOI: Comments:"
        r" %%--%%-- %%%---%%% received from to Mar 25 Jan 1999 ( ) -------------------- =3D =C3=BC"
        r" Content-Transfer-Encoding: quoted-printable revised version replaced with"
    ),
    Kind.FEED: f"{_XML} <content:encoded> <dc:date> <pubDate> rdf:about= isPermaLink= <rdf:RDF",
    Kind.JSON_FEED: (
        f'{_JSON} "version" "https://jsonfeed.org/version/1.1" "items" "id" "url" "external_url"'
        ' "content_html" "content_text" "summary" "authors" "author" "name" "home_page_url"'
    ),
    Kind.PAGE_TEXT: "new Subscribe Get trending papers by community Mar Feb 29 { [ < <html> ? . !",
    Kind.MARKDOWN: (
        "# ## - * + 1. [ ] ]( ) ![ ** __ _ ` ``` ~~~ > --- === \\* &amp; <https:// Votes: Date:"
        " URL: Authors: Abstract: Code: DOI: arXiv: PDF [x] [[ ]] [2024-05] https://a.b/ (c)"
    ),
    Kind.CSV: 'title abstract url authors date votes doi arxiv code , ; " "" 2026-3-16 https://a.b/',
    Kind.JSON_LINES: _JSON,
}
LATEX = (
    r"\ { } $ $$ ^ _ ~ `` '' \( \) \url{ \href{ \textsc{ \mathcal{ \frac{ \sqrt{ \deg \times \i \'"
    r" \" \\ \% 2-5times sim50 ell_1 mathcal{ ^\circ {\bf --- --"
)

_TEXTS: dict[str, str] = {**WORDS, READABLE: LATEX, DETECTED: " ".join(WORDS.values())}


def dictionary(target: str) -> str:
    """Return a target's words in libFuzzer's format, a quoted one a line."""
    text = _TEXTS[target]
    return "".join(f'"{_quoted(word)}"\n' for word in dict.fromkeys(text.split()))


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"')
