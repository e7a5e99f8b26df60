"""Words on the pages of quality issues."""
