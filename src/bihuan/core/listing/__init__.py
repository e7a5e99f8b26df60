"""Lists of any length, each described once: filters, tabs, sort, columns, saved views, actions on many rows.

Pages are cut by key, never by offset; counts stop at a hundred. Owns no list: each leaf registers its own. Does not own
the export, which needs jobs and files: ``core.exporting``.
"""
