"""Satisfaction follow-up: call list, answers, review of bad scores. Owns no case."""
