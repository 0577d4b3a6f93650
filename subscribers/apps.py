from django.apps import AppConfig


class SubscribersConfig(AppConfig):
    """People: who asked for what, when, and who may be written to."""

    name = "subscribers"

    def ready(self) -> None:
        """Register the converter of the paths of readers' pages."""
        from subscribers import paths  # noqa: F401, PLC0415 - for what it registers
