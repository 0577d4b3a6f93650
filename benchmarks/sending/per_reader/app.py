import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("per_reader", include=["benchmarks.sending.per_reader.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.worker_max_tasks_per_child = None
