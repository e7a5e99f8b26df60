"""Measurements of the statistics against bare numpy and scipy."""
