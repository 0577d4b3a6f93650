from django.urls import path, re_path

from newsletter import views, webhooks

urlpatterns = [
    path("healthz", views.health, name="health"),
    # With or without its last slash: a redirect would lose what is told.
    re_path(r"^anymail/(?P<provider>[a-z]+)/tracking/?$", webhooks.door, name="webhook"),
]
