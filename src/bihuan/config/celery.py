"""The Celery application; used in place in the embedded mode, by workers of a broker in production."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
app = Celery("bihuan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["bihuan.core.jobs"])
app.set_default()  # for every thread of a process, not only for the one that imported this
