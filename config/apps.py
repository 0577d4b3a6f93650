from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The installation itself: its settings, its checks, its Celery application."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks, and the Celery application that `delay` publishes through."""
        from config import celery, checks  # noqa: F401, PLC0415 - imported for what they register
