import datetime as dt

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.models import Heartbeat

# Beat ticks every 30 seconds; six silent ones are a fault, whichever part it is in.
STALE = dt.timedelta(minutes=3)


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while ticks arrive: beat, broker, worker and database are then all alive."""
    beats = Heartbeat.objects.filter(name="tick").values_list("beaten_at", flat=True)
    last = beats.first()
    # Nor is a tick of the future one that arrived: `deliver --at` may have been there.
    is_well = last is not None and abs(timezone.now() - last) < STALE
    return JsonResponse({"ok": is_well, "last_tick": last}, status=200 if is_well else 503)
