"""Wiring only: settings, URLs, API, Celery, command line. No rule lives here."""
