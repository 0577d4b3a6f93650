import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources import safe_xml
from digests.sources.html_text import MAX_HTML
from digests.sources.parsed import DigestError
from digests.sources.xml_feed import MAX_ENTRIES, Entry, Feed, looks_like, read

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def rss(inside: str) -> str:
    return f"<rss><channel>{inside}</channel></rss>"


def atom(inside: str) -> str:
    return f"<feed {ATOM}>{inside}</feed>"


def feed(document: str | bytes) -> Feed:
    return read(document.encode() if isinstance(document, str) else document)


def entry(document: str | bytes) -> Entry:
    (only,) = feed(document).entries
    return only


def refusal(document: str | bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        feed(document)
    return caught.value


@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>Owls</title></item>"),
        f"<rdf:RDF {RDF}><channel/><item><title>Owls</title></item></rdf:RDF>",
        atom("<entry><title>Owls</title></entry>"),
        "<!DOCTYPE rss>" + rss("<item><title>Owls</title></item>"),
        '<!DOCTYPE rss SYSTEM "http://x.org/rss.dtd">' + rss("<item><title>Owls</title></item>"),
    ],
)
def test_every_kind_of_feed_gives_its_entries(document: str) -> None:
    assert entry(document).title.plain == "Owls"
    assert looks_like(document.encode())


def test_an_entry_knows_its_line() -> None:
    assert [found.line for found in feed(rss("\n<item/>\n<item/>")).entries] == [2, 3]


def test_what_stands_in_a_source_or_an_image_does_not_count() -> None:
    copied = "<entry><source><title>Nest</title><author><name>Kai</name></author></source></entry>"
    assert entry(atom(copied)).title.plain == ""
    assert entry(atom(copied)).authors == ()
    assert feed(rss("<image><title>Logo</title></image><title>Owls</title>")).title == "Owls"


def test_fields_of_other_namespaces_do_not_count() -> None:
    odd = '<item><m:title xmlns:m="urn:media">No</m:title><title>Owls</title></item>'
    assert entry(rss(odd)).title.plain == "Owls"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("<title>a &lt;b&gt; c</title>", "a <b> c"),
        ('<title type="html">a &lt;b&gt;c&lt;/b&gt;</title>', "a c"),
        ('<title type="xhtml"><div>a &lt; b<b>c</b>d</div></title>', "a < bcd"),
        ('<title type="xhtml"><p>a</p><p>b</p><script>c</script></title>', "a\nb"),
        ('<title type="image/png">iVBOR</title>', ""),
    ],
)
def test_atom_says_whether_a_text_is_html(title: str, text: str) -> None:
    assert entry(atom(f"<entry>{title}</entry>")).title.plain == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("a &lt;i&gt;b&lt;/i&gt;", "a b"),
        ("a <i>b</i>c", "a bc"),
        ("<![CDATA[a &amp; b]]>", "a & b"),
        ("a&nbsp;b &unheard; &amp;lt;", "a b &unheard; <"),
    ],
)
def test_rss_means_html(title: str, text: str) -> None:
    assert entry(rss(f"<item><title>{title}</title></item>")).title.plain == text


def test_of_a_very_long_text_the_beginning_is_kept() -> None:
    long = f"<p>{'x' * MAX_HTML}</p><p>y</p><!-- --> z"
    found = entry(rss(f"<item><description>{long}</description></item>"))
    assert set(found.summary.plain) == {"x"}


def test_links_are_relative_to_the_nearest_base() -> None:
    links = '<entry xml:base="b/"><link href="c"/><link rel="enclosure" href="d"/></entry>'
    document = atom(links).replace("<feed", '<feed xml:base="http://x.org/a/"')
    assert entry(document).links == ("http://x.org/a/b/c",)


@pytest.mark.parametrize("link", ["http://[", "http://x.org/" + "y" * 2_000])
def test_what_cannot_be_an_address_is_no_link(link: str) -> None:
    assert entry(rss(f"<item><link>{link}</link></item>")).links == ()


def test_a_guid_is_a_link_unless_it_says_that_it_is_not() -> None:
    assert entry(rss("<item><guid>http://x.org</guid></item>")).links == ("http://x.org",)
    assert entry(rss('<item><guid isPermaLink="false">7</guid></item>')).links == ()


def test_rss_1_0_has_its_ids_in_an_attribute_and_its_names_in_dublin_core() -> None:
    item = f'<item rdf:about="urn:owl" {DC}><dc:creator>Ada Kauz</dc:creator></item>'
    found = entry(f"<rdf:RDF {RDF}>{item}</rdf:RDF>")
    assert (found.id, found.authors) == ("urn:owl", ("Ada Kauz",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_honoured(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    document = f'<?xml version="1.0" encoding="{name}"?>' + rss("<item><title>é</title></item>")
    assert entry(document.encode(encoding)).title.plain == "é"
    assert looks_like(document.encode(encoding))


@pytest.mark.parametrize("encoding", ["shift_jis", "klingon", "hex", "undefined", "punycode"])
@pytest.mark.parametrize("written_in", ["utf-8", "utf-16-le", "utf-16-be"])
def test_an_encoding_nobody_can_read_is_refused(encoding: str, written_in: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><rss/>'
    assert "encoding" in refusal(document.encode(written_in)).reason


@pytest.mark.parametrize(
    ("document", "line", "reason"),
    [
        (b"", 1, "no element found"),
        (gzip.compress(b"<rss/>", mtime=0), 1, "not XML"),
        (b"<rss>\n<channel>\n\0</channel></rss>", 3, "not XML"),
        (b"<rss>\n&#xD800;</rss>", 2, "invalid character"),
        (b"<rss>\n\xe9</rss>", 2, "not XML"),
        (b"<rss>\n<channel><item>\n<title>Ow", 3, "cut off"),
        (b"<rss>\n</channel>", 2, "mismatched tag"),
        (b"<html/>", 1, "neither RSS nor Atom"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', 1, "entities"),
        (b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><rss/>', 1, "entities"),
        (b"<rss>" + b"<a>" * 200_000, 1, "more than 100 deep"),
        (b"<rss>" + b"<a/>" * 1_500_000, 1, "more than 150,000 elements"),
        (b"<rss>" + b"&nbsp;" * 1_000_000, 1, "more than 150,000 elements"),
        (rss("<item/>" * (MAX_ENTRIES + 1)), 1, "more than 10,000 entries"),
        (b"<rss>" + b" " * safe_xml.MAX_XML_BYTES, None, "8,000,005 bytes"),
    ],
)
def test_what_is_no_feed_is_refused_on_its_line(
    document: str | bytes, line: int | None, reason: str
) -> None:
    error = refusal(document)
    assert reason in error.reason
    assert error.line == line


@pytest.mark.parametrize(
    "start",
    [
        "<rss version='2.0'>",
        "\ufeff<?xml version='1.0'?>\n<!-- <html> -->\n<?style a?><rdf:RDF>",
        "<!DOCTYPE rss PUBLIC '-//x' 'http://x.org'>\n<rss>",
        f"<feed {ATOM}>",
    ],
)
def test_a_feed_is_told_by_its_root(start: str) -> None:
    assert looks_like(start.encode())


@pytest.mark.parametrize(
    "start", ["", "rss", "<html>", "<rssx>", "<!-- <rss>", '{"a": "<rss>"}', "<!-- -->" * 2_000]
)
def test_what_has_another_root_is_no_feed(start: str) -> None:
    assert not looks_like(start.encode())


scraps = st.sampled_from(
    [
        *(b"<rss>", b"<channel>", b"<item>", b"<title>", b"a", b"</title>", b"</item>"),
        *(b"<link/>", b"&amp;", b"&nbsp;", b"&#0;", b"<![CDATA[", b"]]>", b"</rss>", b"<!--"),
    ]
)


@given(st.binary() | st.lists(scraps | st.binary(max_size=2)).map(b"".join))
def test_any_bytes_give_a_feed_or_a_refusal(data: bytes) -> None:
    try:
        found = read(data)
    except DigestError:
        return
    assert isinstance(found, Feed)
