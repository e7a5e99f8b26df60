"""Measurements, each as a ratio within one run. Never part of the tests."""
