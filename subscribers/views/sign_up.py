"""The forms that strangers may send. Whatever they type, the answer is the same."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from config import limits
from config.too_many import too_many
from subscribers import bell, lifecycle
from subscribers.forms.strangers import LinkForm
from subscribers.views import papers_beside
from subscribers.views.signing_up import accept, form_of, inbox_of, to_inbox


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Offer the topics beside today's papers, and have a letter sent to whoever wants some.

    A link may bring topics along, which are ticked then.
    """
    now = timezone.now()
    form = form_of(request, now)
    context = {"form": form, "papers_beside": lambda: papers_beside.of_form(form, now)}
    answer = accept(request, form, now, "check-mail")
    return answer or render(request, "pages/sign_up.html", context)


@require_safe
def check_mail(request: HttpRequest) -> HttpResponse:
    """Ask who has signed up to look into her inbox."""
    return render(request, "pages/check_mail.html", {"inbox": inbox_of(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def request_link(request: HttpRequest) -> HttpResponse:
    """Have her link mailed to a reader who has lost it."""
    now = timezone.now()
    form = LinkForm(request.POST if request.method == "POST" else None, now=now)
    if form.bait_is_taken:
        return redirect("link-sent")
    if not form.is_valid():
        return render(request, "pages/link.html", {"form": form})
    if until := limits.LINKS.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    lifecycle.request_link(form.cleaned_data["email"], now)
    transaction.on_commit(bell.ring)
    return to_inbox("link-sent", form.cleaned_data["email"])


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Ask who wants her link to look into her inbox."""
    return render(request, "pages/link_sent.html", {"inbox": inbox_of(request)})
