"""Milestones with due times, pauses, warnings, breaches and escalation. Owns no calendar."""
