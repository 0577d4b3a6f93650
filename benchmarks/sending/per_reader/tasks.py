from django.db.models import F
from django.utils import timezone

from benchmarks.sending.per_reader.app import app
from newsletter.models import Delivery
from newsletter.printing import headlines
from newsletter.printing.block import shortened
from newsletter.printing.desk import Desk
from newsletter.printing.headers import headers
from newsletter.printing.sheet import LENGTHS
from subscribers.mail import build, link, write


@app.task
def send_one(number: int) -> None:
    """Send a reader her mail, unless that is done."""
    delivery = Delivery.objects.select_related("subscriber").get(pk=number)
    reader, edition = delivery.subscriber, delivery.edition_id
    if delivery.state != Delivery.State.PLANNED or reader is None or edition is None:
        return
    (stories,) = Desk().stories([edition]).values()
    papers = [shortened(story, *LENGTHS[0]) for story in stories]
    mentions = [headlines.mention(it) for paper in papers for it in paper.reasons]
    minutes = headlines.reading_minutes(sum(len(paper.abstract.split()) for paper in papers))
    context = {
        "papers": papers,
        "subject": headlines.subject(delivery.date, papers[0].title, len(papers)),
        "lead": headlines.lead(len(papers), headlines.by_frequency(mentions), minutes),
        "date": delivery.date,
        "unsubscribe_url": link("unsubscribe", reader.unsubscribe_token),
        "preferences_url": link("preferences", reader.preferences_token),
    }
    own = headers(delivery.date, delivery.pk, reader.unsubscribe_token)
    build(write("edition", context), reader.email, own).send()
    Delivery.objects.filter(pk=number).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1
    )
