import os

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    """Prepares every process of a campaign, whatever it runs."""

    name = "chaos"

    def ready(self) -> None:
        """Shorten what takes minutes, and break what this build is to have broken."""
        from chaos import haste, repetition, sabotage  # noqa: PLC0415 - need the models

        haste.install()
        repetition.install(int(os.environ.get("CHAOS_REPEAT", "1")))
        if name := os.environ.get("CHAOS_SABOTAGE"):
            sabotage.install(name)
