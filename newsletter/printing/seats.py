"""The seats in a mail's pieces: what stands in for whatever is put in later."""

import secrets

from subscribers import tokens


def mark() -> str:
    """Return what stands in for something; nobody can guess it, so no paper can say it."""
    return secrets.token_hex(tokens.LENGTH // 2)


# An edition's.
SUBJECT, PREHEADER, EDITION, TEXT_LEAD, HTML_LEAD, TEXT_PAPERS, HTML_PAPERS = (
    mark() for _ in range(7)
)
# A reader's. The last is in each paper's block too.
ADDRESS, NUMBER, DATE, UNSUBSCRIBE, PREFERENCES = (mark() for _ in range(5))

OF_AN_EDITION = (SUBJECT, PREHEADER, EDITION, TEXT_LEAD, HTML_LEAD, TEXT_PAPERS, HTML_PAPERS)
OF_A_READER = (ADDRESS, NUMBER, DATE, UNSUBSCRIBE, PREFERENCES)
ALL = OF_AN_EDITION + OF_A_READER
