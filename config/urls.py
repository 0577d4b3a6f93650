from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("about", views.about, name="about"),
    path("privacy", views.privacy, name="privacy"),
    path("language", views.choose_language, name="set_language"),
    path("", include("digests.urls")),
    path("", include("newsletter.urls")),
    path("", include("subscribers.urls")),
]
handler400 = "config.views.bad_request"
handler500 = "config.views.server_error"
