"""Small tables that administrators keep: one list, one form, one journal for all of them.

Owns the pages. Does not own the tables: each leaf registers its own.
"""
