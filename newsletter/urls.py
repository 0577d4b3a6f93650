from django.urls import path

from newsletter import views

urlpatterns = [path("healthz", views.health, name="health")]
