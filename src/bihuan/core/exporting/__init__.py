"""Lists that leave the house as xlsx or csv: the whole result, made by a job with progress, kept for its owner alone.

Owns the exports and the writing of tables. Does not own what a list shows: ``core.listing``.
"""
