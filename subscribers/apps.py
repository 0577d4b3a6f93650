from django.apps import AppConfig


class SubscribersConfig(AppConfig):
    """People: who asked for what, when, and who may be written to."""

    name = "subscribers"
