from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """Post: what each reader gets on each morning, and what became of it."""

    name = "newsletter"
