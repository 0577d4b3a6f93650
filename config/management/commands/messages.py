from typing import Any

from django.core.management.base import BaseCommand

from config.management import messages


class Command(BaseCommand):
    """Gathers, and says how much is still to be translated."""

    help = (
        "Gather what readers are told into config/locale, and compile the translations "
        "(takes requirements-dev.txt)."
    )
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Bring every language up to date."""
        template = messages.present()
        for locale, path in messages.languages():
            catalog = messages.update(locale, path, template)
            missing = sum(not all(_strings(message)) for message in catalog if message.id)
            self.stdout.write(f"{locale}: {len(catalog)} messages, {missing} to be translated")


def _strings(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
