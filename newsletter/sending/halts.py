"""Stop editions and let them go again: all of them, or those of one morning.

The ledger asks for halts and pauses whenever it lets mails leave, so a stop holds from the moment
at which it is committed. What was composed stays planned, until its morning is over.
"""

import datetime as dt

from django.db import transaction

from newsletter.compose import compose
from newsletter.models import Bundle, Delivery, Halt, Morning
from newsletter.sending import marker

Cause, State = Halt.Cause, Delivery.State
RESTORED = "after a restored backup"


def halt(reason: str, now: dt.datetime) -> None:
    """Let no edition leave until `resume`."""
    Halt.objects.update_or_create(
        cause=Cause.OPERATOR,
        defaults={"reason": reason},
        create_defaults={"reason": reason, "since": now},
    )


def resume() -> bool:
    """Take the operator's halt back; return whether there was one."""
    deleted, _ = Halt.objects.filter(cause=Cause.OPERATOR).delete()
    return deleted > 0


def is_halted() -> bool:
    """Tell whether anything keeps all editions from leaving."""
    return Halt.objects.exists()


def pause(date: dt.date) -> None:
    """Let no edition of one morning leave until `end_pause`, whether or not it is composed yet."""
    Morning.objects.update_or_create(date=date, defaults={"is_paused": True})


def end_pause(date: dt.date) -> bool:
    """Let the editions of a morning leave again; return whether they were paused."""
    return Morning.objects.filter(date=date, is_paused=True).update(is_paused=False) > 0


def awaits_resume() -> bool:
    """Tell whether nothing is to be composed or sent before `resume_after_restore`."""
    return Halt.objects.filter(cause=Cause.RESTORED).exists()


def halt_if_restored(now: dt.datetime) -> bool:
    """Halt if this database is older than what was sent from it; return whether it is.

    To be asked before anything is swept or claimed.
    """
    is_restored = marker.is_restored()
    if is_restored:
        Halt.objects.get_or_create(cause=Cause.RESTORED, defaults={"since": now})
    return is_restored


def resume_after_restore(now: dt.datetime) -> int:
    """Go on with a restored database, doubling nothing: give up all that may have left before.

    Readers who were due by now may have been sent their mail, and what the backup has as planned
    as well. So the former are composed for first, and then everything planned becomes uncertain.

    Returns:
        How many deliveries became uncertain.

    """
    compose(now)
    return _give_up_what_is_planned()


@transaction.atomic
def _give_up_what_is_planned() -> int:
    unsettled, planned = Bundle.objects.filter(is_settled=False), Delivery.objects.all()
    # First, as the ledger does: a worker may be recording its last answers.
    list(unsettled.order_by("pk").select_for_update().values_list("pk"))
    end = {"state": State.UNCERTAIN, "reason": RESTORED, "next_attempt_at": None}
    given_up = planned.put_off().update(**end)
    given_up += planned.waiting().filter(bundle__in=unsettled).update(**end)
    unsettled.update(is_settled=True, claim=None, lease_until=None, leaving=[])
    marker.catch_up()
    Halt.objects.filter(cause=Cause.RESTORED).delete()
    return given_up
