"""What a reader says of a paper that she was sent: opening the link shows it, a button says it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from digests.models import Paper
from newsletter.models import Delivery
from newsletter.pages.entries import entry
from newsletter.printing.stories import of_paper
from subscribers import feedback as verbs
from subscribers.models import Feedback, Subscriber
from subscribers.views.personal import by_preferences_token

Verdict = Feedback.Verdict
BUTTONS = {
    Verdict.MORE: gettext_lazy("More like this"),
    Verdict.LESS: gettext_lazy("Not for me"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
def feedback(request: HttpRequest, reader: Subscriber, paper: int, verdict: str) -> HttpResponse:
    """Show a paper and two buttons, the one she came for first; keep what she presses."""
    found = _sent(reader, paper) if verdict in Verdict else None
    if found is None:
        raise Http404("She was not sent this paper.")
    if request.method != "POST":
        return _page(request, reader, found, Verdict(verdict))
    if "take-back" in request.POST:
        verbs.take_back(reader, found)
        messages.success(request, _("We have forgotten what you said of this paper."))
    else:
        verbs.give(reader, found, verdict, timezone.now())
    return redirect("feedback", reader.preferences_token, paper, verdict)


def _page(request: HttpRequest, reader: Subscriber, paper: Paper, asked: Verdict) -> HttpResponse:
    said = verbs.given(reader, paper)
    in_order = sorted(BUTTONS, key=lambda it: it != asked)
    context = {
        "token": reader.preferences_token,
        "number": paper.pk,
        "paper": entry(of_paper(paper)),
        "said": said and BUTTONS[Verdict(said)],
        "is_said": said == asked,
        "buttons": [(it.value, BUTTONS[it]) for it in in_order],
    }
    return render(request, "pages/feedback.html", context)


def _sent(reader: Subscriber, number: int) -> Paper | None:
    """Return the paper of a number, if she was sent it under any it has had."""
    paper = Paper.objects.by_number([number]).get(number)
    if paper is None:
        return None
    numbers = Paper.objects.filter(Q(pk=paper.pk) | Q(merged_into=paper)).values_list("pk")
    mails = Delivery.objects.filter(subscriber=reader, state__in=Delivery.SEEN)
    found = mails.filter(edition__paper_ids__overlap=[pk for (pk,) in numbers])
    return paper if found.exists() else None
