"""Profiles: all that differs between companies, as versioned data. Owns no rule that uses it."""
