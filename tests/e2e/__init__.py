"""End to end: a real browser, the real site, real mail. `make e2e` runs it, `make test` does not.

journeys    readers' ways from the front page to the last mail
every_page  what holds for each page: accessibility, budget, room for a thumb
pictures    what `docs/images/` holds: `make pictures`
caniemail   what mail programs make of our mails: `make caniemail`

worlds      the site with a few days of papers, and readers of every state
pages       the address of every page that a reader can see
urls        the site's addresses, and some where something breaks
audits      what a page is measured by
chromium    the browser, and what it hears pages complain of
hands       how a reader uses a page: with a mouse, or by keyboard alone
inbox       a reader's mails, and the links in them
png         pictures made small
"""
