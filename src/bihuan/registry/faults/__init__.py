"""The fault catalogue: symptoms, positions, cause categories, failure mechanisms."""
