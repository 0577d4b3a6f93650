from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DigestsConfig(AppConfig):
    """Papers: where they come from, which are the same, what they are about."""

    name = "digests"

    def ready(self) -> None:
        """Keep the stored topics equal to the catalogue, whose slugs are part of the schema."""
        from digests.matching.topics import store_catalogue  # noqa: PLC0415 - needs the models

        post_migrate.connect(store_catalogue, sender=self)
