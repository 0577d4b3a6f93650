from django.db.models import F
from django.utils import timezone, translation

from benchmarks.sending.per_reader.app import app
from newsletter.models import Delivery
from newsletter.printing import links, whole
from newsletter.printing.desk import Desk
from newsletter.printing.headers import headers
from newsletter.printing.sheet import SHORT
from newsletter.printing.style import Style
from subscribers.mail import build


@app.task
def send_one(number: int) -> None:
    """Send a reader her mail, unless that is done."""
    delivery = Delivery.objects.select_related("subscriber").get(pk=number)
    reader, edition = delivery.subscriber, delivery.edition_id
    if delivery.state != Delivery.State.PLANNED or reader is None or edition is None:
        return
    (stories,) = Desk().stories([edition]).values()
    style, own = Style(reader.language), (reader.unsubscribe_token, reader.preferences_token)
    with translation.override(style.language):
        told = whole.told(stories, style, SHORT[0], reader.preferences_token)
        told["view_url"] = links.shared_edition(delivery.date, edition)
        words = whole.edition(delivery.date, style, told, *own)
    around = headers(delivery.date, delivery.pk, reader.unsubscribe_token)
    build(words, reader.email, around).send()
    Delivery.objects.filter(pk=number).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1
    )
