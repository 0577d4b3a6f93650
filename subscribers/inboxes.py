"""Where readers open their mail: the web mail of the larger providers, by an address's domain."""

from typing import NamedTuple


class Inbox(NamedTuple):
    """A provider's web mail. Its slug may stand in a link: it tells of no address whose it is."""

    slug: str
    name: str
    link: str


_OUTLOOK = Inbox("outlook", "Outlook", "https://outlook.live.com/mail/")
_YAHOO = Inbox("yahoo", "Yahoo Mail", "https://mail.yahoo.com/")
# Each with the domains of its addresses.
_INBOXES = {
    Inbox("gmail", "Gmail", "https://mail.google.com/"): "gmail.com googlemail.com",
    _OUTLOOK: "outlook.com outlook.de outlook.fr outlook.es hotmail.com hotmail.co.uk hotmail.de "
    "hotmail.fr hotmail.es hotmail.it live.com msn.com",
    _YAHOO: "yahoo.com yahoo.co.uk yahoo.co.in yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.com.br "
    "ymail.com rocketmail.com",
    Inbox("icloud", "iCloud Mail", "https://www.icloud.com/mail/"): "icloud.com me.com mac.com",
    Inbox("proton", "Proton Mail", "https://mail.proton.me/"): "proton.me protonmail.com pm.me",
    Inbox("fastmail", "Fastmail", "https://app.fastmail.com/"): "fastmail.com fastmail.fm",
    Inbox("aol", "AOL Mail", "https://mail.aol.com/"): "aol.com",
    Inbox("zoho", "Zoho Mail", "https://mail.zoho.com/"): "zoho.com zohomail.com",
    Inbox("gmx", "GMX", "https://www.gmx.net/"): "gmx.de gmx.net gmx.at gmx.ch",
    Inbox("gmx-com", "GMX", "https://www.gmx.com/"): "gmx.com gmx.us gmx.co.uk",
    Inbox("web-de", "WEB.DE", "https://web.de/"): "web.de",
    Inbox("posteo", "Posteo", "https://posteo.de/"): "posteo.de posteo.net posteo.eu",
    Inbox("mailbox-org", "mailbox.org", "https://login.mailbox.org/"): "mailbox.org",
    Inbox("orange", "Orange", "https://messagerie.orange.fr/"): "orange.fr wanadoo.fr",
    Inbox("laposte", "Laposte.net", "https://www.laposte.net/"): "laposte.net",
    Inbox("naver", "Naver", "https://mail.naver.com/"): "naver.com",
    Inbox("yandex", "Yandex Mail", "https://mail.yandex.com/"): "yandex.com yandex.ru ya.ru",
    Inbox("qq", "QQ Mail", "https://mail.qq.com/"): "qq.com foxmail.com",
    Inbox("163", "163", "https://mail.163.com/"): "163.com",
    Inbox("126", "126", "https://mail.126.com/"): "126.com",
    Inbox("sina", "Sina", "https://mail.sina.com.cn/"): "sina.com sina.cn",
}
BY_SLUG = {inbox.slug: inbox for inbox in _INBOXES}
_BY_DOMAIN = {domain: inbox for inbox, domains in _INBOXES.items() for domain in domains.split()}


def of(address: str) -> Inbox | None:
    """Return where the reader of a normalised address opens her mail, as far as is known."""
    return _BY_DOMAIN.get(address.rpartition("@")[2])
