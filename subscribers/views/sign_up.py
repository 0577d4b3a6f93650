"""The two forms that strangers may send. Whatever they type, the answer is the same."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from digests.matching import preview
from digests.models import Topic
from subscribers import bell, lifecycle, limits
from subscribers.forms.strangers import LinkForm, SignUpForm
from subscribers.views import own_words
from subscribers.views.too_many import too_many


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Offer the topics, and have a letter sent to whoever wants some."""
    now = timezone.now()
    form = SignUpForm(
        request.POST if request.method == "POST" else None,
        offered=Topic.objects.offered(),
        brought=preview.of_catalogue(now.date()),
        initial={"time_zone": settings.DEFAULT_TIME_ZONE},
        today=now.date(),
        now=now,
    )
    if form.bait_is_taken:
        return redirect("check-mail")
    if refusal := own_words.refusal(request, form, limits.network(request), now):
        return refusal
    if own_words.is_asked(request, form) or not form.is_valid():
        return render(request, "pages/sign_up.html", {"form": form})
    if until := limits.SIGN_UPS.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    chosen = form.cleaned_data
    lifecycle.subscribe(chosen["email"], form.choice, now, time_zone=chosen["time_zone"])
    transaction.on_commit(bell.ring)
    return redirect("check-mail")


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
    return redirect("link-sent")
