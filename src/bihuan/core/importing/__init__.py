"""Tables from outside: mapping, dry run, rows refused with their reason, upsert by natural key.

Owns the runs and the reading of xlsx and csv. Does not own what a row means: each leaf registers its kinds.
"""
