"""The worst digests that anybody thought of: each fills a parser's size limit with one thing."""

from dataclasses import dataclass

from digests.sources import Kind
from digests.sources.json_feed import MAX_FEED_BYTES
from digests.sources.markdown import MAX_SIZE
from digests.sources.parsed import MAX_BYTES
from digests.sources.safe_xml import MAX_XML_BYTES

# What is larger is refused unread.
LIMITS = {
    Kind.ARXIV_FEED: MAX_XML_BYTES,
    Kind.FEED: MAX_XML_BYTES,
    Kind.JSON_FEED: MAX_FEED_BYTES,
    Kind.MARKDOWN: MAX_SIZE,
}
NUMBER = b"#######"  # in a unit: its number, so that no two are the same


@dataclass(frozen=True, slots=True)
class Worst:
    """A digest of one unit, again and again, between a head and a tail."""

    name: str
    unit: bytes
    head: bytes = b""
    tail: bytes = b""

    def fill(self, size: int) -> bytes:
        """Return it with as many units as `size` bytes have room for."""
        body: bytes | bytearray
        times = (size - len(self.head) - len(self.tail)) // len(self.unit)
        if NUMBER in self.unit:
            template = self.unit.replace(b"%", b"%%").replace(NUMBER, b"%07d")
            body = bytearray()
            for number in range(times):
                body += template % number
        else:
            body = self.unit * times
        return b"".join((self.head, body, self.tail))


def limit(kind: Kind | None) -> int:
    """Return the largest size that is read of a kind."""
    return LIMITS.get(kind, MAX_BYTES) if kind else MAX_BYTES


def worst(kind: Kind | None) -> dict[str, Worst]:
    """Return the worst inputs of a kind by their names, those of every kind among them.

    Of none: those for which all of a digest is searched to tell its kind.
    """
    own = OF_KIND[kind] if kind else (*_HUGGING_FACE_PAGE, *_JSON_FEED)
    return {it.name: it for it in (*EVERYWHERE, *own)}


WIDE = "\U0001f989".encode()  # one such character makes Python keep four bytes for every other one

EVERYWHERE = (
    Worst("blank lines", b"\n"),
    Worst("carriage returns", b"\r"),
    Worst("spaces", b" "),
    Worst("one line", b"a"),
    Worst("one line, wide", b"a", WIDE),
    Worst("short lines", b"a\n"),
    Worst("short lines, wide", b"a\n", WIDE),
    Worst("words, wide", b"ab ", WIDE),
    Worst("quotes", b'"'),
    Worst("commas", b","),
    Worst("dashes", b"-"),
    Worst("digits", b"9"),
    Worst("NaN", b"NaN,", b"["),
    Worst("lone <", b"<"),
    Worst("nested tags", b"<a>"),
    Worst("comments left open", b"<!--"),
    Worst("nested lists", b"["),
    Worst("nested objects", b'{"a":'),
    Worst("backslashes", b"\\"),
    Worst("escapes", b"\\n", b'"'),
    Worst("surrogate escapes", b"\\ud800"),
    Worst("surrogate bytes", b"\xed\xa0\x80"),
    Worst("bidi overrides", "\u202e".encode()),
    Worst("ampersands", b"&amp;"),
    Worst("NUL", b"\0"),
)

_PAPER = b'[{"paper":{"id":"2606.00001","title":"Owls'
_NAMES = b";ab" * 300_000

_HUGGING_FACE = (
    Worst("title of surrogates", b"\\ud800", _PAPER, b'"}}]'),
    Worst("title of escapes", b"\\u0041", _PAPER, b'"}}]'),
    Worst("title of one word, wide", b"a", _PAPER + WIDE, b'"}}]'),
    Worst("votes of digits", b"9", _PAPER + b'","upvotes":', b"}}]"),
    Worst("votes of NaN", b"NaN", _PAPER + b'","upvotes":', b"}}]"),
    Worst("nested in an unknown field", b"[", _PAPER + b'","x":'),
    Worst("numbers in an unknown field", b"1,", _PAPER + b'","x":[', b"1]}}]"),
    Worst("empty objects", b"{},", b"[", b"{}]"),
    Worst(
        "authors",
        b'{"name":"Ada Bo #######", "x":"aaaaaaa"},',
        _PAPER + b'","authors":[',
        b"{}]}}]",
    ),
    Worst(
        "papers", b'{"paper":{"id":"#######","title":"b"},"title":"%s"},' % (b"c" * 40), b"[", b"1]"
    ),
    Worst(
        "papers in full", b'{"paper":{"id":"#######","title":"%s"}},' % (b"c" * 5_000), b"[", b"{}]"
    ),
)
_PAGE = b'<div data-props="{&quot;dailyPapers&quot;:[{&quot;paper&quot;:{&quot;id&quot;:&quot;1'
_HUGGING_FACE_PAGE = (
    Worst("references", b"&#39;", _PAGE),
    Worst("references, few enough", b"&#39;" + b"a" * 40, _PAGE),
    Worst("quotation marks", b"&quot;", _PAGE),
    Worst("objects", b"{", _PAGE, b'">'),
    Worst("attributes", b' data-props="a"', b"<div"),
    Worst("attributes left open", b" data-props='", b"<div"),
    Worst("attributes and spaces", b" data-props" + b" " * 1_000, b"<div"),
    Worst("names of the list", b"&quot;dailyPapers", b'<div data-props="', b'"'),
)
_RSS = b"<rss><channel>"
_ITEM = _RSS + b"<item><title>Owls</title>"
_FULL_ITEM = b"<item><title>#######</title><description>%b</description></item>"
_ITEM_END = b"</item></channel></rss>"
_BOMB = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
_FEED = (
    Worst("entity bomb", b"&a9;", b'<!DOCTYPE a [<!ENTITY a0 "a">' + _BOMB + b"]><rss>"),
    Worst("one large entity", b"&a;", b'<!DOCTYPE a [<!ENTITY a "%b">]><rss>' % (b"a" * 100_000)),
    Worst("unknown entities", b"&a;", _ITEM, _ITEM_END),
    Worst("known entities", b"&eacute;", b"<!DOCTYPE rss>" + _ITEM + b"<description>"),
    Worst("empty elements", b"<a/>", _RSS, b"</channel></rss>"),
    Worst("nested elements", b"<a>", _RSS),
    Worst("elements in a text", b"<b/>", _ITEM + b"<description>"),
    Worst("items", b"<item><title>a #######</title><link>http://b.c</link></item>", _RSS),
    Worst("items in full", _FULL_ITEM % (b"&lt;p&gt;ab" * 4_000), _RSS, b"</channel></rss>"),
    Worst("items of open tags", _FULL_ITEM % (b"&lt;a " * 8_000), _RSS, b"</channel></rss>"),
    Worst("items of open quotes", _FULL_ITEM % (b"&lt;a b=' " * 5_000), _RSS, b"</channel></rss>"),
    Worst("attributes", b' a#######=""', b"<rss"),
    Worst("namespaces", b' xmlns:a#######="b"', b"<rss"),
    Worst("one long attribute", b"a", b'<rss a="', b'"/>'),
    Worst("one long name", b"a", b"<rss", b"/>"),
    Worst("categories", b"<category>ab</category>", _ITEM, _ITEM_END),
    Worst("a long text", b"a ", _ITEM + b"<description>", b"</description>" + _ITEM_END),
    Worst("sections", b"<![CDATA[]]>", _ITEM + b"<description>", b"</description>" + _ITEM_END),
    Worst("lines of text", b"\n", _ITEM + b"<description>", b"</description>" + _ITEM_END),
    Worst("comments", b"<!---->", _RSS),
    Worst("comments before it", b"<!---->", b"", _RSS),
    Worst("instructions", b"<?a?>", _RSS),
    Worst("in UTF-16", "<a/>".encode("utf-16-le"), "\ufeff<rss><channel>".encode("utf-16-le")),
)
_ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
_FULL_ENTRY = (
    b"<entry><id>oai:arXiv.org:2606.00001v1</id><title>#######</title>"
    b"<author><name>%b</name></author></entry>"
)
_ENTRY = _ATOM + b"<entry><id>oai:arXiv.org:2606.00001v1</id><title>Owls</title>"
_ARXIV_FEED = (
    *_FEED,
    Worst("authors", b"<author><name>ab#######</name></author>", _ENTRY, b"</entry></feed>"),
    Worst("authors in parentheses", b"(", _ENTRY + b"<author><name>", b"</name>"),
    Worst("entries", _FULL_ENTRY % (b"ab, " * 10_000), _ATOM, b"</feed>"),
    Worst("an error of its own", b"a", _ATOM + b"<title>Feed error for query ", b"</title></feed>"),
)
_JSON = b'{"version":"https://jsonfeed.org/version/1.1","items":['
_FULL = b'{"id":#######,"title":"a","content_html":"%b"},'
_NAMED = b'{"title":"a","summary":"b","authors":[%b{}]},'
_JSON_FEED = (
    Worst("items of digits", b"1,", _JSON, b"1]}"),
    Worst("items of lists", b"[],", _JSON, b"1]}"),
    Worst("items of objects", b"{},", _JSON, b"1]}"),
    Worst("items", b'{"id":#######,"title":"a","summary":"b"},', _JSON, b"{}]}"),
    Worst("items in full", _FULL % (b"<p>ab" * 100), _JSON, b"{}]}"),
    Worst("an id of digits", b"9", _JSON + b'{"title":"a","summary":"b","id":', b"}]}"),
    Worst("nested lists of an item", b"[", _JSON),
    Worst("authors", b'{"name":"a"},', _JSON + b'],"authors":[', b"{}]}"),
    Worst("items of many authors", _NAMED % (b'{"name":"ab"},' * 20_000), _JSON, b"{}]}"),
    Worst("a title of surrogates", b"\\ud800", _JSON + b'{"summary":"a","title":"', b'"}]}'),
    Worst("an open tag", b"<a ", _JSON + b'{"title":"a","content_html":"', b'"}]}'),
    Worst("versions", b'"version" ', b"{"),
)
_TEXT = b"Get trending papers in your email inbox\n"
_PAGE_TEXT = (
    Worst("a pair a line", b"#######\nb.\n", _TEXT),
    Worst("a pair a line, wide", b"#######\nb.\n", _TEXT + WIDE),
    Worst("pairs between blank lines", b"#######\n\nb.\n\n", _TEXT),
    Worst("fifty thousand papers", b"#######\n%b.\n" % (b"ab " * 128), _TEXT),
    Worst("fifty thousand papers, wide", b"#######\n%b.\n" % (WIDE + b"ab " * 128), _TEXT),
    Worst("one abstract", b"a", _TEXT + b"Owls\n"),
    Worst("one abstract of lines", b"a\n", _TEXT + b"Owls\n\n"),
    Worst("abstracts of a megabyte", b"#######\n\n%b\n\n" % (b"a\n" * 490_000), _TEXT),
    Worst("buttons", b"Subscribe\n", _TEXT),
    Worst("by-lines", b"by a and the research community\n", _TEXT),
    Worst("one by-line", b"by ", _TEXT),
    Worst("blank lines of spaces", b" \n", _TEXT + b"a", b"b"),
    Worst("blanks between two words", b"\x0b", _TEXT + b"a", b"b"),
)
_MARKDOWN = (
    Worst("headings", b"## #######\nb\n"),
    Worst("linked items", b"- [#######](https://a.b) c\n"),
    Worst("bold items", b"- **#######** ccccccccccc\n"),
    Worst("plain items", b"- a\n  b\n"),
    Worst("items on one line", b"- [a](https://a.b) ", b"# A\n"),
    Worst("open brackets", b"[", b"- "),
    Worst("brackets and text", b"[a", b"## A\n"),
    Worst("open links", b"[a](", b"## A\n"),
    Worst("links with parentheses", b"[a](b(c)", b"## A\n"),
    Worst("linked links", b"[[a](b)](c)", b"## A\n"),
    Worst("images", b"![", b"## A\n"),
    Worst("badges", b"[![a](b)](c)", b"## A\n"),
    Worst("asterisks", b"*", b"## A\n"),
    Worst("open emphasis", b"*a ", b"## A\n"),
    Worst("open underlines", b"_a ", b"## A\n"),
    Worst("backticks", b"`", b"## A\n"),
    Worst("open code", b"`a ", b"## A\n"),
    Worst("open addresses", b"<https://a", b"## A\n"),
    Worst("quotations", b"> ", b"## A\n"),
    Worst("number signs", b"#", b"## A\n# "),
    Worst("rules", b"* ", b"## A\n"),
    Worst("papers of marks", b"## #######\n%b\n" % (b"*a `b [c](d " * 400)),
    Worst("papers of links", b"## #######\n%b\n" % (b"[a](b) " * 14_000)),
    Worst("papers of parentheses", b"## #######\n%b\n" % (b"[a](" + b"(b)" * 900)),
    Worst("lines of marks", b"- *a* `b` [c](d\n", b"## A\n"),
    Worst("authors", b"## #######\nb\nAuthors: %b\n" % (b";ab" * 30_000)),
    Worst("fences", b"```\n", b"## A\n"),
)
_CSV = (
    Worst("one cell", b"a", b"title,abstract\n"),
    Worst("one cell in quotes", b"a", b'title,abstract\n"'),
    Worst("one cell of lines", b"a\n", b'title,abstract\n"'),
    Worst("columns", b",a", b"title,abstract"),
    Worst("columns in quotes", b',"a"', b"title,abstract"),
    Worst("rows", b"a,\n", b"title,abstract\n"),
    Worst("rows of nothing", b",\n", b"title,abstract\n"),
    Worst("numbered rows", b"#######,b\n", b"title,abstract\n"),
    Worst("fifty thousand rows", b"#######,%b\n" % (b"ab " * 129), b"title,abstract\n"),
    Worst(
        "fifty thousand rows, wide", b"#######,%b\n" % (WIDE + b"ab " * 126), b"title,abstract\n"
    ),
    Worst("wide rows", b"a" + b"," * 9_000 + b"\n", b"title,abstract" + b"," * 8_999 + b"\n"),
    Worst("cells of a megabyte", b'#######,"%b"\n' % (b"ab\n" * 9_990), b"title,abstract\n"),
    Worst("doubled quotes", b'""', b'title,abstract\n"'),
    Worst("rows of authors", b"#######,%b\n" % (_NAMES[:130_000]), b"title,authors\n"),
    Worst("votes of digits", b"9", b"title,votes\na,"),
)
_RECORD = rb"\\" + b"\narXiv:2606.00001\nTitle: #######\n"
_MAIL = _RECORD.replace(NUMBER, b"Owls")
_ABSTRACT = rb"\\" + b"\na\n"
_ARXIV_MAIL = (
    Worst("lines of backslashes", b"\\\\\n", _MAIL),
    Worst("records", _RECORD + _ABSTRACT),
    Worst("records of nothing", b"\\\\\narXiv:1\n"),
    Worst("fifty thousand records", _RECORD + _ABSTRACT + b"ab " * 116 + b"\n"),
    Worst("fifty thousand records, wide", _RECORD + _ABSTRACT + b"ab " * 116 + b"\n", WIDE + b"\n"),
    Worst("sections", b"%%--%%--\n", _MAIL),
    Worst("authors", _RECORD + b"Authors: " + _NAMES + b"\n" + _ABSTRACT),
    Worst("categories", _RECORD + b"Categories: " + b"ab " * 300_000 + b"\n" + _ABSTRACT),
    Worst("open parentheses", _RECORD + b"Authors: " + b"(" * 900_000 + b"\n" + _ABSTRACT),
    Worst("parentheses", _RECORD + b"Authors: " + b"(a)" * 300_000 + b"\n" + _ABSTRACT),
    Worst("fields", b"Comments: a\n", _MAIL, _ABSTRACT),
    Worst("one abstract", b"a ", _MAIL + b"\\\\\n"),
    Worst("abstracts of a megabyte", _RECORD + b"\\\\\n" + b"ab " * 330_000 + b"\n", WIDE + b"\n"),
    Worst("quoted-printable", b"=3D", b"Content-Transfer-Encoding: quoted-printable\n\n" + _MAIL),
    Worst("soft line breaks", b"=\n", b"Content-Transfer-Encoding: quoted-printable\n\n" + _MAIL),
    Worst("authors, wide", _RECORD + b"Authors: " + _NAMES + b"\n" + _ABSTRACT, WIDE + b"\n"),
    Worst("dates", b"received from a to ", b"", b"\n" + _MAIL),
)
_LINE = b'{"title":"#######","abstract":"%b"}\n'
_JSON_LINES = (
    Worst("papers", _LINE % b"b"),
    Worst("fifty thousand papers", _LINE % (b"ab " * 121)),
    Worst("papers of surrogates", _LINE % (b"\\ud800" * 60)),
    Worst("papers of pairs", _LINE % (b"\\ud83e\\udd89" * 30)),
    Worst("one paper of surrogates", b"\\ud800", b'{"abstract":"b","title":"', b'"}'),
    Worst("one paper, wide", b"a", b'{"abstract":"b","title":"' + WIDE, b'"}'),
    Worst("a title of digits", b"9", b'{"title":'),
    Worst("nested lists in a member", b"[", b'{"x":'),
    Worst("lines without a paper", b"\n ", b'{"title":"a","abstract":"b"}'),
    Worst("numbers in an unknown member", b"1,", b'{"title":"a","abstract":"b","x":[', b"1]}"),
)

OF_KIND = {
    Kind.HUGGING_FACE: _HUGGING_FACE,
    Kind.HUGGING_FACE_PAGE: _HUGGING_FACE_PAGE,
    Kind.ARXIV_FEED: _ARXIV_FEED,
    Kind.ARXIV_MAIL: _ARXIV_MAIL,
    Kind.FEED: _FEED,
    Kind.JSON_FEED: _JSON_FEED,
    Kind.PAGE_TEXT: _PAGE_TEXT,
    Kind.MARKDOWN: _MARKDOWN,
    Kind.CSV: _CSV,
    Kind.JSON_LINES: _JSON_LINES,
}
