from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The installation itself: its settings, its checks, its Celery application."""

    name = "config"

    def ready(self) -> None:
        """Register the checks, converters of paths, and the application `delay` goes through."""
        from config import celery, checks, paths  # noqa: F401, PLC0415 - for what they register
