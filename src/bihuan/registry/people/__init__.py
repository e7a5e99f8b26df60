"""People: departments, regions, outlets, users with their roles, login. Owns no right: those are policy."""
