"""The least that django-newsletter wants, with a measurement's database and mail server."""

import os

from psycopg.conninfo import conninfo_to_dict

_database = conninfo_to_dict(os.environ["DATABASE_URL"])

SECRET_KEY = "of-a-benchmark"  # noqa: S105 - it guards nothing
SITE_ID = 1
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sites",
    "newsletter",
    "sorl.thumbnail",
]
ROOT_URLCONF = "newsletter.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["EMAIL_PORT"])
USE_TZ = True
NEWSLETTER_THUMBNAIL = "sorl-thumbnail"  # which is never asked: no paper has a picture
NEWSLETTER_USE_HTTPS = True
