import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.models import Halt, Heartbeat
from subscribers.models import Subscriber

# Beat ticks every 30 seconds; six silent ones are a fault, whichever part it is in.
STALE = dt.timedelta(minutes=3)
# A million readers are composed for within a minute: who waits longer is waiting for a repair.
OVERDUE = dt.timedelta(minutes=15)


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while ticks arrive and mornings are composed, else 503 and what is wrong.

    Beat, broker, worker and database are then all alive.
    """
    now = timezone.now()
    beats = Heartbeat.objects.filter(name="tick").values_list("beaten_at", flat=True)
    last = beats.first()
    wrong = [*_faults(now, last)]
    answer = {"ok": not wrong, "last_tick": last, "wrong": wrong}
    return JsonResponse(answer, status=503 if wrong else 200)


def _faults(now: dt.datetime, last: dt.datetime | None) -> Iterator[str]:
    """Yield what is wrong. While mail is halted, readers may wait."""
    if last is None:
        yield "No tick ever arrived: are worker and beat running?"
    # Nor is a tick of the future one that arrived: `deliver --at` may have been there.
    elif abs(now - last) >= STALE:
        yield f"No tick arrived since {last:%Y-%m-%d %H:%M} UTC: are worker and beat running?"
    overdue = Subscriber.objects.due(now - OVERDUE)
    if overdue.exclude(Exists(Halt.objects.all())).exists():
        minutes = OVERDUE // dt.timedelta(minutes=1)
        yield f"Readers are due for more than {minutes} minutes: see why composing fails."
