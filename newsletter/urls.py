from django.urls import path, re_path

from newsletter import views, webhooks
from newsletter.pages import editions, export, feedback, sample, shared

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("sample", sample.sample, name="sample"),
    path(
        "edition/<date:date>/<int:edition>-<token:token>",
        shared.shared_edition,
        name="shared-edition",
    ),
    path("me/<token:token>/editions", editions.editions, name="editions"),
    path("me/<token:token>/editions/<date:date>", editions.edition, name="edition"),
    path("me/<token:token>/papers/<int:paper>/<str:verdict>", feedback.feedback, name="feedback"),
    path("me/<token:token>/export", export.export, name="export"),
    # With or without its last slash: a redirect would lose what is told.
    re_path(r"^anymail/(?P<provider>[a-z]+)/tracking/?$", webhooks.door, name="webhook"),
]
