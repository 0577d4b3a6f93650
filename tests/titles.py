"""Titles for tests; the hostile ones would like to be a header, a tag or a template."""

HOSTILE = {
    "a line end": "Owls\r\nBcc: eve@example.org\r\n\r\nHello",
    "a lone carriage return": "Owls\rBcc: eve@example.org",
    "separators": "Owls\u2028Bcc: eve@example.org\u2029\x85\x0bHello",
    "an encoded word": "=?utf-8?q?Owls=0D=0ABcc:_eve@example.org?=",
    "markup": "</a><script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": "\" onmouseover=\"alert(1)' style='",
    "a template": "{{ SITE_NAME }}{% debug %}{# gone #}%(name)s{0}",
    "letters from right to left": "بوم البومة \u202egnitnuh\u2066",
    "emoji": "Owls " + "🦉" * 80,
    "a long line": "owl" * 1_000,
    "controls": "Owls\x00\x07\x1b[2J",
    "our own mark": "UNSUBSCRIBE___________ PREFERENCES___________",
}
