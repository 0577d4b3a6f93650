"""The judge: what the mail server took, by its own log, against what the tables say.

Neither the product's results nor a worker's words count. What is looked at:

    doubled      mails that the server took again (by Message-ID, and by reader and date)
    lost         deliveries that nobody will ever settle
    unproved     deliveries `sent` that the server never took
    denied       mails that the server took of deliveries that are neither `sent` nor `uncertain`
    repeated     papers that a reader got in two mails
    intruding    mails to readers who had left before they began to leave
    unbalanced   mornings whose accounting equation is not true
    uncertain    must not be more than the faults can explain
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace

from django.db import connection

from chaos.log import Taken
from newsletter.accounts import accounts
from newsletter.models import Delivery, Morning

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a campaign came to."""

    due: int
    taken: int
    doubled: int
    lost: int
    unproved: int
    denied: int
    repeated: int
    intruding: int
    unbalanced: int
    uncertain: int
    bound: int
    figures: dict[str, object] = field(default_factory=dict)
    """What was done, and what else was measured."""
    others: list[str] = field(default_factory=list)
    """What else is wrong."""

    def noting(self, figures: dict[str, object], others: Collection[str] = ()) -> "Judgement":
        """Return it with what was done and measured, and with what else is wrong."""
        return replace(self, figures=figures, others=[*others])

    @property
    def charges(self) -> list[str]:
        """What is wrong; nothing, if nothing is."""
        counts = asdict(self)
        charges = [f"{counts[name]:,} {name}" for name in _CHARGES if counts[name]]
        if self.uncertain > self.bound:
            charges.append(f"{self.uncertain:,} uncertain, {self.bound:,} at most")
        return charges + self.others


_CHARGES = (
    "doubled",
    "lost",
    "unproved",
    "denied",
    "repeated",
    "intruding",
    "unbalanced",
)


def judge(
    taken: Sequence[Taken],
    *,
    due: int,
    bound: int,
    leavers: Collection[str] = (),
) -> Judgement:
    """Judge what is in the database against what the server took.

    `due` is how many readers were, `bound` how many deliveries may be uncertain, `leavers` the
    addresses that nothing may have been sent to.
    """
    states = dict(Delivery.objects.values_list("pk", "state"))
    came = {mail.delivery for mail in taken}
    sent = {number for number, state in states.items() if state == State.SENT}
    perhaps = {number for number, state in states.items() if state == State.UNCERTAIN}
    return Judgement(
        due=due,
        taken=len(taken),
        doubled=_doubled(taken),
        lost=sum(state not in Delivery.FINAL for state in states.values()),
        unproved=len(sent - came),
        denied=len(came - sent - perhaps),
        repeated=_repeated(came),
        intruding=sum(mail.recipient in leavers for mail in taken),
        unbalanced=_unbalanced(due),
        uncertain=len(perhaps),
        bound=bound,
    )


def _doubled(taken: Sequence[Taken]) -> int:
    by_name = Counter(mail.message_id for mail in taken)
    by_reader = Counter((mail.recipient, mail.date) for mail in taken)
    return len(taken) - min(len(by_name), len(by_reader))


def _unbalanced(due: int) -> int:
    """Count the mornings that do not add up, and it as one if they are not as many as were due."""
    counted = sum(Morning.objects.values_list("due", flat=True))
    return sum(not account.balances for account in accounts()) + (counted != due)


def _repeated(came: Collection[int]) -> int:
    """Count the papers that came to a reader again."""
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, [[*came]])
        (count,) = cursor.fetchone()
    return int(count)


REPEATED = """
SELECT count(*) - count(DISTINCT (subscriber_id, paper_id))
  FROM newsletter_delivery delivery
  JOIN newsletter_edition edition ON edition.id = edition_id
 CROSS JOIN unnest(paper_ids) AS paper_id
 WHERE delivery.id = ANY(%s)
"""
